/** What a heap has in use, free and spent on its own books, added up over all its chunks. */
import { CUT, IN_USE, WALL } from './kinds.js';
import { field, hasBegun } from './root.js';
import { walk } from './walk.js';

/**
 * @typedef {object} Totals in bytes unless said otherwise; inUse, free, foreign and overhead make up the
 *   extent
 * @property {number} extent from the root to the end, pages of others included
 * @property {number} inUse payloads of blocks
 * @property {number} free payloads that can be had: of free and cached chunks, the cut and the top
 * @property {number} overhead the root, all headers and footers, and walls
 * @property {number} foreign pages of others in between
 * @property {number} peak from the root to where the top began when it began highest
 * @property {number} largestFree the largest payload of a free or cached chunk; the cut, which has only small
 *   blocks to give, is not counted
 * @property {number} grows how often the heap grew the memory since the first block
 * @property {number} blocks how many chunks are in use
 * @property {number | null} damaged as in Chunks; what lies behind it counts as overhead
 */

/** @param {import('./root.js').Place} place @returns {Totals} */
export function totalsOf(place) {
  const { layout, root } = place;
  const { header } = layout;
  const payloadSize = (/** @type {number} */ size) => size - (size < layout.long ? header : 2 * header);
  const sum = { inUse: 0, free: 0, foreign: 0, largestFree: 0, blocks: 0 };
  let wallEnd = 0; // of a wall just before this chunk
  const damaged = walk(place, (address, size, kind) => {
    if (wallEnd) sum.foreign += address - header - wallEnd;
    wallEnd = 0;
    if (kind === WALL) wallEnd = address + size;
    else if (kind === IN_USE) {
      sum.inUse += payloadSize(size);
      sum.blocks++;
    } else {
      const payload = payloadSize(size);
      sum.free += payload;
      if (kind !== CUT) sum.largestFree = Math.max(sum.largestFree, payload);
    }
  });
  const extent = hasBegun(place) ? field(place, layout.wall) + layout.wallSize - root : 0;
  return {
    extent,
    ...sum,
    overhead: extent - sum.inUse - sum.free - sum.foreign,
    peak: extent ? Math.max(0, field(place, layout.peak) - root) : 0,
    grows: extent ? field(place, layout.grows) : 0,
    damaged,
  };
}
