/**
 * What the loader itself supplies to modules: the memory and the table, base addresses, and the symbols that
 * a linker defines. The memory and the table are the caller's, if it passes them as options of `link`.
 *
 * `offers` lists the names and kinds for `resolve`. `offeredValue` has the values, which are known once the
 * layout is planned.
 */

/** @typedef {import('./describe.js').Supply} Supply */

/**
 * What the values are taken from.
 * @typedef {import('./layout.js').Layout & {
 *   memory: WebAssembly.Memory, table: WebAssembly.Table, stackPointer: WebAssembly.Global
 * }} Own
 */

/**
 * The kind of each name, its value, and whether GOT.mem has it, too, because it is the address of a symbol. A
 * symbol is the same for all modules. Base addresses depend on the module that imports them.
 *
 * @typedef {[WebAssembly.ImportExportKind, (own: Own, module: string) => any, 'GOT.mem'?]} Offer
 * @type {Record<string, Offer>}
 */
const OFFERS = {
  memory: ['memory', (own) => own.memory],
  __indirect_function_table: ['table', (own) => own.table],
  __memory_base: ['global', (own, module) => own.memoryBases.get(module)],
  __table_base: ['global', (own, module) => own.tableBases.get(module)],
  __stack_pointer: ['global', (own) => own.stackPointer],
  __stack_low: ['global', (own) => own.stackLow, 'GOT.mem'],
  __stack_high: ['global', (own) => own.stackTop, 'GOT.mem'],
  __heap_base: ['global', (own) => own.heapBase, 'GOT.mem'],
};

/**
 * @param {{ hasStack: boolean }} options whether the loader makes a stack
 * @returns {Supply[]}
 */
export function offers({ hasStack }) {
  /** @type {Supply[]} */
  const supplies = [];
  for (const [name, [kind, , got]] of Object.entries(OFFERS)) {
    if (!hasStack && name.startsWith('__stack')) continue;
    supplies.push({ from: 'env', name, kind });
    if (got) supplies.push({ from: got, name, kind });
  }
  return supplies;
}

/**
 * @param {string} name one that `offers` lists
 * @param {Own} own
 * @param {string} module that imports it
 */
export const offeredValue = (name, own, module) => OFFERS[name][1](own, module);
