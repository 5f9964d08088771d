/**
 * Where everything lies in the one linear memory, and in the one table.
 *
 *     start                                                       heapBase
 *       |  stack (grows down)  |  statics of A  |  statics of B  |  heap …
 *
 * Nothing overlaps, every start is aligned as its owner asked, and address 0 belongs to nobody. The stack lies
 * lowest, so that one which overflows runs into the bottom of the memory, and traps, before it reaches statics.
 */

/**
 * @typedef {object} Region
 * @property {'reserved' | 'stack' | 'statics' | 'heap'} kind
 * @property {string | null} owner the module whose statics these are
 * @property {number} start address of its first byte
 * @property {number | null} end address after its last byte; null for the heap, which ends where the memory ends
 */

/**
 * @typedef {object} Layout
 * @property {Region[]} regions in the order of their addresses, the heap last
 * @property {Map<string, number>} memoryBases address of each module's statics
 * @property {Map<string, number>} tableBases first slot of each module
 * @property {number} stackLow the stack's lowest address
 * @property {number} stackTop the address from which the stack grows down
 * @property {number} heapBase the first address after all of it
 * @property {number} tableEnd the first slot after all of them
 */

/** Below it nothing is placed by default: a null pointer with a small offset then hits no one's data. */
const FIRST_ADDRESS = 1024;
/** What the C ABI promises for the stack pointer, and what any malloc may rely on for its first byte. */
const ABI_ALIGNMENT = 16;

/**
 * @param {Map<string, import('./dylink.js').Dylink>} needs what each module asks for, in link order
 * @param {{ start?: number, stackSize: number, tableStart: number }} options `start`: the first address that may
 *   be used
 * @returns {Layout}
 */
export function planLayout(needs, { start = FIRST_ADDRESS, stackSize, tableStart }) {
  /** @type {Region[]} */
  const regions = [{ kind: 'reserved', owner: null, start: 0, end: start }];
  const memoryBases = new Map();
  const tableBases = new Map();

  const stackLow = alignUp(start || 1, ABI_ALIGNMENT);
  const stackTop = alignUp(stackLow + stackSize, ABI_ALIGNMENT);
  if (stackSize > 0) regions.push({ kind: 'stack', owner: null, start: stackLow, end: stackTop });

  let address = stackTop;
  let slot = tableStart;
  for (const [owner, { memorySize, memoryAlign, tableSize, tableAlign }] of needs) {
    address = alignUp(address, memoryAlign);
    memoryBases.set(owner, address);
    if (memorySize > 0) regions.push({ kind: 'statics', owner, start: address, end: address + memorySize });
    address += memorySize;

    slot = alignUp(slot, tableAlign);
    tableBases.set(owner, slot);
    slot += tableSize;
  }
  const heapBase = alignUp(address, ABI_ALIGNMENT);
  regions.push({ kind: 'heap', owner: null, start: heapBase, end: null });
  return { regions, memoryBases, tableBases, stackLow, stackTop, heapBase, tableEnd: slot };
}

/**
 * @param {number} value
 * @param {number} alignment a power of two; the sum may exceed 2^31, so no bitwise operator is used
 */
function alignUp(value, alignment) {
  return Math.ceil(value / alignment) * alignment;
}
