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
 * @typedef {object} Description
 * @property {string} name as the caller calls the module
 * @property {(Item & { module: string })[]} imports `module` is the first of an import's two names
 * @property {Item[]} exports
 * @property {import('./dylink.js').Dylink | null} dylink null for a module that is no side module
 */

/**
 * A value for an import, from the caller or the loader.
 * @typedef {object} Supply
 * @property {string} module the first of the import's two names
 * @property {string} name
 * @property {WebAssembly.ImportExportKind} [kind] where known. The engine judges a value of unknown kind
 * @property {boolean} [addressable] whether it is a function that a table takes, so that it can have an
 *   address
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
    imports: WebAssembly.Module.imports(module),
    exports: WebAssembly.Module.exports(module),
    dylink: readDylink(module, name),
  };
}

/**
 * What the caller passes for the imports of modules. Each import is looked up by its names. A list of the
 * caller's names would lack what an object inherits from its class, or what a Proxy answers.
 *
 * @param {Record<string, Record<string, any>>} imports
 * @param {Description[]} modules
 * @returns {Supply[]}
 */
export function describeSupplied(imports, modules) {
  /** @type {Supply[]} */
  const supplied = [];
  for (const { module, name } of modules.flatMap((description) => description.imports)) {
    // A function under env supplies GOT.func too, by its address.
    for (const from of module === 'GOT.func' ? [module, 'env'] : [module]) {
      const value = suppliedBy(imports, from, name);
      if (value !== undefined) supplied.push({ module: from, name, ...kindOf(value) });
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
 * Names that every object inherits, as toString, count only where the object has its own.
 * @param {any} object
 * @param {string} name
 */
function member(object, name) {
  const isInherited = name in Object.prototype && !Object.hasOwn(object ?? {}, name);
  return isInherited ? undefined : (object?.[name] ?? undefined);
}

/** @param {any} value @returns {Pick<Supply, 'kind' | 'addressable'>} */
function kindOf(value) {
  if (typeof value === 'function') return { kind: 'function', addressable: isAddressable(value) };
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof WebAssembly.Global)
    return { kind: 'global' };
  if (value instanceof WebAssembly.Memory) return { kind: 'memory' };
  if (value instanceof WebAssembly.Table) return { kind: 'table' };
  return {};
}

/** @param {Function} callee */
function isAddressable(callee) {
  try {
    new WebAssembly.Table({ initial: 1, element: 'anyfunc' }).set(0, callee);
    return true;
  } catch {
    return false;
  }
}
