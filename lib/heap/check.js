/**
 * The invariants of a heap, one after the other, and whether they hold. native/memory/memory.c states them.
 */
import { CACHED, CUT, FREE, KIND_NAMES, TOP, WALL } from './kinds.js';
import { linked, listsOf } from './lists.js';
import { field, hasBegun, wordsOf } from './root.js';
import { chunksOf } from './walk.js';

/**
 * @param {import('./root.js').Place} place
 * @returns {string | null} the first that is broken, in words
 */
export function brokenInvariant(place) {
  if (!hasBegun(place)) return null;
  const chunks = chunksOf(place);
  return brokenByChunks(place, chunks) ?? brokenByLists(place, chunks);
}

/** @param {import('./root.js').Place} place @param {import('./walk.js').Chunks} chunks */
function brokenByChunks(place, { addresses, sizes, kinds, afterFree, count, damaged }) {
  const { layout, root } = place;
  const words = wordsOf(place);
  const hex = blockIn(place);
  if (root % 8 !== layout.header) return 'The root is not aligned.';
  if (damaged !== null) return `The header of ${hex(damaged)} is damaged.`;
  let cached = 0;
  for (let i = 0; i < count; i++) {
    const [at, size, kind] = [addresses[i], sizes[i], kinds[i]];
    const isFree = kind === FREE || kind === TOP;
    const isBehindFree = i > 0 && kinds[i - 1] === FREE;
    const isLast = i + 1 === count;
    if (isFree && isBehindFree) return `${hex(at)} is free, and so is the chunk before it.`;
    if (Boolean(afterFree[i]) !== (isBehindFree || (isLast && kinds[i - 1] === TOP)))
      return `${hex(at)} is wrong about the chunk before it.`;
    if (isFree && words.getUint32(at + size - layout.header, true) !== size)
      return `${hex(at)} is free, and its footer says another size.`;
    if (kind === CUT && size < layout.minChunk) return `The cut has ${size} bytes, less than a chunk.`;
    if (kind === CACHED || kind === CUT) cached += size;
    if (isLast && kind !== WALL) return 'The last chunk is no wall.';
  }
  const told = field(place, layout.cached);
  if (told !== cached) return `${cached} bytes are cached, and the root says ${told}.`;
  if (!kinds.includes(CUT) && field(place, layout.cutLeft) !== 0)
    return 'The root tells how much of the cut is left, and there is none.';
  return null;
}

/** @param {import('./root.js').Place} place @param {import('./walk.js').Chunks} chunks */
function brokenByLists(place, { addresses, sizes, kinds, count }) {
  const { layout } = place;
  const words = wordsOf(place);
  const hex = blockIn(place);
  const previousLink = 2 * layout.header;
  const isListed = new Uint8Array(count);
  for (const { size, below, head, chunks: members } of listsOf(place)) {
    let previous = head;
    for (const at of members) {
      const i = indexIn(addresses, at);
      const kind = kinds[i];
      const belongs = head ? kind === FREE || kind === TOP : kind === CACHED;
      if (!belongs) {
        const list = head ? 'bin' : 'quick list';
        return `The ${list} of ${size} bytes has ${hex(at)}, which is ${KIND_NAMES[kind] ?? 'no chunk'}.`;
      }
      if (kind === TOP && size !== 0) return `${hex(at)} is the top, and not in its bin.`;
      if (kind === TOP && at !== members[0]) return `${hex(at)} is the top, and not the first of its bin.`;
      if (isListed[i]) return `${hex(at)} is listed twice.`;
      isListed[i] = 1;
      const own = sizes[i];
      if (own < size || own >= below) return `${hex(at)} of ${own} bytes is in the list of ${size}.`;
      if (head && linked(words, at, previousLink) !== previous)
        return `${hex(at)} does not lead back to what is before it in its bin.`;
      previous = at;
    }
    if (head && linked(words, head, previousLink) !== previous)
      return `The bin of ${size} bytes does not lead back to its last chunk.`;
  }
  // Cached chunks need no list: what was left of an earlier cut waits for the next sweep.
  for (const [i, kind] of kinds.entries())
    if (!isListed[i] && (kind === FREE || kind === TOP))
      return `${hex(addresses[i])} is ${KIND_NAMES[kind]} and in no list.`;
  return null;
}

/** Names a chunk by the address of its payload. @param {import('./root.js').Place} place */
const blockIn =
  ({ layout }) =>
  (/** @type {number} */ chunk) =>
    `0x${(chunk + layout.header).toString(16)}`;

/** @param {Uint32Array} sorted @param {number} value @returns {number} where it is, or -1 */
function indexIn(sorted, value) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value ? low : -1;
}
