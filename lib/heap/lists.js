/**
 * The lists of a heap. A quick list has the cached chunks of one size, a bin has the free chunks of a range
 * of sizes.
 *
 * It always holds that following a list ends, however its links were damaged.
 */
import { hasBegun, wordsOf } from './root.js';

/** @typedef {import('./root.js').Place} Place */

/**
 * @typedef {object} List a quick list or a bin
 * @property {number} size of its smallest chunk; 0 for the bin of the top, whose chunks have any size
 * @property {number} below its chunks are smaller than this
 * @property {number} head what the last chunk leads to: 0 in a quick list; in a bin, which is a ring, the bin
 * @property {number[]} chunks addresses of headers, the next to be taken first; where the list is damaged the
 *   last of them is no chunk, or one that was met before
 */

/** The quick lists and the bins that are not empty. @param {Place} place @returns {List[]} */
export function listsOf(place) {
  /** @type {List[]} */
  const found = [];
  if (!hasBegun(place)) return found;
  const { layout, root } = place;
  const words = wordsOf(place);
  const isInside = (/** @type {number} */ at) => at >= root && at + 12 <= words.byteLength && at % 8 === 4;
  // One bit for each place that a chunk may begin at: whether it was met. A Set has room for 2^24 only.
  const met = new Uint8Array(Math.ceil(words.byteLength / 64));
  const isNew = (/** @type {number} */ at) => {
    const bit = 1 << ((at >>> 3) & 7);
    const before = met[at >>> 6];
    met[at >>> 6] |= bit;
    return !(before & bit);
  };
  /** @param {number} first @param {number} head */
  const members = (first, head) => {
    const chunks = [];
    let at = first;
    for (; at !== head && isInside(at) && isNew(at); at = linked(words, at, layout.header)) chunks.push(at);
    if (at !== head) chunks.push(at);
    return chunks;
  };
  for (let size = 8; size < layout.quickEnd; size += 8) {
    const chunks = members(words.getUint32(root + layout.quick + size / 2, true), 0);
    if (chunks.length) found.push({ size, below: size + 8, head: 0, chunks });
  }
  for (let bin = 0; bin < layout.binCount; bin++) {
    // A bin whose bit is clear is empty, whatever its links say.
    if (!(words.getUint8(root + layout.map + (bin >> 3)) & (1 << (bin & 7)))) continue;
    const head = root + layout.bins + 8 * bin - layout.header;
    const chunks = members(linked(words, head, layout.header), head);
    if (chunks.length) {
      const size = bin === layout.topBin ? 0 : binStart(layout, bin);
      const below = bin + 1 < layout.topBin ? binStart(layout, bin + 1) : Number.POSITIVE_INFINITY;
      found.push({ size, below, head, chunks });
    }
  }
  return found;
}

/**
 * The size of the smallest chunk that goes into a bin: the inverse of bin_of() in memory.c.
 * @param {import('./layout.js').HeapLayout} layout
 * @param {number} bin not that of the top
 */
function binStart({ subBits }, bin) {
  const each = 2 ** subBits; // bins to a power of two
  if (bin < 2 * each) return bin * 8;
  return (each + (bin % each)) * 8 * 2 ** (Math.floor(bin / each) - 1);
}

/**
 * Where a link leads. It is the exclusive or of that address and the address of the chunk that it is in.
 * @param {DataView} words
 * @param {number} chunk
 * @param {number} offset
 */
export function linked(words, chunk, offset) {
  return (words.getUint32(chunk + offset, true) ^ chunk) >>> 0;
}
