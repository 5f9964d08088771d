/**
 * The module of workloads, linked with one allocator over one fresh memory.
 *
 *     0          reserved                                    the memory's end
 *     |  workloads' stack, statics, scratch, trace  |  the allocator's statics, stack and heap  …
 *
 * It always holds that the workloads import the allocator's own exports, so that a call of malloc goes from
 * wasm to wasm. Every allocator starts at the same address. A side module begins with one page above it; an
 * allocator that was linked beforehand begins with the pages that its import of a memory asks for. All may
 * grow to the same size. The workloads keep their own data below that address, and it is not counted.
 *
 * A workload is added in native/workloads, in C; this file lists what the module has.
 */
import { link, PAGE_SIZE } from '../../lib/loader/index.js';

/**
 * @typedef {object} Allocator
 * @property {string} name
 * @property {WebAssembly.Module} module a side module, or one that was linked to start at `reserved`
 * @property {number} [pages] what its import of a memory asks for, where it is no side module
 */

/**
 * @typedef {object} LinkedWorkloads
 * @property {(workload: number) => number} run runs one round; returns the number of operations, throws when
 *   the allocator failed
 * @property {(trace: { steps: Uint32Array, slots: number }) => void} load loads a trace, to be played
 * @property {() => number} pages that the allocator has taken
 * @property {WebAssembly.Memory} memory
 * @property {any} allocator the allocator's exports
 * @property {any} workloads the workloads' exports
 */

/**
 * What all allocators do: a workload of the module, or a trace that its player plays back.
 * @typedef {object} Workload
 * @property {string} id
 * @property {string} title
 * @property {number} index in the module
 * @property {import('./trace.js').Trace} [trace]
 */

const ALLOCATOR_STACK = 16384;
/** 1 GiB: far more than any workload needs, and what every engine grants. */
const MAXIMUM_PAGES = 16384;
/** What `run` of the module returns in place of a number of operations. */
const BROKEN = 0xffffffff;
const OUT_OF_MEMORY = 0xfffffffe;

/**
 * @param {WebAssembly.Module} module of the workloads
 * @param {Allocator} allocator
 * @param {number} reserved the address at which the allocator begins
 * @returns {Promise<LinkedWorkloads>}
 */
export async function linkWorkloads(module, allocator, reserved) {
  const { memory, exports } = await startAllocator(allocator, reserved);
  const { malloc, free, calloc, realloc } = exports;
  const imports = { env: { malloc, free, calloc, realloc } };
  const linked = await link({ workloads: module }, { memory, imports });
  const workloads = /** @type {any} */ (linked.exports.workloads);

  const scratch = linked.heapBase;
  const traceStart = scratch + workloads.scratch_bytes();
  if (traceStart > reserved) {
    throw new RangeError('The workloads need more memory than is reserved for them.');
  }
  workloads.set_scratch(scratch);

  return {
    memory,
    allocator: exports,
    workloads,
    pages: () => (memory.buffer.byteLength - reserved) / PAGE_SIZE,
    load({ steps, slots }) {
      if (traceStart + steps.byteLength > reserved || slots * 4 > workloads.scratch_bytes()) {
        throw new RangeError('The trace does not fit into the memory reserved for it.');
      }
      new Uint32Array(memory.buffer, traceStart, steps.length).set(steps);
      workloads.set_trace(traceStart, steps.length / 2, slots);
    },
    run(workload) {
      const operations = workloads.run(workload) >>> 0;
      if (operations === BROKEN) {
        throw new Error('The allocator handed out memory that was in use: a block’s content changed.');
      }
      if (operations === OUT_OF_MEMORY) throw new Error('The allocator returned NULL.');
      return operations;
    },
  };
}

/**
 * Lists the workloads of the module, then the traces.
 *
 * @param {LinkedWorkloads} linked
 * @param {import('./trace.js').Trace[]} traces
 * @returns {Workload[]}
 */
export function listWorkloads({ workloads, memory }, traces) {
  const text = (/** @type {number} */ address) => {
    const bytes = new Uint8Array(memory.buffer, address);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  };
  const all = Array.from({ length: workloads.workload_count() }, (_, index) => ({
    id: text(workloads.workload_id(index)),
    title: text(workloads.workload_title(index)),
    index,
  }));
  const player = all.findIndex(({ id }) => id === 'play');
  const played = traces.map((trace) => ({
    id: `trace-${trace.title.replace(/\W+/g, '-').toLowerCase()}`,
    title: `trace: ${trace.title}`,
    index: player,
    trace,
  }));
  // What has no title is no workload by itself.
  return [...all.filter(({ title }) => title), ...played];
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
  // Emscripten makes this function only where there is something to initialize.
  exports._initialize?.();
  return { memory, exports };
}

/**
 * What a stand-alone module of Emscripten imports: the memory, and system calls for messages and numbers,
 * which no workload leads to. Each of these answers 0.
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
