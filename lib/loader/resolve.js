/**
 * Decides for every import of every module who supplies it and when the module can use it. No other file
 * decides that again.
 *
 * `resolve` takes plain data and returns plain data. Both survive JSON, so a command line or a page can ask
 * it without a WebAssembly.Module at hand:
 *
 *     const { modules, supplied } = JSON.parse(text); // as `describe` makes them
 *     const { bindings, problems } = resolve({ modules, supplied, offered: offers({ hasStack: true }) });
 *     refuse(problems); // throws one LoadError that has the sentences and the remedies
 *
 * WHO SUPPLIES AN IMPORT? It has two names, written env.malloc: a first name, env, and a second, malloc. All
 * modules share one scope: env.malloc means the same in each. The rules are tried in this order:
 *
 *      by       for which imports  what supplies env.x, GOT.mem.x or GOT.func.x
 *   1  caller   all                a value that the caller of `link` passes under the same two names
 *   2  caller   GOT.func.x         the function that the caller passes as env.x
 *   3  loader   env.x, GOT.mem.x   a memory, a table, a base address or a symbol of its own: see offers.js
 *   4  module   env.x, GOT.*.x     the first module, in the order given, that exports x; perhaps the importer
 *   5  nobody   env.x, GOT.*.x     if the importing module declares x weak: it can do without
 *
 * The first rule that finds the name decides. If what it finds is of another kind than the import, that is a
 * problem, and no later rule is tried. If no rule finds the name, the import is missing. Problems are listed
 * and never thrown, so that one error can name them all.
 *
 * WHEN CAN THE MODULE USE IT? That depends on the form in which the importing module gets it:
 *
 *   as           what the importing module gets               when the module can use it
 *   value        the caller's or the loader's value           from its start function on
 *   export       what a module exports: a datum as the        from its start function on
 *                number of its address, all else itself
 *   placeholder  a JavaScript function that calls the export  once the exporting module is instantiated
 *   entry        an entry of the global offset table          once all modules are instantiated
 *   nothing      0, or a function that throws                 from its start function on; 0 is NULL in C
 *
 * The supplier and the first name determine the form:
 *
 *   by       env.x                  GOT.mem.x   GOT.func.x
 *   caller   value                  value       value; entry if the caller passes it as env.x
 *   loader   value                  entry       -
 *   module   export or placeholder  entry       entry
 *   nobody   nothing                entry       entry; it holds 0, which is NULL in C
 *
 * An import with any other first name can only be a value of the caller.
 *
 * The global offset table (GOT) has one entry for each symbol whose address modules take: GOT.mem.x for a
 * datum, GOT.func.f for a function, whose address is its slot in the table. An entry is a mutable global. All
 * entries exist before any module is instantiated, and hold -1. They are filled when all modules are
 * instantiated, so modules may take addresses from each other in a circle.
 *
 * Modules may call each other in a circle too. The one that is instantiated first gets placeholders for the
 * functions of the others. Of two modules that call each other, that is the one given second, because the
 * first one waits for it. Outside of a circle there is no placeholder, except for a function that a module
 * imports from itself. No engine compares the signature of a placeholder with that of the export, and
 * JavaScript converts what passes through. A memory, a table, a global or a tag cannot have a placeholder, so
 * a circle of those is a problem.
 *
 * Only imports from env order the modules. Addresses do not, and the list of needed libraries does not. So a
 * module may be instantiated and constructed before a library of which it takes addresses only.
 */
import { expect } from './errors.js';
import { isGot, isSymbol } from './first-names.js';
import { offers } from './offers.js';

/** @typedef {import('./describe.js').Description} Description */
/** @typedef {import('./describe.js').Import} Import */
/** @typedef {import('./describe.js').Item} Item */
/** @typedef {import('./describe.js').Supply} Supply */
/** @typedef {import('./errors.js').Problem} Problem */

/**
 * What supplies one import.
 * @typedef {object} Binding
 * @property {string} module the module that imports
 * @property {string} from the import's first name
 * @property {string} name the import's second name
 * @property {Item['kind']} kind
 * @property {Item['type']} [type] where known
 * @property {'caller' | 'loader' | 'module' | 'nobody'} by
 * @property {string} [under] the first name under which the caller passes it, where `by` is caller
 * @property {string} [provider] the module that exports it, where `by` is module
 * @property {'value' | 'export' | 'placeholder' | 'entry' | 'nothing'} as
 */

/**
 * An entry of the global offset table, and what fills it. It does not depend on the module that imports it.
 * @typedef {Omit<Binding, 'module' | 'kind' | 'as'>} Entry
 */

/**
 * @typedef {object} Resolution
 * @property {Binding[]} bindings the imports that are supplied, module by module
 * @property {Entry[]} offsetTable one entry for each symbol, which all modules share
 * @property {string[]} order in which modules are instantiated, then relocated, then constructed: the steps
 *   of link.js
 * @property {Problem[]} problems empty if every import has a supplier of its kind and every library is there.
 *   The engine may still refuse a type, as another signature or a smaller memory
 */

/**
 * @param {object} request
 * @param {Description[]} request.modules
 * @param {Supply[]} [request.supplied] what the caller passes; without it, nothing
 * @param {Supply[]} [request.offered] what the loader has; without it, all that it can have
 * @returns {Resolution}
 * @throws {TypeError} if two modules have the same name
 */
export function resolve({ modules, supplied = [], offered = offers({ hasStack: true }) }) {
  const names = modules.map(({ name }) => name);
  expect(new Set(names).size === names.length, 'A name of a module', 'given only once');
  const scope = { ofCaller: byNames(supplied), ofLoader: byNames(offered), ofModules: firstExports(modules) };
  /** @type {Binding[]} */
  const preliminary = [];
  /** @type {Problem[]} */
  const problems = [];
  for (const { name: module, imports, dylink } of modules) {
    if (!dylink) {
      problems.push({ problem: 'format', module });
      continue;
    }
    for (const item of imports) {
      const answer = supplierOf(item, scope, dylink.weak);
      if ('problem' in answer) problems.push({ module, ...item, ...answer });
      else preliminary.push({ module, ...item, ...answer });
    }
    for (const name of dylink.needed)
      if (!names.some((other) => isLibrary(other, name))) problems.push({ problem: 'library', module, name });
  }

  const rank = startOrder(names, preliminary);
  /** @type {Binding[]} */
  const bindings = [];
  for (const binding of preliminary) {
    const { by, as, ...rest } = binding;
    const isThere = Number(rank.get(rest.provider)) < Number(rank.get(rest.module));
    if (as !== 'export' || isThere) bindings.push(binding);
    else if (rest.kind === 'function') bindings.push({ ...binding, as: 'placeholder' });
    else problems.push({ problem: 'circle', ...rest });
  }
  return { bindings, offsetTable: entriesOf(bindings), order: [...rank.keys()], problems };
}

/**
 * Applies the five rules. `as: 'export'` is preliminary, since the order of the modules is not known yet.
 *
 * @param {Import} wanted
 * @param {{ ofCaller: Lookup, ofLoader: Lookup, ofModules: Map<string, Definition> }} scope
 * @param {string[]} weak symbols of the importing module
 * @returns {Supplier & Pick<Binding, 'as'> | Omit<Problem, 'module'>}
 */
function supplierOf({ from, name, kind }, { ofCaller, ofLoader, ofModules }, weak) {
  /**
   * The answer for a supplier that has the name.
   * @param {Supplier} supplier
   * @param {Binding['as']} as
   * @param {Item['kind']} [actual] the kind that the supplier has, where known
   * @param {Item['kind']} [expected]
   */
  const found = (supplier, as, actual, expected = kind) =>
    actual === undefined || actual === expected
      ? { ...supplier, as }
      : { problem: /** @type {const} */ ('kind'), ...supplier, expected, actual };

  // 1. The caller, under the same two names.
  const value = ofCaller(from, name);
  if (value) return found({ by: 'caller', under: from }, 'value', value.kind);

  // 2. The caller, with a function whose address is wanted.
  const callee = from === 'GOT.func' && ofCaller('env', name);
  if (callee) {
    const isFunction = (callee.kind ?? 'function') === 'function' && callee.addressable !== false;
    return isFunction ? { by: 'caller', under: 'env', as: 'entry' } : { problem: 'address' };
  }

  // 3. The loader.
  const offer = ofLoader(from, name);
  if (offer) return found({ by: 'loader' }, isGot(from) ? 'entry' : 'value', offer.kind);

  // Nobody but the caller supplies what is no symbol.
  if (!isSymbol(from)) return { problem: 'missing' };

  // 4. The first module that exports the name.
  const definition = ofModules.get(name);
  if (definition) {
    const expected = from === 'GOT.func' ? 'function' : kind;
    const { provider } = definition;
    return found({ by: 'module', provider }, isGot(from) ? 'entry' : 'export', definition.kind, expected);
  }

  // 5. Nobody. A function or a number can stand for none; a memory, a table or a tag cannot.
  const canBeNone = kind === 'function' || kind === 'global';
  if (canBeNone && weak.includes(name)) return { by: 'nobody', as: isGot(from) ? 'entry' : 'nothing' };
  return { problem: 'missing' };
}

/** @typedef {Pick<Binding, 'by' | 'under' | 'provider'>} Supplier */
/** @typedef {{ provider: string, kind: Item['kind'] }} Definition the first module that exports a name */
/** @typedef {(from: string, name: string) => Supply | undefined} Lookup */

/** One text for the two names of an import. @param {string} from @param {string} name */
const key = (from, name) => JSON.stringify([from, name]);

/** @param {Supply[]} supplies @returns {Lookup} */
function byNames(supplies) {
  const supplyOf = new Map(supplies.map((supply) => [key(supply.from, supply.name), supply]));
  return (from, name) => supplyOf.get(key(from, name));
}

/**
 * The scope that all modules share. Of two exports of one name the first counts, as with any linker.
 * @param {Description[]} modules
 */
function firstExports(modules) {
  /** @type {Map<string, Definition>} */
  const exported = new Map();
  for (const { name: provider, exports } of modules) {
    for (const { name, kind } of exports) if (!exported.has(name)) exported.set(name, { provider, kind });
  }
  return exported;
}

/**
 * Puts each module after those whose exports it imports, as far as circles allow. It always holds:
 *
 *   - a module comes after those whose memories, tables, globals and tags it imports, unless these imports
 *     themselves run in a circle, which is a problem
 *   - a module comes after those whose functions it imports, unless they need it, directly or through others
 *
 * Where no import asks for another order, modules keep the order given.
 *
 * @param {string[]} names of the modules
 * @param {Binding[]} bindings
 * @returns {Map<any, number>} the rank of each module, in the order in which they are instantiated
 */
function startOrder(names, bindings) {
  /** What each module imports from others. @type {Map<string, Binding[]>} */
  const needs = new Map(names.map((name) => [name, []]));
  for (const binding of bindings) if (binding.as === 'export') needs.get(binding.module)?.push(binding);

  /**
   * Makes a function that visits a module: first those that the module needs, each once, then itself.
   * @param {(module: any) => void} done called for each module after those that it needs, except in a circle
   * @param {(need: Binding) => boolean} [isFollowed]
   */
  const visitor = (done, isFollowed = () => true) => {
    const visited = new Set();
    const visit = (/** @type {any} */ module) => {
      if (visited.has(module)) return;
      visited.add(module);
      for (const need of needs.get(module) ?? []) if (isFollowed(need)) visit(need.provider);
      done(module);
    };
    return visit;
  };

  /**
   * For each module itself and all that it needs, directly or through others.
   * @type {Map<string | undefined, Set<string>>}
   */
  const reach = new Map(names.map((name) => [name, new Set()]));
  for (const [name, all] of reach) visitor((module) => all.add(module))(name);

  /** @type {Map<any, number>} */
  const rank = new Map();
  /** Ranks a module after those that must come before it. */
  const place = visitor(
    (module) => rank.set(module, rank.size),
    ({ module, kind, provider }) => kind !== 'function' || !reach.get(provider)?.has(module),
  );
  // Visiting all needs first enters a circle of calls at its far end, so that one placeholder closes it.
  const visit = visitor(place);
  for (const name of names) visit(name);
  return rank;
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
