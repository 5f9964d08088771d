/**
 * Where a heap is, and its root: the variables that the allocator keeps before the first chunk.
 *
 * It always holds that no view of the memory outlives a call, since the memory may grow between two of them.
 */
import { readLayout } from './layout.js';

/**
 * @typedef {object} Place
 * @property {WebAssembly.Memory} memory
 * @property {import('./layout.js').HeapLayout} layout
 * @property {number} root the address of the root
 * @property {number} first the address of the first chunk
 */

/** The payloads of chunks, and so the sizes, are multiples of this. */
const UNIT = 8;

/**
 * @param {{ memory: WebAssembly.Memory, module: WebAssembly.Module, heapBase: number }} where
 * @returns {Place}
 * @throws {TypeError} where one of these is not what it has to be
 */
export function locate({ memory, module, heapBase }) {
  if (!(memory instanceof WebAssembly.Memory)) throw new TypeError('memory must be a WebAssembly.Memory.');
  if (heapBase >>> 0 !== heapBase) throw new TypeError('heapBase must be an address.');
  const layout = readLayout(module);
  // The root lies as chunks do: a header below a multiple of UNIT.
  const root = heapBase + layout.header;
  const first = root + Math.ceil(layout.rootSize / UNIT) * UNIT;
  return { memory, layout, root, first };
}

/** @param {Place} place */
export const wordsOf = ({ memory }) => new DataView(memory.buffer);

/** A variable of the root. @param {Place} place @param {number} offset as the layout has it */
export const field = (place, offset) => wordsOf(place).getUint32(place.root + offset, true);

/** Whether there is a heap: before the first block there is none. @param {Place} place */
export function hasBegun(place) {
  const { memory, layout, root } = place;
  return root + layout.rootSize <= memory.buffer.byteLength && field(place, layout.peak) !== 0;
}
