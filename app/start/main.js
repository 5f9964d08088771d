/**
 * The start page: wires the modules as the address bar asks, makes the first Record and shows where it lies;
 * then lets a person make and delete more.
 *
 * Nothing on it is remembered from before: each address and value is read from the running modules.
 */
import { formatAddress } from '../numbers.js';
import { Records } from '../records.js';
import { el, find, showAlert } from '../ui/dom.js';
import { wirings } from '../wirings.js';
import { drawBytes } from './bytes.js';
import { openRecordsTable } from './table.js';

const FIRST = { id: 2, x: 1.1, y: 2.2 };

const parameters = new URLSearchParams(location.search);
const name = parameters.get('wiring') ?? Object.keys(wirings)[0];

offerWirings();
start().catch(fail);

async function start() {
  const wiring = Object.hasOwn(wirings, name) ? wirings[name] : undefined;
  if (!wiring) {
    const known = Object.keys(wirings).join(', ');
    throw Object.assign(new Error(`There is no wiring named “${name}”.`), {
      remedy: `Choose one of these: ${known}.`,
    });
  }
  find('[data-fact=summary]').textContent = wiring.summary;

  const wired = await wiring.open({ maximum: maximumPages() });
  const records = new Records(wired);
  const address = records.create(FIRST);
  console.log(`createRecord(${FIRST.id}, ${FIRST.x}, ${FIRST.y}) returned`, formatAddress(address));

  find('[data-testid=first-address]').textContent = formatAddress(address);
  find('[data-fact=size]').textContent = String(records.size);
  openRecordsTable(wired, records, address);
  if (address === 0)
    throw new Error('createRecord returned 0, which is NULL: there was no memory for even one Record.');
  find('[data-fact=bytes-at]').textContent = formatAddress(address);
  drawBytes(find('#bytes'), records, address);
}

/** `?pages=N` bounds the memory that the shared wiring makes, to see what happens when it is full. */
function maximumPages() {
  const text = parameters.get('pages');
  if (text === null) return undefined;
  const pages = Number(text);
  if (/^\d+$/.test(text) && pages >= 1 && pages <= 65536) return pages;
  throw new Error(`pages=${text} is no number of pages: from 1 to 65536 of them, 64 KiB each.`);
}

function offerWirings() {
  const links = Object.entries(wirings).map(([key, { title }]) => {
    const query = new URLSearchParams(parameters);
    query.set('wiring', key);
    return el('a', { href: `?${query}`, ...(key === name ? { 'aria-current': 'true' } : {}) }, title);
  });
  find('.wirings').append(...links);
}

/** @param {unknown} error */
function fail(error) {
  showAlert(error, el('a', { href: location.href }, 'Load the page again'));
}
