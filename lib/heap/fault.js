/**
 * What stopped a heap: memory.c records it in the root before it traps. native/memory/README.md tells how to
 * read the record.
 */
import { field } from './root.js';

/** The kinds of faults, each with its letter, in the order of their numbers in memory.c, which begin at 1. */
const FAULTS = [
  { kind: 'D', text: 'double free' },
  { kind: 'P', text: 'not a block of the heap' },
  { kind: 'O', text: 'header overwritten, at or behind' },
  { kind: 'L', text: 'free memory overwritten, found at' },
];

/** @typedef {{ kind: string, text: string, address: number }} Fault `address` is that of a payload */

/** @param {import('./root.js').Place} place @returns {Fault | null} null if the heap did not stop */
export function faultOf(place) {
  const { memory, layout, root } = place;
  // A wrong pointer is recorded before the first block, too, if the memory has room for the record.
  if (root + layout.faultChunk + 4 > memory.buffer.byteLength) return null;
  const fault = FAULTS[field(place, layout.fault) - 1];
  if (!fault) return null;
  const address = (field(place, layout.faultChunk) + layout.header) >>> 0;
  return { kind: fault.kind, address, text: `${fault.text}: 0x${address.toString(16)}` };
}
