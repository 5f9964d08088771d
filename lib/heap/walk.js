/**
 * The chunks of a heap, in the order of their addresses, as their headers tell them.
 *
 * It always holds that the walk stops where a header is damaged, and says where.
 */
import { CACHED, CUT, FREE, IN_USE, TOP, WALL } from './kinds.js';
import { field, hasBegun, wordsOf } from './root.js';

/** @typedef {import('./root.js').Place} Place */

/**
 * @typedef {object} Chunks the chunks by address, one array for each fact
 * @property {number} count
 * @property {Uint32Array} addresses of the headers; a payload begins four bytes later
 * @property {Float64Array} sizes in bytes, headers included
 * @property {Uint8Array} kinds IN_USE, FREE, CACHED, TOP, WALL or CUT
 * @property {Uint8Array} afterFree 1 where the header says that the chunk before is free
 * @property {number | null} damaged the address of the first header that can't be read; the walk ends before
 *   it
 */

/**
 * Visits each chunk: its header's address, its size, its kind, and 1 if it says that the chunk before is
 * free.
 * @param {Place} place
 * @param {(address: number, size: number, kind: number, afterFree: number) => void} visit
 * @returns {number | null} the address of the first damaged header
 */
export function walk(place, visit) {
  if (!hasBegun(place)) return null;
  const { layout, root, first } = place;
  const words = wordsOf(place);
  const lastWall = field(place, layout.wall);
  const cut = field(place, layout.cut);
  for (let at = first; ; ) {
    if (at > lastWall) return at;
    const state = Math.imul(words.getUint32(at, true) + (at - root), layout.inverse) >>> 0;
    const flags = state & layout.flags;
    const use = flags & layout.WALL;
    const afterFree = flags & layout.PREV_FREE ? 1 : 0;
    let size = state - flags;
    if (use === layout.WALL) {
      const next = words.getUint32(at + layout.header, true);
      if (size !== 0 || (at === lastWall ? next !== 0 : next <= at)) return at;
      visit(at, layout.wallSize, WALL, afterFree);
      if (at === lastWall) return null;
      at = next;
      continue;
    }
    const isCut = at === cut && use === layout.CACHED && size === 0;
    if (isCut) size = field(place, layout.cutLeft);
    if (size === 0 || at + size > lastWall) return at;
    const isTop = use === layout.FREE && at + size === lastWall;
    // The last word of a long chunk repeats its size. The allocator does not ask this of the top.
    if (state >= layout.long && !isTop && words.getUint32(at + size - layout.header, true) !== size)
      return at;
    let kind = IN_USE;
    if (isCut) kind = CUT;
    else if (isTop) kind = TOP;
    else if (use === layout.FREE) kind = FREE;
    else if (use === layout.CACHED) kind = CACHED;
    visit(at, size, kind, afterFree);
    at += size;
  }
}

/** @param {Place} place @returns {Chunks} */
export function chunksOf(place) {
  let capacity = 1024;
  let addresses = new Uint32Array(capacity);
  let sizes = new Float64Array(capacity);
  let kinds = new Uint8Array(capacity);
  let after = new Uint8Array(capacity);
  let count = 0;
  const damaged = walk(place, (address, size, kind, afterFree) => {
    if (count === capacity) {
      capacity *= 2;
      addresses = longer(new Uint32Array(capacity), addresses);
      sizes = longer(new Float64Array(capacity), sizes);
      kinds = longer(new Uint8Array(capacity), kinds);
      after = longer(new Uint8Array(capacity), after);
    }
    addresses[count] = address;
    sizes[count] = size;
    kinds[count] = kind;
    after[count] = afterFree;
    count++;
  });
  return {
    count,
    addresses: addresses.subarray(0, count),
    sizes: sizes.subarray(0, count),
    kinds: kinds.subarray(0, count),
    afterFree: after.subarray(0, count),
    damaged,
  };
}

/**
 * @template {Uint32Array | Float64Array | Uint8Array} T
 * @param {T} to
 * @param {T} from
 */
function longer(to, from) {
  to.set(from);
  return to;
}
