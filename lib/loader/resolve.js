/**
 * Decides for every import of every module who supplies it and when its value is known. No other file decides
 * that again.
 *
 * `resolve` takes plain data and returns plain data. Both survive JSON, so a command line or a page can ask
 * it without a WebAssembly.Module at hand.
 *
 * Who supplies an import? It has two names, written env.malloc: a module name, env, and its own, malloc. The
 * first of these that has it supplies it:
 *
 *   1. caller   a value that the caller of `link` passes under the same two names
 *   2. caller   for GOT.func.f, the function that the caller passes as env.f
 *   3. loader   a memory, a table, a base address or a symbol of its own: offers.js lists them
 *   4. module   the first module, in the order given, that exports the import's own name
 *   5. nobody   if the importing module declares the symbol weak: it can do without
 *
 * If none of them has it, the import is missing. If one has something of another kind, the kinds do not
 * match. Such problems are listed and never thrown, so that one error can name them all.
 *
 * When is its value known? That depends on the form in which the importing module gets it:
 *
 *   as           what the importing module gets               when its value is known
 *   value        the caller's or the loader's value           before any module is instantiated
 *   export       the export of the other module, itself       before the importing module is instantiated
 *   placeholder  a JavaScript function that calls the export  after the importing module is instantiated
 *   entry        an entry of the global offset table          after all modules are instantiated
 *   nothing      0, or a function that throws                 before any module is instantiated
 *
 * The global offset table (GOT) has one entry for each symbol whose address modules take: GOT.mem.x for a
 * datum, GOT.func.f for a function, whose address is its slot in the table. An entry is a mutable global. The
 * loader fills all entries last, so modules may take addresses from each other in a circle.
 *
 * Modules may call each other in a circle too. The one that is instantiated first gets placeholders for the
 * functions of the others. No engine compares the signatures there, and JavaScript converts what passes
 * through. A memory, a table, a global or a tag cannot have a placeholder, so a circle of those is a problem.
 */
import { offers } from './offers.js';

/** @typedef {import('./describe.js').Description} Description */
/** @typedef {import('./describe.js').Item} Item */
/** @typedef {import('./describe.js').Supply} Supply */
/** @typedef {import('./problems.js').Problem} Problem */

/**
 * What supplies one import.
 * @typedef {object} Binding
 * @property {string} module the module that imports
 * @property {string} from the import's module name
 * @property {string} name the import's own name
 * @property {Item['kind']} kind
 * @property {Item['type']} [type] where known
 * @property {'caller' | 'loader' | 'module' | 'nobody'} by
 * @property {string} [provider] the module that exports it, where `by` is module
 * @property {'value' | 'export' | 'placeholder' | 'entry' | 'nothing'} as
 */

/**
 * An entry of the global offset table, and what fills it.
 * @typedef {Omit<Binding, 'module' | 'kind' | 'as'>} Entry
 */

/**
 * @typedef {object} Resolution
 * @property {Binding[]} bindings the imports that are supplied, module by module
 * @property {Entry[]} offsetTable one entry for each symbol, which all modules share
 * @property {string[]} order in which modules are instantiated, then relocated, then constructed
 * @property {Problem[]} problems none if the modules can be linked
 */

/**
 * @param {object} request
 * @param {Description[]} request.modules
 * @param {Supply[]} [request.supplied] what the caller passes; without it, nothing
 * @param {Supply[]} [request.offered] what the loader has; without it, all that it can have
 * @returns {Resolution}
 */
export function resolve({ modules, supplied = [], offered = offers({ hasStack: true }) }) {
  const scope = { supplied: byNames(supplied), offered: byNames(offered), exported: firstExports(modules) };
  /** @type {Binding[]} */
  const found = [];
  /** @type {Problem[]} */
  const problems = [];
  for (const { name: module, imports, dylink } of modules) {
    if (!dylink) problems.push({ problem: 'format', module });
    for (const { module: from, ...item } of imports) {
      const wanted = { module, from, ...item };
      const answer = supplierOf(wanted, scope, dylink?.weak ?? []);
      if ('problem' in answer) problems.push({ ...wanted, ...answer });
      else found.push({ ...wanted, ...answer });
    }
    for (const name of dylink?.needed ?? [])
      if (!modules.some((other) => isLibrary(other.name, name)))
        problems.push({ problem: 'library', module, name });
  }

  const order = startOrder(modules, found);
  const isThere = (/** @type {Binding} */ { module, provider = '' }) =>
    order.indexOf(provider) < order.indexOf(module);
  /** @type {Binding[]} */
  const bindings = [];
  for (const binding of found) {
    const { by, as, ...wanted } = binding;
    if (as !== 'export' || isThere(binding)) bindings.push(binding);
    else if (binding.kind === 'function') bindings.push({ ...binding, as: 'placeholder' });
    else problems.push({ problem: 'circle', ...wanted });
  }
  return { bindings, offsetTable: entriesOf(bindings), order, problems };
}

/**
 * Applies the five rules. `as: 'export'` is preliminary, since the order of the modules is not known yet.
 *
 * @param {Omit<Binding, 'by' | 'as'>} wanted
 * @param {{ supplied: Lookup, offered: Lookup, exported: Map<string, Definition> }} scope
 * @param {string[]} weak symbols of the importing module
 * @returns {Pick<Binding, 'by' | 'as' | 'provider'> | Omit<Problem, 'module'>}
 */
function supplierOf({ from, name, kind }, { supplied, offered, exported }, weak) {
  const isEntry = from === 'GOT.mem' || from === 'GOT.func';

  // 1. The caller, under the same two names.
  const value = supplied(from, name);
  if (value?.kind && value.kind !== kind) return { problem: 'kind', wanted: kind, has: value.kind };
  if (value) return { by: 'caller', as: 'value' };

  // 2. The caller, with a function whose address is wanted.
  const callee = from === 'GOT.func' && supplied('env', name);
  if (callee) return callee.addressable ? { by: 'caller', as: 'entry' } : { problem: 'address' };

  // 3. The loader.
  if (offered(from, name)?.kind === kind) return { by: 'loader', as: isEntry ? 'entry' : 'value' };

  // 4. The first module that exports the name.
  const definition = isEntry || from === 'env' ? exported.get(name) : undefined;
  if (definition) {
    const wanted = from === 'GOT.func' ? 'function' : kind;
    const { provider, has } = definition;
    if (has !== wanted) return { problem: 'kind', wanted, has, provider };
    return { by: 'module', provider, as: isEntry ? 'entry' : 'export' };
  }

  // 5. Nobody.
  if (weak.includes(name)) return { by: 'nobody', as: isEntry ? 'entry' : 'nothing' };
  return { problem: 'missing' };
}

/** @typedef {{ provider: string, has: Item['kind'] }} Definition a module that exports a name, and as what */
/** @typedef {(module: string, name: string) => Supply | undefined} Lookup */

/** One text for the two names of an import. @param {string} module @param {string} name */
const key = (module, name) => JSON.stringify([module, name]);

/** @param {Supply[]} supplies @returns {Lookup} */
function byNames(supplies) {
  const found = new Map(supplies.map((supply) => [key(supply.module, supply.name), supply]));
  return (module, name) => found.get(key(module, name));
}

/**
 * All modules share one scope. Of two exports of one name the first counts, as with any linker.
 * @param {Description[]} modules
 */
function firstExports(modules) {
  /** @type {Map<string, Definition>} */
  const exported = new Map();
  for (const { name: provider, exports } of modules) {
    for (const { name, kind } of exports)
      if (!exported.has(name)) exported.set(name, { provider, has: kind });
  }
  return exported;
}

/**
 * Puts each module after those whose exports it imports. A circle forbids that for some module. That one
 * still comes after those whose memories, tables, globals and tags it imports, because only functions have
 * placeholders. Where no import asks for another order, modules keep the order given.
 *
 * @param {Description[]} modules
 * @param {Binding[]} bindings
 */
function startOrder(modules, bindings) {
  /** @type {Map<string | undefined, Binding[]>} */
  const needs = new Map(modules.map(({ name }) => [name, []]));
  for (const binding of bindings) if (binding.as === 'export') needs.get(binding.module)?.push(binding);

  const visited = new Set();
  const placed = new Set();
  /** @type {string[]} */
  const order = [];
  /** Visits all that a module imports from, then places it. @param {any} module */
  const visit = (module) => {
    if (visited.has(module)) return;
    visited.add(module);
    for (const { provider } of needs.get(module) ?? []) visit(provider);
    place(module);
  };
  /** Places those without which a module cannot be instantiated, then it. @param {any} module */
  const place = (module) => {
    if (placed.has(module)) return;
    placed.add(module);
    for (const { kind, provider } of needs.get(module) ?? []) if (kind !== 'function') place(provider);
    order.push(module);
  };
  for (const { name } of modules) visit(name);
  return order;
}

/** @param {Binding[]} bindings @returns {Entry[]} */
function entriesOf(bindings) {
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  for (const { module, kind, as, ...entry } of bindings)
    if (as === 'entry') entries.set(key(entry.from, entry.name), entry);
  return [...entries.values()];
}

/**
 * @param {string} name of a module, perhaps that of its file
 * @param {string} library a file: `libx.so` for what was linked with `-lx`, or `x.wasm`
 */
function isLibrary(name, library) {
  const [ours, theirs] = [name, library].map((file) => file.replace(/\.(so|wasm)$/, ''));
  return ours === theirs || `lib${ours}` === theirs;
}
