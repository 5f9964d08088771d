/**
 * What the loader itself supplies to modules: a memory, a table, bases, and the symbols that a linker
 * defines.
 *
 * `offers` lists it for `resolve`. `offered` has its values, which are known once the layout is planned.
 */

/** @typedef {import('./describe.js').Supply} Supply */

/**
 * @param {{ hasStack: boolean }} options
 * @returns {Supply[]}
 */
export function offers({ hasStack }) {
  const symbols = ['__heap_base', ...(hasStack ? ['__stack_low', '__stack_high'] : [])];
  const globals = ['__memory_base', '__table_base', ...(hasStack ? ['__stack_pointer'] : []), ...symbols];
  return [
    { module: 'env', name: 'memory', kind: 'memory' },
    { module: 'env', name: '__indirect_function_table', kind: 'table' },
    ...globals.map((name) => /** @type {Supply} */ ({ module: 'env', name, kind: 'global' })),
    ...symbols.map((name) => /** @type {Supply} */ ({ module: 'GOT.mem', name, kind: 'global' })),
  ];
}

/**
 * @param {object} own
 * @param {WebAssembly.Memory} own.memory
 * @param {WebAssembly.Table} own.table
 * @param {WebAssembly.Global} own.stackPointer
 * @param {import('./layout.js').Layout} own.layout
 * @param {string} module that imports the value; each module has bases of its own
 * @returns {Record<string, any>} values by name
 */
export function offered({ memory, table, stackPointer, layout }, module) {
  return {
    memory,
    __indirect_function_table: table,
    __memory_base: layout.memoryBases.get(module),
    __table_base: layout.tableBases.get(module),
    __stack_pointer: stackPointer,
    __stack_low: layout.stackLow,
    __stack_high: layout.stackTop,
    __heap_base: layout.heapBase,
  };
}
