/**
 * A heap of memory.wasm as seen from outside: its chunks, lists and totals, a check of its invariants, and
 * the fault that it recorded when it stopped.
 *
 * It always holds that nothing is written, that no function of the module is called, that every address is
 * unsigned, and that no view of the memory outlives a call.
 */
import { brokenInvariant } from './check.js';
import { faultOf } from './fault.js';
import { listsOf } from './lists.js';
import { locate } from './root.js';
import { totalsOf } from './totals.js';
import { chunksOf } from './walk.js';

export * from './kinds.js';

/**
 * @param {object} where
 * @param {WebAssembly.Memory} where.memory the one that the heap is in
 * @param {WebAssembly.Module} where.module memory.wasm, which says where things lie
 * @param {number} where.heapBase its __heap_base, as link() returns it
 * @throws {TypeError} where one of these is not what it has to be
 */
export function openHeap(where) {
  const place = locate(where);
  const { root, first, layout } = place;
  return {
    /** Addresses of the root and of the first chunk. */
    root,
    first,
    /** Where things lie, in bytes. */
    layout,
    chunks: () => chunksOf(place),
    /** The quick lists and the bins that are not empty. */
    lists: () => listsOf(place),
    totals: () => totalsOf(place),
    /** What stopped the heap, or null. */
    fault: () => faultOf(place),
    /** The first invariant that does not hold, in words, or null. */
    check: () => brokenInvariant(place),
  };
}
