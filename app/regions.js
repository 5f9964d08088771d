/**
 * Words for the regions of a memory, as the loader laid them out: the reserved bytes at address 0, the stack,
 * the statics of each module, the heap.
 */
import { formatAddress } from './hex.js';
import { formatBytes } from './numbers.js';

/** @param {Pick<import('../lib/loader/layout.js').Region, 'kind' | 'owner'>} region */
export function nameOfRegion({ kind, owner }) {
  switch (kind) {
    case 'reserved':
      return 'Reserved, so that nothing has address 0';
    case 'stack':
      return 'Stack';
    case 'statics':
      return `Statics of ${owner}.wasm`;
    case 'heap':
      return 'Heap';
  }
}

/**
 * @param {string} name of a part of the memory
 * @param {{ start: number, end: number }} span of addresses
 * @returns {string} as in `Stack: 64 KiB from 0x00400`
 */
export function describeSpan(name, { start, end }) {
  return `${name}: ${formatBytes(end - start)} from ${formatAddress(start)}`;
}
