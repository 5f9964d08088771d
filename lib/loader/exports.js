/**
 * An instance's exports, with absolute addresses.
 *
 * A module is compiled before it is known where its data will lie. So it exports a datum as a constant global
 * of type i32, which holds the offset of the datum in the module's statics. The address is the sum of the
 * offset and of the base address, where the statics begin.
 *
 * Nothing marks such a global as a datum. So every constant of type i32 is taken for one, also an imported
 * constant that a module exports again, as __memory_base. The base address is added to that one, too, and
 * the sum is wrong. Compilers export no such constant.
 */

/** @typedef {number | Function | WebAssembly.Memory | WebAssembly.Table | WebAssembly.Global} Export */
/** @typedef {Record<string, Export>} Exports */

/**
 * @param {WebAssembly.Instance} instance
 * @param {number} memoryBase where its statics begin; 0 for a module that was linked at fixed addresses
 * @returns {Exports} addresses as unsigned numbers, and everything else as it is
 */
export function absoluteExports(instance, memoryBase = 0) {
  return Object.fromEntries(
    Object.entries(instance.exports).map(([name, value]) => {
      const offset = value instanceof WebAssembly.Global ? constant(value) : undefined;
      return [name, offset === undefined ? value : (offset + memoryBase) >>> 0];
    }),
  );
}

/**
 * Engines do not tell the type of a global, but its value shows most of it. A constant float is taken for an
 * offset only if it is a whole number; C compilers export no floats.
 *
 * @param {WebAssembly.Global} global
 * @returns {number | undefined} its value, if it is a constant of type i32
 */
function constant(global) {
  let value;
  try {
    value = global.value; // throws for a vector
    if (typeof value !== 'number' || (value | 0) !== value) return undefined;
    global.value = value; // throws for a constant
    return undefined;
  } catch {
    return value;
  }
}
