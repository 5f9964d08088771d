/**
 * Where everything lies in the one linear memory, and in the one table.
 *
 *     start                                                       heapBase
 *       |  stack (grows down)  |  statics of A  |  statics of B  |  heap …
 *
 * It always holds that no two regions overlap, that each start is aligned as its owner asks, and that address
 * 0 belongs to nobody.
 *
 * The stack lies below all statics and grows down, so an overflow never meets the statics of these modules.
 * It overwrites what lies below `start`. By default these are 1024 reserved bytes; the next write below them
 * traps. With a `start` of the caller's, others may live there.
 */

/** @typedef {import('./dylink.js').Dylink} Dylink */

/**
 * @typedef {object} Region
 * @property {'reserved' | 'stack' | 'statics' | 'heap'} kind
 * @property {string | null} owner the module whose statics these are
 * @property {number} start address of its first byte
 * @property {number | null} end address after its last byte; null for the heap, which ends with the memory
 */

/**
 * @typedef {object} Layout
 * @property {Region[]} regions in the order of their addresses, the heap last
 * @property {Map<string, number>} memoryBases address of each module's statics
 * @property {Map<string, number>} tableBases first slot of each module
 * @property {number} stackLow the stack's lowest address
 * @property {number} stackTop the address from which the stack grows down
 * @property {number} heapBase the first address after all statics
 * @property {number} tableEnd the first slot after those of all modules
 */

/** Nothing lies below it unless the caller asks: a null pointer with a small offset then meets no data. */
const FIRST_ADDRESS = 1024;
/** The C ABI promises it for the stack pointer, and a malloc may rely on it for the heap's first byte. */
const ABI_ALIGNMENT = 16;

/**
 * @param {import('./describe.js').Description[]} modules side modules, in the order given
 * @param {{ start?: number, stackSize: number, tableStart: number }} options `start` is the first address
 *   that may be used, `tableStart` the first slot
 * @returns {Layout}
 */
export function planLayout(modules, { start = FIRST_ADDRESS, stackSize, tableStart }) {
  /** @type {Region[]} */
  const regions = [{ kind: 'reserved', owner: null, start: 0, end: start }];
  const memoryBases = new Map();
  const tableBases = new Map();

  const stackLow = alignUp(start || 1, ABI_ALIGNMENT);
  const stackTop = alignUp(stackLow + stackSize, ABI_ALIGNMENT);
  if (stackSize > 0) regions.push({ kind: 'stack', owner: null, start: stackLow, end: stackTop });

  let address = stackTop;
  let slot = tableStart;
  for (const { name: owner, dylink } of modules) {
    const { memorySize, memoryAlign, tableSize, tableAlign } = /** @type {Dylink} */ (dylink);
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
 * @param {number} alignment a power of two. The result may exceed 2^31, where bitwise operators turn negative
 */
function alignUp(value, alignment) {
  return Math.ceil(value / alignment) * alignment;
}
