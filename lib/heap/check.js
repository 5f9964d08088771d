/**
 * The invariants of a heap, one after the other. native/memory/memory.c states them; this looks whether they hold.
 */
import { CACHED, CUT, FREE, KIND_NAMES, linked, TOP, WALL } from './index.js';

/**
 * @param {object} heap
 * @param {WebAssembly.Memory} heap.memory
 * @param {import('./layout.js').HeapLayout} heap.layout
 * @param {number} heap.root
 * @param {import('./index.js').Chunks} heap.chunks
 * @param {import('./index.js').List[]} heap.lists
 * @returns {string | null} the first that is broken, in words
 */
export function brokenInvariant({ memory, layout, root, chunks, lists }) {
  const words = new DataView(memory.buffer);
  const hex = (/** @type {number} */ address) => `0x${(address + layout.header).toString(16)}`;
  const { addresses, sizes, kinds, afterFree, count, damaged } = chunks;
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
  const told = words.getUint32(root + layout.cached, true);
  if (told !== cached) return `${cached} bytes are cached, and the root says ${told}.`;

  if (!kinds.includes(CUT) && words.getUint32(root + layout.cutLeft, true) !== 0)
    return 'The root tells how much of the cut is left, and there is none.';

  const isListed = new Uint8Array(count);
  for (const { size, below, head, chunks: members } of lists) {
    let previous = head;
    for (const at of members) {
      const i = indexIn(addresses, at);
      const kind = kinds[i];
      const isRight = head ? kind === FREE || kind === TOP : kind === CACHED;
      if (!isRight) {
        return `The ${head ? 'bin' : 'quick list'} of ${size} bytes has ${hex(at)}, which is ${KIND_NAMES[kind] ?? 'no chunk'}.`;
      }
      if (kind === TOP && size !== 0) return `${hex(at)} is the top, and not in its bin.`;
      if (kind === TOP && at !== members[0]) return `${hex(at)} is the top, and not the first of its bin.`;
      if (isListed[i]) return `${hex(at)} is listed twice.`;
      isListed[i] = 1;
      const own = sizes[i];
      if (own < size || own >= below) return `${hex(at)} of ${own} bytes is in the list of ${size}.`;
      if (head && linked(words, at, layout.header + 4) !== previous)
        return `${hex(at)} does not lead back to what is before it in its bin.`;
      previous = at;
    }
    if (head && linked(words, head, layout.header + 4) !== previous)
      return `The bin of ${size} bytes does not lead back to its last chunk.`;
  }
  // What was left of a cut is cached and waits, in no list, for the next sweep.
  for (const [i, kind] of kinds.entries())
    if (!isListed[i] && (kind === FREE || kind === TOP))
      return `${hex(addresses[i])} is ${KIND_NAMES[kind]} and in no list.`;
  if (root % 8 !== layout.header) return 'The root is not aligned.';
  return null;
}

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
