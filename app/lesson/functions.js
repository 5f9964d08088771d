/**
 * Step 2: record.c, and one life of a record, noted down while it happened.
 *
 * malloc and free are watched from placeholders, which are the only moments at which JavaScript can look in
 * between: nothing of what lies between them is made up.
 */
import { formatAddress } from '../format.js';
import { EXAMPLE, EXAMPLE_CALL, Records } from '../records.js';
import { el } from '../ui/dom.js';
import { scrubber } from '../ui/scrubber.js';
import { byteRow } from './bytes.js';
import { linesWith } from './csource.js';
import { tell } from './facts.js';
import { linkShared } from './lab.js';
import { listSource } from './listing.js';
import { deleteTwice, make } from './mistakes.js';

/** The record that had the place before. */
const EARLIER = { id: 7, x: 0.5, y: -3 };

/** @typedef {{ part: string, words: string, bytes: Uint8Array | null }} Moment */

/** @param {HTMLElement} section */
export async function open(section) {
  const { records, moments } = await recordLife();
  const source = listSource(/** @type {HTMLElement} */ (section.querySelector('.listing')));
  const bytes = byteRow(records, 'The bytes of the record at this moment');
  const slider = scrubber({
    label: 'Moment',
    last: moments.length - 1,
    words: (i) => `${i + 1} of ${moments.length}: ${moments[i].words}`,
    onMove(i) {
      const { part, bytes: now } = moments[i];
      source.mark(linesWith(source.lines, part));
      bytes.show(now);
      const before = moments[i - 1]?.bytes;
      bytes.mark(now && before ? [...now.keys()].filter((offset) => now[offset] !== before[offset]) : []);
    },
  });
  const note = el('p', { className: 'note' }, 'Outlined: the bytes that changed since the moment before.');
  section.querySelector('.live')?.replaceChildren(slider.element, bytes.element, note);
  slider.moveTo(0);

  section.querySelector('figure')?.addEventListener('show', (event) => {
    const what = /** @type {CustomEvent<string>} */ (event).detail;
    const [, moment] = what.match(/^moment:(\d+)$/) ?? [];
    if (moment) slider.moveTo(Number(moment));
    else source.mark(linesWith(source.lines, what));
  });

  const fresh = await linkShared();
  await make('functions', () => deleteTwice(fresh.program));
}

/** @returns {Promise<{ records: Records, moments: Moment[] }>} */
async function recordLife() {
  /** @type {Moment[]} */
  const moments = [];
  let isWatched = false;
  const linked = await linkShared({
    imports: {
      env: {
        malloc(/** @type {number} */ size) {
          const address = malloc(size) >>> 0;
          if (isWatched)
            note(
              'malloc',
              `malloc(${size}) found room at ${formatAddress(address)}. What is there was left by the record before.`,
              address,
            );
          return address;
        },
        free(/** @type {number} */ pointer) {
          const address = pointer >>> 0;
          note(
            'free',
            `deleteRecord calls free(${formatAddress(address)}). Nothing has changed yet.`,
            address,
          );
          free(address);
        },
      },
    },
  });
  const malloc = /** @type {(size: number) => number} */ (linked.allocator.malloc);
  const free = /** @type {(address: number) => void} */ (linked.allocator.free);
  const records = new Records(linked);
  /** @param {string} part @param {string} words @param {number} address */
  const note = (part, words, address) => {
    if (isWatched) moments.push({ part, words, bytes: records.bytes(address) });
  };

  records.delete(records.create(EARLIER));
  isWatched = true;
  const call = EXAMPLE_CALL;
  moments.push({
    part: 'function:createRecord',
    words: `${call} is called. The record has no place yet.`,
    bytes: null,
  });
  const address = records.create(EXAMPLE);
  note('return', `createRecord has written the fields and returns ${formatAddress(address)}.`, address);
  const written = records.bytes(address);
  records.delete(address);
  const left = records.bytes(address);
  const changed = [...left.keys()].filter((offset) => left[offset] !== written[offset]).length;
  const outcome =
    changed === 0
      ? 'here all of them still say what they said'
      : `here ${changed} of the ${records.size} have changed, since the allocator keeps something of its own there`;
  note('free', `free has returned; ${outcome}. They are nobody’s.`, address);
  tell({ 'life-call': call, 'life-after': outcome });
  return { records, moments };
}
