/**
 * The start page: wires the modules as the address bar asks, makes the first Record and shows where it lies;
 * then lets a person make and delete more.
 *
 * Nothing on it is remembered from before: each address and value is read from the running modules.
 */
import { formatAddress } from '../format.js';
import { EXAMPLE, EXAMPLE_CALL, Records } from '../records.js';
import { addressParameters, el, find, reloadButton, showAlert } from '../ui/dom.js';
import { wirings } from '../wirings.js';
import { drawBytes } from './bytes.js';

const parameters = addressParameters();

// Without WebAssembly early.js has said so, and nothing here can run.
if (typeof WebAssembly === 'object') {
  start().catch((error) => {
    const plain = el('a', { href: location.pathname }, 'Start without these settings');
    showAlert(find('#alert'), error, reloadButton(), ' ', ...(location.search ? [plain] : []));
  });
}

async function start() {
  const name = chosenWiring();
  document.querySelector(`.wirings a[href$="?wiring=${name}"]`)?.setAttribute('aria-current', 'true');
  const wired = await wirings[name]({ maximum: maximumPages(name) });
  const records = new Records(wired);
  const address = records.create(EXAMPLE);
  console.log(`${EXAMPLE_CALL} returned`, formatAddress(address));

  find('[data-testid=first-address]').textContent = formatAddress(address);
  find('[data-fact=size]').textContent = String(records.size);
  if (address === 0) {
    throw new Error('createRecord returned 0, which is NULL: there was no memory for even one Record.');
  }
  drawBytes(find('#bytes'), records, address);

  // What the first address does not need is asked for only now.
  const { openRecordsTable } = await import('./table.js');
  openRecordsTable(wired, records, address);
}

function chosenWiring() {
  const known = Object.keys(wirings);
  const name = parameters.get('wiring') ?? known[0];
  if (known.includes(name)) return name;
  throw Object.assign(new Error(`There is no wiring named “${name}”.`), {
    remedy: `Choose one of these: ${known.join(', ')}.`,
  });
}

/**
 * `?pages=N` bounds the memory, to see what happens when it is full.
 * @param {string} wiring
 */
function maximumPages(wiring) {
  const text = parameters.get('pages');
  if (text === null) return undefined;
  if (wiring !== 'shared') {
    throw Object.assign(new Error('The page cannot bound a memory that program.wasm makes.'), {
      remedy: 'Use pages= with wiring=shared.',
    });
  }
  const pages = Number(text);
  if (/^\d+$/.test(text) && pages >= 1 && pages <= 65536) return pages;
  throw Object.assign(new Error(`pages=${text} is no number of pages.`), {
    remedy: 'Give a whole number from 1 to 65536; a page has 64 KiB.',
  });
}
