/**
 * Step 2: record.c, and the life of one Record from createRecord to deleteRecord.
 *
 * It always holds that each moment was noted while it happened. JavaScript can look at the memory only before
 * and after a call of the program, and in the placeholders for malloc and free; so those are the moments.
 */
import { formatAddress } from '../../format.js';
import { listed } from '../../prose.js';
import { EXAMPLE, EXAMPLE_CALL, Records } from '../../records.js';
import { el, find } from '../../ui/dom.js';
import { scrubber } from '../../ui/scrubber.js';
import { byteRow, offsetsOf } from '../byte-row.js';
import { linesWith } from '../c-lines.js';
import { tell } from '../facts.js';
import { listSource } from '../listing.js';
import { deleteTwice } from '../mistakes.js';
import { linkShared } from '../modules.js';
import { onShow } from '../references.js';
import { showMistake } from '../show-mistake.js';

/** A Record that had the same place before. */
const EARLIER = { id: 7, x: 0.5, y: -3 };

/** @typedef {import('../../records.js').Field} Field */

/**
 * @typedef {object} Moment
 * @property {string} purpose of the line of C that runs, as in c-lines.js
 * @property {string} words
 * @property {Uint8Array | null} bytes of the Record; null while it has no place
 */

/** @param {HTMLElement} section */
export async function open(section) {
  const figure = find('#functions-figure');
  const { records, moments } = await traceLife();
  const source = listSource(find('#functions-figure .listing'));
  const row = byteRow(records, 'The bytes of the Record at this moment');
  const slider = scrubber({
    label: 'Moment',
    last: moments.length - 1,
    words: (i) => `${i + 1} of ${moments.length}: ${moments[i].words}`,
    onMove(i) {
      const { purpose, bytes } = moments[i];
      source.mark(linesWith(source.lines, purpose));
      row.show(bytes);
      const before = moments[i - 1]?.bytes;
      row.mark(bytes && before ? changedOffsets(before, bytes) : []);
    },
  });
  const note = el('p', { className: 'note' }, 'Bytes that changed since the moment before are outlined.');
  find('#functions-figure .live').replaceChildren(slider.element, row.element, note);
  slider.moveTo(0);

  onShow(figure, (part) => {
    const [, moment] = part.match(/^moment:(\d+)$/) ?? [];
    if (moment) slider.moveTo(Number(moment));
    else source.mark(linesWith(source.lines, part));
  });

  const { program } = await linkShared();
  await showMistake(section, () => deleteTwice(program));
}

/** @returns {Promise<{ records: Records, moments: Moment[] }>} */
async function traceLife() {
  /** @type {Moment[]} */
  const moments = [];
  /** @param {string} purpose @param {string} words @param {Uint8Array | null} bytes */
  const note = (purpose, words, bytes) => moments.push({ purpose, words, bytes });
  /** The bytes of the earlier Record; null until it is deleted. @type {Uint8Array | null} */
  let earlier = null;

  const linked = await linkShared({
    imports: {
      env: {
        malloc(/** @type {number} */ size) {
          const address = linked.allocator.malloc(size) >>> 0;
          if (earlier) {
            const bytes = records.bytes(address);
            const found = `malloc(${size}) found room at ${formatAddress(address)}.`;
            note('malloc', `${found} ${describeLeft(records.fields, earlier, bytes)}`, bytes);
          }
          return address;
        },
        free(/** @type {number} */ pointer) {
          const address = pointer >>> 0;
          const words = `deleteRecord calls free(${formatAddress(address)}). The bytes have not changed yet.`;
          if (earlier) note('free', words, records.bytes(address));
          linked.allocator.free(address);
        },
      },
    },
  });
  const records = new Records(linked);

  const first = records.create(EARLIER);
  const firstBytes = records.bytes(first);
  records.delete(first);
  earlier = firstBytes;

  const called = `${EXAMPLE_CALL} is called. The Record has no place in the memory yet.`;
  note('function:createRecord', called, null);
  const address = records.create(EXAMPLE);
  const written = records.bytes(address);
  note('return', `createRecord has written the fields and returns ${formatAddress(address)}.`, written);
  records.delete(address);
  const left = records.bytes(address);
  const changed = changedOffsets(written, left).length;
  const outcome =
    changed === 0
      ? 'no byte has changed'
      : `${changed} of the ${records.size} bytes have changed, where free put a link of its free list`;
  note('free', `free has returned, and ${outcome}. The bytes belong to the allocator again.`, left);
  tell({ 'life-call': EXAMPLE_CALL, 'life-after': `Here ${outcome}.` });
  return { records, moments };
}

/**
 * What malloc found in a block: the fields of the Record before, but for those over which free put its link.
 *
 * @param {Field[]} fields
 * @param {Uint8Array} before the bytes of the Record before
 * @param {Uint8Array} found the bytes of the block
 */
function describeLeft(fields, before, found) {
  const changed = changedOffsets(before, found);
  const isLeft = (/** @type {Field} */ field) =>
    offsetsOf(field).every((offset) => !changed.includes(offset));
  const left = fields.filter(isLeft).map(({ name }) => name);
  const lost = fields.filter((field) => !isLeft(field)).map(({ name }) => name);
  if (left.length === 0) return 'malloc has not cleared the bytes.';
  const words = `The bytes of ${listed(left)} were left by the Record before.`;
  return lost.length === 0
    ? words
    : `${words} Those of ${listed(lost)} were not: free put a link of its free list there.`;
}

/** @param {Uint8Array} before @param {Uint8Array} after as many bytes */
function changedOffsets(before, after) {
  return [...after.keys()].filter((offset) => after[offset] !== before[offset]);
}
