/**
 * Three ways to give program.wasm the malloc and free of memory.wasm. Each way has a fresh memory.
 *
 * It always holds that the three return the same shape, so that a page need not know which of them it called.
 */
import { absoluteExports, fetchAndCompileWasmModules, instantiate, link } from '../lib/loader/index.js';

/** @typedef {import('../lib/loader/exports.js').Exports} Exports */

/**
 * @typedef {object} Wired
 * @property {WebAssembly.Memory} memory the one memory in which both modules work
 * @property {Exports} program createRecord, deleteRecord, the layout of a Record
 * @property {Exports} allocator malloc, free and the others
 * @property {WebAssembly.Module} allocatorModule memory.wasm itself, which describes the layout of its heap
 * @property {import('../lib/loader/layout.js').Region[]} regions what lies where in the memory
 * @property {number} heapBase the first address of the heap
 */

/**
 * @typedef {object} Opening
 * @property {number} [maximum] of the memory, in pages, if the page makes it
 * @property {(file: string) => import('../lib/loader/fetch.js').Source} [source] where a module comes from
 */

const MEMORY = 'memory.wasm';
const PROGRAM = 'program.wasm';
const PROGRAM_WITH_MEMORY = 'program-owns-memory.wasm';

/** The address of a file that lies beside the pages. @param {string} name */
export const addressOf = (name) => new URL(`../${name}`, import.meta.url);

/**
 * The program needs a malloc before there is one, so it gets placeholders: each call goes through JavaScript.
 * One file is fetched after the other.
 * @param {Opening} [opening]
 */
async function openCallbacks({ source = addressOf } = {}) {
  const { imports, fill } = placeholders();
  const [programModule] = await fetchAndCompileWasmModules([source(PROGRAM_WITH_MEMORY)]);
  const program = await instantiate(PROGRAM_WITH_MEMORY, programModule, imports);
  const [memoryModule] = await fetchAndCompileWasmModules([source(MEMORY)]);
  const wired = await linkAbove(program, memoryModule);
  fill(wired.allocator);
  return wired;
}

/**
 * The placeholders are the same. Only the loading differs: both files are fetched and compiled at once.
 * @param {Opening} [opening]
 */
async function openParallel({ source = addressOf } = {}) {
  const { imports, fill } = placeholders();
  const sources = [PROGRAM_WITH_MEMORY, MEMORY].map(source);
  const [programModule, memoryModule] = await fetchAndCompileWasmModules(sources);
  const program = await instantiate(PROGRAM_WITH_MEMORY, programModule, imports);
  const wired = await linkAbove(program, memoryModule);
  fill(wired.allocator);
  return wired;
}

/**
 * The page makes the memory, and both modules import it. The program imports memory.wasm's own functions.
 * @param {Opening} [opening]
 */
async function openShared({ source = addressOf, maximum } = {}) {
  const [memory, program] = await fetchAndCompileWasmModules([MEMORY, PROGRAM].map(source));
  const linked = await link({ memory, program }, { maximum });
  return {
    memory: linked.memory,
    program: linked.exports.program,
    allocator: linked.exports.memory,
    allocatorModule: memory,
    regions: linked.regions,
    heapBase: linked.heapBase,
  };
}

/** Imports that a module can have now, and whose functions follow later. */
function placeholders() {
  /** @type {Function} */
  let wasmMalloc;
  /** @type {Function} */
  let wasmFree;
  return {
    imports: {
      env: {
        malloc: (/** @type {number} */ size) => wasmMalloc(size),
        free: (/** @type {number} */ address) => wasmFree(address),
      },
    },
    /** @param {Exports} allocator */
    fill(allocator) {
      wasmMalloc = /** @type {Function} */ (allocator.malloc);
      wasmFree = /** @type {Function} */ (allocator.free);
    },
  };
}

/**
 * Links memory.wasm into the memory that a program owns, above the program's own statics and stack.
 *
 * @param {WebAssembly.Instance} programInstance
 * @param {WebAssembly.Module} memoryModule
 * @returns {Promise<Wired>}
 */
export async function linkAbove(programInstance, memoryModule) {
  const program = /** @type {any} */ (absoluteExports(programInstance));
  const { memory, __global_base: staticsStart, __data_end: staticsEnd, __heap_base: stackTop } = program;
  const linked = await link(
    { memory: memoryModule },
    { memory, start: stackTop, stackSize: 0, imports: { env: { __stack_pointer: program.__stack_pointer } } },
  );
  const [, ...above] = linked.regions;
  return {
    memory,
    program,
    allocator: linked.exports.memory,
    allocatorModule: memoryModule,
    regions: [
      { kind: 'reserved', owner: null, start: 0, end: staticsStart },
      { kind: 'statics', owner: 'program', start: staticsStart, end: staticsEnd },
      { kind: 'stack', owner: 'program', start: staticsEnd, end: stackTop },
      ...above,
    ],
    heapBase: linked.heapBase,
  };
}

/**
 * The wirings by the names that `?wiring=` takes. The first is the default.
 * @type {Record<string, (options?: Opening) => Promise<Wired>>}
 */
export const wirings = { shared: openShared, parallel: openParallel, callbacks: openCallbacks };
