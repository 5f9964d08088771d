/**
 * Puts an allocator and the workloads together, each a module of its own, over one fresh memory.
 *
 *     0            reserved                                      the memory's end
 *     |  workloads' stack, statics, scratch, trace  |  the allocator's statics, stack and heap  …
 *
 * It always holds that malloc and free reach the workloads as the allocator's own exports, wasm to wasm; that
 * every allocator starts at the same address with the same amount of memory to spare; and that what the workloads
 * keep for themselves lies below and is not counted.
 */
import { link, PAGE_SIZE } from '../../lib/loader/index.js';

/**
 * @typedef {object} Allocator
 * @property {string} name
 * @property {WebAssembly.Module} module a side module, or one that was linked to start at `reserved`
 * @property {number} [pages] that its import of a memory asks for, where it is no side module
 */

/**
 * @typedef {object} Rig
 * @property {(workload: number) => number} run one round; returns the number of operations, throws when the
 *   allocator failed
 * @property {(trace: { steps: Uint32Array, slots: number }) => void} load a trace to be played
 * @property {() => number} pages that the allocator has taken
 * @property {WebAssembly.Memory} memory
 * @property {any} allocator the allocator's exports
 * @property {any} workloads the workloads' exports
 */

const ALLOCATOR_STACK = 16384;
/** 1 GiB: far more than any workload needs, and what every engine grants. */
const MAXIMUM_PAGES = 16384;
const BROKEN = 0xffffffff;
const OUT_OF_MEMORY = 0xfffffffe;

/**
 * @param {WebAssembly.Module} workloads
 * @param {Allocator} allocator
 * @param {number} reserved where the allocator begins, in bytes
 * @returns {Promise<Rig>}
 */
export async function assemble(workloads, allocator, reserved) {
  const { memory, exports } = await startAllocator(allocator, reserved);
  const { malloc, free, calloc, realloc } = exports;
  const linked = await link({ workloads }, { memory, imports: { env: { malloc, free, calloc, realloc } } });
  const own = /** @type {any} */ (linked.exports.workloads);

  const scratch = linked.heapBase;
  const traceStart = scratch + own.scratch_bytes();
  if (traceStart > reserved)
    throw new RangeError('The workloads need more memory than is reserved for them.');
  own.set_scratch(scratch);

  return {
    memory,
    allocator: exports,
    workloads: own,
    pages: () => (memory.buffer.byteLength - reserved) / PAGE_SIZE,
    load({ steps, slots }) {
      if (traceStart + steps.byteLength > reserved || slots * 4 > own.scratch_bytes()) {
        throw new RangeError('The trace does not fit into the memory reserved for it.');
      }
      new Uint32Array(memory.buffer, traceStart, steps.length).set(steps);
      own.set_trace(traceStart, steps.length / 2, slots);
    },
    run(workload) {
      const operations = own.run(workload) >>> 0;
      if (operations === BROKEN)
        throw new Error('It handed out memory that was in use: a block’s content changed.');
      if (operations === OUT_OF_MEMORY) throw new Error('It returned NULL.');
      return operations;
    },
  };
}

/**
 * @param {Allocator} allocator
 * @param {number} reserved
 */
async function startAllocator({ name, module, pages }, reserved) {
  if (pages === undefined) {
    const memory = new WebAssembly.Memory({ initial: reserved / PAGE_SIZE + 1, maximum: MAXIMUM_PAGES });
    const linked = await link({ [name]: module }, { memory, start: reserved, stackSize: ALLOCATOR_STACK });
    return { memory, exports: /** @type {any} */ (linked.exports[name]) };
  }
  const memory = new WebAssembly.Memory({ initial: pages, maximum: MAXIMUM_PAGES });
  const instance = await WebAssembly.instantiate(module, importsFor(module, memory));
  const exports = /** @type {any} */ (instance.exports);
  exports._initialize?.();
  return { memory, exports };
}

/**
 * What a stand-alone module of Emscripten asks for besides the memory: system calls for messages and numbers
 * that no workload leads to. Each answers 0.
 *
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Memory} memory
 */
function importsFor(module, memory) {
  /** @type {Record<string, WebAssembly.ModuleImports>} */
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = kind === 'memory' ? memory : () => 0;
  }
  return imports;
}
