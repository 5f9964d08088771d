/**
 * The start page: wires the modules as the address bar asks, makes the first Record and shows where it lies.
 * Then a person may make and delete more.
 *
 * Each address and value on the page is read from the running modules.
 */
import { ErrorWithRemedy, scriptDidNotLoad } from '../errors.js';
import { formatAddress } from '../hex.js';
import { EXAMPLE, EXAMPLE_CALL, Records } from '../records.js';
import { addressParameters, el, find, reloadButton, showAlert } from '../ui/dom.js';
import { wirings } from '../wirings.js';

const parameters = addressParameters();

// Without WebAssembly nothing here can run, and early.js has said so.
if (typeof WebAssembly === 'object') {
  start().catch((error) => {
    const plain = el('a', { href: location.pathname }, 'Start without these settings');
    showAlert(find('#alert'), error, reloadButton(), ' ', ...(location.search ? [plain] : []));
  });
}

async function start() {
  const name = chosenWiring();
  find(`.wirings a[href$="?wiring=${name}"]`).setAttribute('aria-current', 'true');
  const wired = await wirings[name]({ maximum: maximumPages(name) });
  const records = new Records(wired);
  const address = records.create(EXAMPLE);
  console.log(`${EXAMPLE_CALL} returned`, formatAddress(address));

  find('[data-testid=first-address]').textContent = formatAddress(address);
  find('[data-fact=size]').textContent = String(records.size);
  if (address === 0) {
    throw new ErrorWithRemedy(
      'createRecord returned 0, which is NULL: the memory has no room for even one Record.',
      'Give the memory more pages.',
    );
  }

  // The page asks only now for the scripts that the first address does not need.
  const [{ drawBytes }, { openRecordsTable }] = await Promise.all([
    late('./bytes.js', import('./bytes.js')),
    late('./table.js', import('./table.js')),
  ]);
  drawBytes(find('#bytes'), records, address);
  openRecordsTable(wired, records, address);
}

/**
 * @template Module
 * @param {string} file
 * @param {Promise<Module>} script the same file, as `import()` brings it
 * @returns {Promise<Module>} rejected with a remedy, if the script does not come
 */
function late(file, script) {
  return script.catch((error) => {
    throw scriptDidNotLoad(new URL(file, import.meta.url), error);
  });
}

/** The wiring that the address names, else the first. */
function chosenWiring() {
  const known = Object.keys(wirings);
  const name = parameters.get('wiring') ?? known[0];
  if (known.includes(name)) return name;
  throw new ErrorWithRemedy(
    `There is no wiring named “${name}”.`,
    `Choose one of these: ${known.join(', ')}.`,
  );
}

/**
 * The most pages that the memory may have. `?pages=N` bounds it, to show what happens when it is full.
 * @param {string} wiring
 * @returns {number | undefined} undefined: as many as the browser allows
 */
function maximumPages(wiring) {
  const text = parameters.get('pages');
  if (text === null) return undefined;
  if (wiring !== 'shared') {
    throw new ErrorWithRemedy(
      'The page cannot bound a memory that program.wasm makes.',
      'Use pages= with wiring=shared.',
    );
  }
  const pages = Number(text);
  if (/^\d+$/.test(text) && pages >= 1 && pages <= 65536) return pages;
  throw new ErrorWithRemedy(
    `pages=${text} is no number of pages.`,
    'Give a whole number from 1 to 65536. A page has 64 KiB.',
  );
}
