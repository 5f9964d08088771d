/**
 * The JavaScript that is measured: placeholders and stubs before malloc, and a loop that makes Records.
 *
 * An engine optimizes a call by what it saw at that place before. So fresh-code.js imports this file anew,
 * under another query, for every start that is measured. What one start taught the engine is then unknown to
 * the next.
 */

/**
 * Placeholders, as the lesson has them: imports that exist before malloc does, and get their functions later.
 */
export function placeholders() {
  /** @type {Function} */
  let wasmMalloc;
  /** @type {Function} */
  let wasmFree;
  return {
    imports: {
      malloc: (/** @type {number} */ size) => wasmMalloc(size),
      free: (/** @type {number} */ address) => wasmFree(address),
    },
    fill(/** @type {Function} */ malloc, /** @type {Function} */ free) {
      wasmMalloc = malloc;
      wasmFree = free;
    },
  };
}

/**
 * The stubs of generic loaders. Each takes any parameters, and looks its function up by name at the first
 * call.
 */
export function restStubs() {
  /** @type {Record<string, Function>} */
  const found = {};
  const stub = (/** @type {string} */ name) => {
    /** @type {Function | undefined} */
    let resolved;
    return (/** @type {unknown[]} */ ...values) => {
      resolved ??= found[name];
      return resolved(...values);
    };
  };
  return {
    imports: { malloc: stub('malloc'), free: stub('free') },
    fill(/** @type {Function} */ malloc, /** @type {Function} */ free) {
      Object.assign(found, { malloc, free });
    },
  };
}

/**
 * Makes Records from JavaScript and deletes them.
 *
 * @param {Function} createRecord
 * @param {Function} deleteRecord
 * @param {Int32Array} addresses room for the address of each Record
 * @returns {number} of calls
 */
export function churnRecords(createRecord, deleteRecord, addresses) {
  for (let i = 0; i < addresses.length; i++) addresses[i] = createRecord(i, 1.1, 2.2);
  for (let i = 0; i < addresses.length; i++) deleteRecord(addresses[i]);
  return 2 * addresses.length;
}
