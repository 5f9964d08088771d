/**
 * Reads modules and the caller's imports, and returns what `resolve` has to know of them, as plain data.
 */
import { readDylink } from './dylink.js';

/**
 * Something that a module imports or exports.
 * @typedef {object} Item
 * @property {string} name
 * @property {WebAssembly.ImportExportKind} kind
 * @property {object} [type] where known, as the proposal "Type Reflection" writes it. Engines without it tell
 *   kinds only, and nothing in the loader relies on types yet
 */

/**
 * An import has two names: its first name, `from`, and its second, `name`.
 * @typedef {Item & { from: string }} Import
 */

/**
 * @typedef {object} Description
 * @property {string} name as the caller calls the module
 * @property {Import[]} imports
 * @property {Item[]} exports
 * @property {import('./dylink.js').Dylink | null} dylink null for a module that is no side module
 */

/**
 * What is known of a value that the caller or the loader has for an import.
 * @typedef {object} Supply
 * @property {string} from the import's first name
 * @property {string} name
 * @property {WebAssembly.ImportExportKind} [kind] where known. A value of unknown kind is left to the engine
 * @property {boolean} [addressable] whether a table takes the value, so that it can have an address: a
 *   function that WebAssembly exports. Where it is not known, `resolve` assumes it
 */

/**
 * @param {string} name for messages and results
 * @param {WebAssembly.Module} module
 * @returns {Description}
 * @throws {import('./errors.js').LoadError} at stage 'dylink' when the section is damaged
 */
export function describe(name, module) {
  return {
    name,
    imports: importListOf(module),
    exports: WebAssembly.Module.exports(module),
    dylink: readDylink(module, name),
  };
}

/** @param {WebAssembly.Module} module @returns {Import[]} */
export function importListOf(module) {
  return WebAssembly.Module.imports(module).map(({ module: from, ...item }) => ({ from, ...item }));
}

/**
 * What the caller passes for the imports of modules. Each import is looked up by its names. A list of the
 * caller's names would lack what an object inherits from its class, or what a Proxy answers.
 *
 * Where a module takes the address of a function, what the caller passes under env is described, too. Whether
 * it counts, `resolve` decides.
 *
 * @param {Record<string, Record<string, any>>} imports
 * @param {Description[]} modules
 * @returns {Supply[]}
 */
export function describeSupplied(imports, modules) {
  /** @type {Supply[]} */
  const supplied = [];
  const table = new WebAssembly.Table({ initial: 1, element: 'anyfunc' });
  for (const { from: first, name } of modules.flatMap((description) => description.imports)) {
    for (const from of first === 'GOT.func' ? [first, 'env'] : [first]) {
      const value = suppliedBy(imports, from, name);
      if (value !== undefined) supplied.push({ from, name, ...kindOf(value, table) });
    }
  }
  return supplied;
}

/**
 * The value that an import object has under an import's two names, or undefined.
 *
 * @param {Record<string, Record<string, any>>} imports
 * @param {string} from
 * @param {string} name
 */
export function suppliedBy(imports, from, name) {
  return member(member(imports, from), name);
}

/**
 * What an object inherits from its class counts. But a name that every object inherits, as toString, counts
 * only where the object itself has it. A string or a number has no members, since no engine takes it for an
 * import object.
 * @param {any} object
 * @param {string} name
 */
function member(object, name) {
  if (Object(object) !== object) return undefined;
  const isInherited = name in Object.prototype && !Object.hasOwn(object, name);
  return isInherited ? undefined : (object[name] ?? undefined);
}

/**
 * @param {any} value
 * @param {WebAssembly.Table} table to try whether a function fits in
 * @returns {Pick<Supply, 'kind' | 'addressable'>}
 */
function kindOf(value, table) {
  if (typeof value === 'function') return { kind: 'function', addressable: isTakenBy(table, value) };
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof WebAssembly.Global)
    return { kind: 'global' };
  if (value instanceof WebAssembly.Memory) return { kind: 'memory' };
  if (value instanceof WebAssembly.Table) return { kind: 'table' };
  return { addressable: false };
}

/** @param {WebAssembly.Table} table @param {Function} callee */
function isTakenBy(table, callee) {
  try {
    table.set(0, callee);
    return true;
  } catch {
    return false;
  }
}
