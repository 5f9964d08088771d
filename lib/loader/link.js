/**
 * Links Emscripten side modules over one linear memory and one table, without any generated JavaScript.
 *
 * The order is the one that dynamic linking needs: lay out, resolve every import, instantiate each module after
 * those it calls, fill the global offset table, apply all data relocations, run all constructors. It always holds
 * that a missing import is found before anything was instantiated, and that a link which fails leaves a memory
 * and a table that were handed in as it found them, but for their length and for what a module's own start-up code
 * did outside its statics and its stack.
 */
import { readDylink } from './dylink.js';
import { expect, LoadError, wordsOf } from './errors.js';
import { instantiate, refuseMissing, START_UP_TRAPPED, suppliedBy } from './instantiate.js';
import { planLayout } from './layout.js';

/**
 * Who satisfies one import, and with what.
 * @typedef {object} Binding
 * @property {string} module the module that imports
 * @property {string} from the import's module name: env, GOT.mem, GOT.func
 * @property {string} name
 * @property {WebAssembly.ImportExportKind} kind
 * @property {'caller' | 'loader' | 'module' | 'placeholder'} by `module`: another module's own export, with no
 *   JavaScript between; `placeholder`: a JavaScript function that calls it, where two modules need each other. There
 *   no engine holds one's signature against the other's, and JavaScript converts what passes through;
 *   `caller`: what the caller of `link` supplied; `loader`: memory, table, bases
 * @property {string} [provider] the module that exports it
 */

/** @typedef {Record<string, number | Function | WebAssembly.Memory | WebAssembly.Table | WebAssembly.Global>} Exports */

/**
 * @typedef {object} Linked
 * @property {WebAssembly.Memory} memory
 * @property {WebAssembly.Table} table
 * @property {Record<string, WebAssembly.Instance>} instances by module
 * @property {Record<string, Exports>} exports by module; those that are addresses are absolute, unsigned
 *   numbers. What a function returns is signed, as in every WebAssembly export: `>>> 0` makes an address of it
 * @property {Record<string, WebAssembly.Imports>} imports what each module was instantiated with
 * @property {import('./layout.js').Region[]} regions
 * @property {number} heapBase
 * @property {Binding[]} bindings every import of every module
 */

/**
 * @typedef {object} LinkOptions
 * @property {WebAssembly.Memory} [memory] one that exists already; else one is made that just holds the layout. An
 *   allocator among the modules takes all from the heap's base on, which must be zero: one allocator for each memory
 * @property {number} [maximum] in pages of 64 KiB, for the memory that is made; none if left out
 * @property {WebAssembly.Table} [table] one that exists already; else one is made. It grows by what the modules need
 * @property {number} [start] first address that the modules may use, 1024 if left out; needed with a memory in which
 *   others live. Their allocator must have been called before, or it takes what lies behind its base, these modules too
 * @property {number} [stackSize] in bytes, 65536 if left out; 0 for none. It grows down, and nothing stops it at its
 *   end: below it lies what is below `start`
 * @property {Record<string, WebAssembly.ModuleImports>} [imports] what no module exports; wins over what one does.
 *   A function under env has an address too, for modules that take it, if it is a WebAssembly module's export
 */

export const PAGE_SIZE = 65536;
const DEFAULT_STACK_SIZE = 65536;
/** A GOT entry that is read before it was resolved: as an address it traps, as a slot too. */
const UNRESOLVED = -1;

/**
 * @param {Record<string, WebAssembly.Module>} modules by the name that messages and results use
 * @param {LinkOptions} [options]
 * @returns {Promise<Linked>}
 * @throws {LoadError} at stage 'dylink' or 'link'; for missing imports, one error names all
 * @throws {TypeError} for a module or an option of the wrong type
 */
export async function link(modules, options = {}) {
  checkArguments(modules, options);
  const linker = new Linker(modules, options);
  linker.resolve();
  return linker.instantiate();
}

/**
 * @param {Record<string, unknown>} modules
 * @param {Record<string, any>} options
 */
function checkArguments(modules, { memory, table, start = 1, stackSize = 0, maximum = 0, imports }) {
  for (const [name, module] of Object.entries(modules))
    expect(module instanceof WebAssembly.Module, name, 'a WebAssembly.Module');
  expect(!memory || memory instanceof WebAssembly.Memory, 'memory', 'a WebAssembly.Memory');
  expect(!table || table instanceof WebAssembly.Table, 'table', 'a WebAssembly.Table');
  // Else modules would lie in one memory and be called over another.
  const env = imports?.env ?? {};
  expect(!env.memory || env.memory === memory, 'imports.env.memory', 'the option memory, too');
  const slots = env.__indirect_function_table;
  expect(!slots || slots === table, 'imports.env.__indirect_function_table', 'the option table, too');
  for (const [name, value] of Object.entries({ start, stackSize, maximum }))
    expect(value >>> 0 === value, name, 'a whole number below 2^32');
}

/**
 * An instance's exports with their addresses made absolute.
 *
 * @param {WebAssembly.Instance} instance
 * @param {number} memoryBase where its statics lie; 0 for a module that was linked at fixed addresses
 * @returns {Exports}
 */
export function absoluteExports(instance, memoryBase = 0) {
  /** @type {Exports} */
  const exports = {};
  for (const [name, value] of Object.entries(instance.exports)) {
    const isAddress =
      value instanceof WebAssembly.Global && typeof value.value === 'number' && !isMutable(value);
    exports[name] = isAddress ? (value.value + memoryBase) >>> 0 : value;
  }
  return exports;
}

/** @param {WebAssembly.Global} global */
function isMutable(global) {
  try {
    const { value } = global;
    global.value = value;
    return true;
  } catch {
    return false;
  }
}

class Linker {
  /** @type {Binding[]} */
  bindings = [];
  /** @type {Record<string, WebAssembly.Imports>} */
  imports = {};
  /** @type {Record<string, WebAssembly.Instance>} */
  instances = {};
  /** @type {Record<string, Exports>} */
  exports = {};
  /** Entries of the global offset table: one Global a symbol, shared by all modules that import it. */
  #addresses = new Map();
  #slots = new Map();
  /** What stood in a memory from elsewhere where the modules' stack and statics come to lie. */
  #before = new Uint8Array();
  /** @type {number[]} slots that this link added to the table, which others may lengthen meanwhile */
  #ownSlots = [];
  /**
   * The module that exports a symbol, and as what; the first one wins, as with any linker.
   * @type {Map<string, { provider: string, kind: WebAssembly.ImportExportKind }>}
   */
  #providers = new Map();
  /** What each module says that it needs. */
  #needs = new Map();
  #modules;
  #supplied;
  #layout;
  #stackTop;
  #hasStack;
  #ownsMemory;

  /**
   * @param {Record<string, WebAssembly.Module>} modules
   * @param {LinkOptions} options
   */
  constructor(modules, { memory, maximum, table, start, stackSize = DEFAULT_STACK_SIZE, imports = {} }) {
    this.#modules = modules;
    this.#supplied = imports;

    for (const [name, module] of Object.entries(modules)) {
      const dylink = readDylink(module, name);
      if (!dylink) {
        throw new LoadError(
          'dylink',
          `${name} is not a side module: it has no dylink.0 section.`,
          'Build it with emcc -sSIDE_MODULE, or instantiate it by itself.',
        );
      }
      this.#needs.set(name, dylink);
    }
    this.#layout = planLayout(this.#needs, { start, stackSize, tableStart: table?.length || 1 });
    this.#stackTop = new WebAssembly.Global({ value: 'i32', mutable: true }, this.#layout.stackTop);
    this.#hasStack = stackSize > 0;
    this.#ownsMemory = !memory;
    this.memory = memory ?? this.#createMemory(maximum);
    this.table = table ?? new WebAssembly.Table({ initial: 1, element: 'anyfunc' });

    for (const [provider, module] of Object.entries(modules)) {
      for (const { name, kind } of WebAssembly.Module.exports(module)) {
        if (!this.#providers.has(name)) this.#providers.set(name, { provider, kind });
      }
    }
  }

  /** @param {number} [maximum] in pages */
  #createMemory(maximum) {
    const initial = Math.ceil(this.#layout.heapBase / PAGE_SIZE);
    try {
      return new WebAssembly.Memory({ initial, maximum });
    } catch (error) {
      throw new LoadError(
        'link',
        `The modules and the stack need ${initial} pages: ${wordsOf(error)}`,
        'Allow at least as many, or close other pages that hold much memory.',
        error,
      );
    }
  }

  /** Decides on every import of every module; throws one LoadError that names all that nobody supplies. */
  resolve() {
    const missing = [];
    for (const [name, module] of Object.entries(this.#modules)) {
      for (const { module: from, name: symbol, kind } of WebAssembly.Module.imports(module)) {
        const binding = this.#bind(name, from, symbol, kind);
        if (binding) this.bindings.push(binding);
        else missing.push({ name, from, symbol, kind });
      }
      for (const library of this.#needs.get(name).needed) {
        const isThere = Object.keys(this.#modules).some((other) => sameLibrary(other, library));
        if (!isThere) missing.push({ name, from: 'needed', symbol: library, kind: 'library' });
      }
    }
    refuseMissing(missing);
  }

  /**
   * @param {string} module
   * @param {string} from
   * @param {string} name
   * @param {WebAssembly.ImportExportKind} kind
   * @returns {Binding | null} null if nobody has it
   * @throws {LoadError} if who has it has it as something else
   */
  #bind(module, from, name, kind) {
    const binding = { module, from, name, kind };
    if (suppliedBy(this.#supplied, from, name) !== undefined) return { ...binding, by: 'caller' };
    const callee = from === 'GOT.func' && suppliedBy(this.#supplied, 'env', name);
    if (callee) {
      refuseWithoutSlot(module, name, callee);
      return { ...binding, by: 'caller' };
    }
    if (from === 'GOT.mem' && this.#linkerSymbol(name) !== undefined) return { ...binding, by: 'loader' };
    if (from === 'env' && this.#loaderValue(module, name, kind) !== undefined)
      return { ...binding, by: 'loader' };

    const found = this.#providers.get(name);
    const wanted = from === 'env' ? kind : from === 'GOT.mem' ? 'global' : from === 'GOT.func' && 'function';
    if (found && wanted) {
      const { provider, kind: has } = found;
      if (has === wanted) return { ...binding, by: 'module', provider };
      throw new LoadError(
        'link',
        `${module} takes ${name} for a ${wanted}, but ${provider} exports it as a ${has}.`,
        'Declare it in the one as it is defined in the other; data are globals here.',
      );
    }
    const isWeak = this.#needs.get(module).weak.has(name);
    return isWeak ? { ...binding, by: 'loader' } : null;
  }

  /**
   * The symbols that a linker defines rather than a module.
   * @param {string} name
   * @returns {number | undefined} an address
   */
  #linkerSymbol(name) {
    if (name === '__heap_base') return this.#layout.heapBase;
    if (name === '__stack_high' && this.#hasStack) return this.#layout.stackTop;
    if (name === '__stack_low' && this.#hasStack) return this.#layout.stackLow;
    return undefined;
  }

  /**
   * @param {string} module
   * @param {string} name of an import from env
   * @param {WebAssembly.ImportExportKind} kind
   */
  #loaderValue(module, name, kind) {
    if (kind === 'memory' && name === 'memory') return this.memory;
    if (kind === 'table' && name === '__indirect_function_table') return this.table;
    if (kind !== 'global') return undefined;
    if (name === '__memory_base') return this.#layout.memoryBases.get(module);
    if (name === '__table_base') return this.#layout.tableBases.get(module);
    if (name === '__stack_pointer' && this.#hasStack) return this.#stackTop;
    return this.#linkerSymbol(name);
  }

  /** @returns {Promise<Linked>} */
  async instantiate() {
    const order = this.#callOrder();
    try {
      this.#reserve();
      for (const name of order) await this.#instantiateOne(name);
      this.#takeRoom(() => this.#fillOffsetTable());
      for (const name of order) this.#call(name, '__wasm_apply_data_relocs');
      for (const name of order) this.#call(name, '__wasm_call_ctors');
    } catch (error) {
      this.#undo();
      throw error;
    }
    const { memory, table, instances, exports, imports, bindings } = this;
    const { regions, heapBase } = this.#layout;
    return { memory, table, instances, exports, imports, bindings, regions, heapBase };
  }

  /** Makes room for statics and table slots, and zeroes the statics: a memory from elsewhere may hold old bytes. */
  #reserve() {
    const { memory, table } = this;
    const { regions, heapBase, tableEnd } = this.#layout;
    const pages = Math.ceil(heapBase / PAGE_SIZE) - memory.buffer.byteLength / PAGE_SIZE;
    this.#takeRoom(() => {
      if (pages > 0) memory.grow(pages);
      if (tableEnd > table.length) this.#addSlots(tableEnd - table.length);
    });
    if (this.#ownsMemory) return;
    this.#before = this.#place().slice();
    for (const { kind, start, end } of regions) {
      if (kind === 'statics' && end !== null) new Uint8Array(memory.buffer, start, end - start).fill(0);
    }
  }

  /** The bytes that the modules' stack and statics take, in the buffer of now. */
  #place() {
    const { stackLow, heapBase } = this.#layout;
    return new Uint8Array(this.memory.buffer, stackLow, heapBase - stackLow);
  }

  /** @param {() => void} take grows the memory or the table */
  #takeRoom(take) {
    try {
      take();
    } catch (error) {
      throw new LoadError(
        'link',
        `The modules’ statics or functions do not fit: ${wordsOf(error)}`,
        'Allow a larger maximum for the memory or the table.',
        error,
      );
    }
  }

  #undo() {
    // Nothing was put there before there was room for all of it.
    if (this.#before.length > 0) this.#place().set(this.#before);
    for (const slot of this.#ownSlots) this.table.set(slot, null);
  }

  /**
   * The modules so that each comes after those whose functions it imports; where two need each other, in the
   * order given.
   * @returns {Set<string>}
   */
  #callOrder() {
    const entered = new Set();
    /** @type {Set<string>} */
    const order = new Set();
    /** @param {string} name */
    const visit = (name) => {
      if (entered.has(name)) return;
      entered.add(name);
      for (const { module, from, provider } of this.bindings) {
        if (module === name && from === 'env' && provider !== undefined) visit(provider);
      }
      order.add(name);
    };
    Object.keys(this.#modules).forEach(visit);
    return order;
  }

  /** @param {string} name */
  async #instantiateOne(name) {
    /** @type {WebAssembly.Imports} */
    const imports = {};
    for (const binding of this.bindings) {
      if (binding.module !== name) continue;
      imports[binding.from] ??= {};
      imports[binding.from][binding.name] = this.#valueFor(binding);
    }
    this.imports[name] = imports;
    this.instances[name] = await instantiate(name, this.#modules[name], imports);
    this.exports[name] = absoluteExports(this.instances[name], this.#layout.memoryBases.get(name));
  }

  /**
   * @param {Binding} binding
   * @returns {WebAssembly.ImportValue}
   */
  #valueFor(binding) {
    const { module, from, name, kind, provider } = binding;
    const supplied = suppliedBy(this.#supplied, from, name);
    if (supplied !== undefined) return supplied;
    if (from === 'GOT.mem') return this.#entry(this.#addresses, name);
    if (from === 'GOT.func') return this.#entry(this.#slots, name);
    const own = this.#loaderValue(module, name, kind);
    if (own !== undefined) return own;
    if (provider === undefined) return kind === 'function' ? weakFunction(name) : 0;

    const exported = this.exports[provider]?.[name];
    if (exported !== undefined) return exported;
    // The provider calls this module too and is not there yet: only then does JavaScript stand between the two.
    binding.by = 'placeholder';
    return (/** @type {unknown[]} */ ...values) =>
      /** @type {Function} */ (this.exports[provider][name])(...values);
  }

  /**
   * @param {Map<string, WebAssembly.Global>} table
   * @param {string} symbol
   */
  #entry(table, symbol) {
    let global = table.get(symbol);
    if (!global) {
      global = new WebAssembly.Global({ value: 'i32', mutable: true }, UNRESOLVED);
      table.set(symbol, global);
    }
    return global;
  }

  /** Gives every symbol that a module imports through the GOT its address or its table slot; a weak one gets 0. */
  #fillOffsetTable() {
    for (const [symbol, global] of this.#addresses) {
      global.value = this.#linkerSymbol(symbol) ?? this.#definition(symbol) ?? 0;
    }
    for (const [symbol, global] of this.#slots) {
      const callee = suppliedBy(this.#supplied, 'env', symbol) || this.#definition(symbol);
      global.value = callee ? this.#slotOf(callee) : 0;
    }
  }

  /**
   * @param {string} symbol
   * @returns {any} what the module that exports it has
   */
  #definition(symbol) {
    const found = this.#providers.get(symbol);
    return found && this.exports[found.provider][symbol];
  }

  /** The one that has it already, whoever put it there: a function has one address. @param {Function} callee of wasm */
  #slotOf(callee) {
    for (let slot = 1; slot < this.table.length; slot++) {
      if (this.table.get(slot) === callee) return slot;
    }
    const slot = this.#addSlots(1);
    this.table.set(slot, callee);
    return slot;
  }

  /**
   * @param {number} count
   * @returns {number} the first of the new slots
   */
  #addSlots(count) {
    const first = this.table.grow(count);
    for (let i = 0; i < count; i++) this.#ownSlots.push(first + i);
    return first;
  }

  /**
   * @param {string} name
   * @param {string} symbol a function of no parameters that the module may or may not export
   */
  #call(name, symbol) {
    const callee = this.exports[name][symbol];
    if (typeof callee !== 'function') return;
    try {
      callee();
    } catch (error) {
      const remedy = error instanceof LoadError ? error.remedy : START_UP_TRAPPED;
      throw new LoadError('link', `${name} failed in ${symbol}: ${wordsOf(error)}`, remedy, error);
    }
  }
}

/**
 * @param {string} module that takes the function's address
 * @param {string} name
 * @param {any} callee
 * @throws {LoadError} if no table takes it
 */
function refuseWithoutSlot(module, name, callee) {
  try {
    new WebAssembly.Table({ initial: 1, element: 'anyfunc' }).set(0, callee);
  } catch (error) {
    throw new LoadError(
      'link',
      `${module} takes the address of ${name}, which the caller supplies, but not as a WebAssembly function.`,
      'Let a module export it: a C function that only calls yours has an address.',
      error,
    );
  }
}

/** @param {string} name a weak import that nobody defines: C tests it before it calls, so a call is a fault */
function weakFunction(name) {
  return () => {
    throw new LoadError(
      'link',
      `The weak import ${name} was called, but no module defines it.`,
      'Link one that does.',
    );
  };
}

/**
 * @param {string} name as the caller named a module, perhaps by its file
 * @param {string} library as another module asks for it, by its file: `libx.so` for what was linked with `-lx`,
 *   `x.wasm`
 */
function sameLibrary(name, library) {
  const [ours, theirs] = [name, library].map((file) => file.replace(/\.(so|wasm)$/, ''));
  return ours === theirs || `lib${ours}` === theirs;
}
