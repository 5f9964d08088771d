/**
 * Three ways to give program.wasm the malloc and free of memory.wasm, each on a fresh memory.
 *
 * Whichever is used, the result has the same shape, so that the page need not know which one it was.
 */
import { absoluteExports, fetchAndCompileWasmModules, instantiate, link } from '../lib/loader/index.js';

/**
 * @typedef {object} Wired
 * @property {WebAssembly.Memory} memory the one memory that both modules work on
 * @property {import('../lib/loader/link.js').Exports} program createRecord, deleteRecord, the layout of a Record
 * @property {import('../lib/loader/link.js').Exports} allocator malloc, free and the others
 * @property {WebAssembly.Module} allocatorModule memory.wasm itself, which tells how its heap is laid out
 * @property {import('../lib/loader/layout.js').Region[]} regions what lies where
 * @property {number} heapBase
 */

/**
 * @typedef {object} Opening
 * @property {number} [maximum] in pages: bounds the memory, where the page makes it
 * @property {(name: string) => import('../lib/loader/fetch.js').Source} [source] where a module comes from
 */

const MEMORY = 'memory.wasm';
const PROGRAM = 'program.wasm';
const PROGRAM_WITH_MEMORY = 'program-owns-memory.wasm';

/** @param {string} name */
const beside = (name) => new URL(`../${name}`, import.meta.url);

/**
 * The program needs a malloc before there is one, so it gets placeholders; each of its calls goes through
 * JavaScript. One file is fetched after the other.
 * @param {Opening} [opening]
 */
async function openCallbacks({ source = beside } = {}) {
  const { imports, fill } = placeholders();
  const [programModule] = await fetchAndCompileWasmModules([source(PROGRAM_WITH_MEMORY)]);
  const program = await instantiate(PROGRAM_WITH_MEMORY, programModule, imports);
  const [memoryModule] = await fetchAndCompileWasmModules([source(MEMORY)]);
  const wired = await linkAbove(program, memoryModule);
  fill(wired.allocator);
  return wired;
}

/**
 * The same placeholders; only the loading differs: both files are fetched and compiled at once.
 * @param {Opening} [opening]
 */
async function openParallel({ source = beside } = {}) {
  const { imports, fill } = placeholders();
  const sources = [PROGRAM_WITH_MEMORY, MEMORY].map(source);
  const [programModule, memoryModule] = await fetchAndCompileWasmModules(sources);
  const program = await instantiate(PROGRAM_WITH_MEMORY, programModule, imports);
  const wired = await linkAbove(program, memoryModule);
  fill(wired.allocator);
  return wired;
}

/**
 * The page makes the memory and both modules import it: memory.wasm's own functions are the program's imports.
 * @param {Opening} [opening]
 */
async function openShared({ source = beside, maximum } = {}) {
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

/** Imports that can be handed out now and given their functions later. */
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
    /** @param {import('../lib/loader/link.js').Exports} allocator */
    fill(allocator) {
      wasmMalloc = /** @type {Function} */ (allocator.malloc);
      wasmFree = /** @type {Function} */ (allocator.free);
    },
  };
}

/**
 * Links memory.wasm into the memory that a program owns, above all that the program itself uses.
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
 * By the name that `?wiring=` takes; the first is the default.
 * @type {Record<string, (options?: Opening) => Promise<Wired>>}
 */
export const wirings = { shared: openShared, parallel: openParallel, callbacks: openCallbacks };
