/**
 * What reaching malloc costs, by every way there is, on the same Records and the same allocator.
 *
 * It always holds that each start has a memory, a link and calling code of its own, and that the Records are made
 * and deleted by the same C, whichever way its malloc and free lead.
 */
import { link, PAGE_SIZE } from '../../lib/loader/index.js';
import { freshCode } from '../timing/fresh-code.js';

/** @typedef {{ memory: WebAssembly.Module, records: WebAssembly.Module, throughTable: WebAssembly.Module,
 *   statically: WebAssembly.Module }} WiringModules */

/** @typedef {{ memory: WebAssembly.Memory, exports: any }} Wired */

const RECORDS = 1000;
/** Where the allocator begins; the program's statics and stack lie below, then the list of addresses. */
const ALLOCATOR_START = 4 * PAGE_SIZE;
const LIST = 2 * PAGE_SIZE;
const STACK = 16384;

/** @param {WiringModules} modules */
async function startAllocator({ memory: module }) {
  const memory = new WebAssembly.Memory({ initial: ALLOCATOR_START / PAGE_SIZE + 1 });
  const linked = await link({ memory: module }, { memory, start: ALLOCATOR_START, stackSize: STACK });
  return { memory, .../** @type {any} */ (linked.exports.memory) };
}

/**
 * @param {WiringModules} modules
 * @param {{ imports: WebAssembly.ModuleImports, fill: (malloc: Function, free: Function) => void }} stubs
 * @returns {Promise<Wired>}
 */
async function throughStubs(modules, { imports, fill }) {
  const { memory, malloc, free } = await startAllocator(modules);
  const linked = await link({ program: modules.records }, { memory, imports: { env: imports } });
  fill(malloc, free);
  return { memory, exports: linked.exports.program };
}

/** The ways to wire, the floor first. */
const WIRINGS = [
  {
    name: 'static',
    yardstick: true,
    /** @param {WiringModules} modules @returns {Promise<Wired>} */
    async open({ statically }) {
      const memory = new WebAssembly.Memory({ initial: ALLOCATOR_START / PAGE_SIZE + 1 });
      const linked = await link(
        { program: statically },
        { memory, start: ALLOCATOR_START, stackSize: STACK },
      );
      return { memory, exports: linked.exports.program };
    },
  },
  {
    name: 'direct',
    ours: true,
    /** @param {WiringModules} modules @returns {Promise<Wired>} */
    async open(modules) {
      const { memory, malloc, free } = await startAllocator(modules);
      const linked = await link({ program: modules.records }, { memory, imports: { env: { malloc, free } } });
      return { memory, exports: linked.exports.program };
    },
  },
  {
    name: 'table',
    /** @param {WiringModules} modules @returns {Promise<Wired>} */
    async open(modules) {
      const { memory, malloc, free } = await startAllocator(modules);
      const table = new WebAssembly.Table({ initial: 3, element: 'anyfunc' });
      table.set(1, malloc);
      table.set(2, free);
      const linked = await link({ program: modules.throughTable }, { memory, table });
      const exports = /** @type {any} */ (linked.exports.program);
      exports.set_slots(1, 2);
      return { memory, exports };
    },
  },
  {
    name: 'placeholders',
    /** @param {WiringModules} modules @param {typeof import('../timing/fresh.js')} code */
    open: (modules, code) => throughStubs(modules, code.placeholders()),
  },
  {
    name: 'rest stubs',
    /** @param {WiringModules} modules @param {typeof import('../timing/fresh.js')} code */
    open: (modules, code) => throughStubs(modules, code.restStubs()),
  },
];

/**
 * @param {WiringModules} modules
 * @returns {{ entrants: import('./series.js').Entrant[], tasks: import('./series.js').Task[] }}
 */
export function wiringTasks(modules) {
  /** @param {string} id @param {string} title @param {(wired: Wired, code: typeof import('../timing/fresh.js')) => () => number} rounds */
  const task = (id, title, rounds) => ({
    id,
    title,
    contestants: WIRINGS.map(({ name, open }) => ({
      name,
      async open() {
        const code = await freshCode();
        return { round: rounds(await open(modules, code), code) };
      },
    })),
  });
  return {
    entrants: WIRINGS.map(({ name, ours, yardstick }) => ({ name, ours, yardstick })),
    tasks: [
      task('from-js', 'called from JavaScript', ({ exports }, { churnRecords }) => {
        const addresses = new Int32Array(RECORDS);
        return () => churnRecords(exports.createRecord, exports.deleteRecord, addresses);
      }),
      task(
        'in-wasm',
        'in a loop inside wasm',
        ({ exports }) =>
          () =>
            exports.churn_records(LIST, RECORDS),
      ),
    ],
  };
}
