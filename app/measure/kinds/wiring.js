/**
 * What reaching malloc costs, in five ways, with the same C code and the same allocator.
 *
 * It always holds that each start has a memory, a link and calling code of its own, and that the Records are
 * made and deleted by the same C code, whichever way it reaches malloc and free.
 */
import { compileBytes, link, PAGE_SIZE } from '../../../lib/loader/index.js';
import { capitalized } from '../../prose.js';
import { freshCode } from '../../timing/fresh-code.js';
import { compare } from '../../timing/statistics.js';
import { percent, span, times } from '../figures.js';
import { samplesOf } from '../readings.js';
import { compileFile } from '../site.js';
import { paceSetting } from './kind.js';

/** @typedef {{ memory: WebAssembly.Memory, exports: any }} Linked the program's exports */
/** @typedef {Awaited<ReturnType<typeof openModules>>} Modules */
/** @typedef {typeof import('../../timing/fresh.js')} Code JavaScript that no engine has seen before */

const RECORDS = 1000;
/** The allocator begins here. Below lie the program's statics and stack, then the list of addresses. */
const ALLOCATOR_START = 4 * PAGE_SIZE;
const LIST = 2 * PAGE_SIZE;
const STACK = 16384;
/** In units of a direct call: what a call through a JavaScript placeholder is often said to cost. */
const OFTEN_CLAIMED = 1.05;

/** @type {import('./kind.js').Kind} */
export const wiring = {
  id: 'wiring',
  heading: 'What the wiring costs',
  title: 'What the wiring costs',
  about: `
    <p>One program makes a thousand Records and deletes them, again and again. Its calls reach
    <code>malloc</code> in one of five ways:</p>
    <ul>
      <li><em>static</em>: <code>malloc</code> is in the same module, so that no call leaves it;</li>
      <li><em>direct</em>: the import is the other module’s own function;</li>
      <li><em>table</em>: the call goes through a slot of the function table;</li>
      <li><em>placeholders</em>: the import is a JavaScript function, <code>n =&gt;
      wasmMalloc(n)</code>;</li>
      <li><em>rest stubs</em>: the import is a JavaScript function for any parameters, as generic loaders
      make them.</li>
    </ul>
    <p>It is often said that a placeholder costs about five percent.</p>`,
  settings: [paceSetting('normal')],
  unit: { name: 'ns per operation', nanoseconds: 1 },
  table: { rows: 'entrants', hasMean: false },
  needsBrowser: false,
  open,
  sentences,
};

/** @type {import('./kind.js').Kind['open']} */
async function open(site) {
  const modules = await openModules(site);
  return {
    entrants: WAYS.map(({ name, ours, yardstick }) => ({ name, ours, yardstick })),
    tasks: TASKS.map(({ id, title, rounds }) => ({
      id,
      title,
      contestants: WAYS.map(({ name, wire }) => ({
        name,
        async open() {
          const code = await freshCode();
          return { round: rounds(await wire(modules, code), code) };
        },
      })),
    })),
  };
}

/** @param {import('../site.js').Site} site */
async function openModules(site) {
  const [{ name, bytes }] = await site.ownAllocators();
  return {
    memory: await compileBytes(bytes, name),
    records: await compileFile(site, 'wiring.wasm'),
    throughTable: await compileFile(site, 'wiring-table.wasm'),
    statically: await compileFile(site, 'wiring-static.wasm'),
  };
}

/** @type {{ id: string, title: string, rounds: (linked: Linked, code: Code) => () => number }[]} */
const TASKS = [
  {
    id: 'from-js',
    title: 'called from JavaScript',
    rounds({ exports }, { churnRecords }) {
      const addresses = new Int32Array(RECORDS);
      return () => churnRecords(exports.createRecord, exports.deleteRecord, addresses);
    },
  },
  {
    id: 'in-wasm',
    title: 'in a loop inside wasm',
    rounds:
      ({ exports }) =>
      () =>
        exports.churn_records(LIST, RECORDS),
  },
];

/**
 * The ways to reach malloc.
 * @type {{ name: string, ours?: boolean, yardstick?: boolean,
 *   wire: (modules: Modules, code: Code) => Promise<Linked> }[]}
 */
const WAYS = [
  {
    name: 'static',
    yardstick: true,
    async wire({ statically }) {
      const memory = newMemory();
      const place = { memory, start: ALLOCATOR_START, stackSize: STACK };
      const { exports } = await link({ program: statically }, place);
      return { memory, exports: exports.program };
    },
  },
  {
    name: 'direct',
    ours: true,
    async wire(modules) {
      const { memory, malloc, free } = await startAllocator(modules);
      const { exports } = await link(
        { program: modules.records },
        { memory, imports: { env: { malloc, free } } },
      );
      return { memory, exports: exports.program };
    },
  },
  {
    name: 'table',
    async wire(modules) {
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
  { name: 'placeholders', wire: (modules, { placeholders }) => throughStubs(modules, placeholders()) },
  { name: 'rest stubs', wire: (modules, { restStubs }) => throughStubs(modules, restStubs()) },
];

const newMemory = () => new WebAssembly.Memory({ initial: ALLOCATOR_START / PAGE_SIZE + 1 });

/** @param {Modules} modules */
async function startAllocator({ memory: allocator }) {
  const memory = newMemory();
  const { exports } = await link({ allocator }, { memory, start: ALLOCATOR_START, stackSize: STACK });
  return { memory, .../** @type {any} */ (exports.allocator) };
}

/** @param {Modules} modules @param {ReturnType<Code['placeholders']>} stubs @returns {Promise<Linked>} */
async function throughStubs(modules, { imports, fill }) {
  const { memory, malloc, free } = await startAllocator(modules);
  const { exports } = await link({ program: modules.records }, { memory, imports: { env: imports } });
  fill(malloc, free);
  return { memory, exports: exports.program };
}

/** @type {import('./kind.js').Kind['sentences']} */
function sentences({ tasks }) {
  return tasks.flatMap((task) => {
    const where = capitalized(task.title);
    const hop = against(task, 'direct', 'placeholders');
    const rest = ['direct', 'table', 'rest stubs'].flatMap((name) => {
      const compared = against(task, 'static', name);
      return compared ? [{ name, ...compared }] : [];
    });
    const text = `${where}, compared with one statically linked module: ${rest.map(toStatic).join('; ')}.`;
    return [
      ...(hop ? [claim(where, hop)] : []),
      ...(rest.length ? [{ met: rest.every(({ verdict }) => verdict !== 'noisy'), text }] : []),
    ];
  });
}

/**
 * @param {import('../run.js').TaskResult} task
 * @param {string} one of the ways
 * @param {string} other
 * @returns {ReturnType<typeof compare> | null} the other's time in units of the one's; null if one of them
 *   did not finish the task
 */
function against(task, one, other) {
  const [a, b] = [one, other].map((name) => samplesOf(task, name));
  return a && b && compare(a, b);
}

/** @param {{ name: string } & ReturnType<typeof compare>} compared with the static way */
function toStatic({ name, verdict, ratio: { median, interval } }) {
  if (verdict === 'noisy') return `${name}: too noisy to say`;
  if (verdict === 'same') return `${name}: no difference seen (${span(interval)} times the time)`;
  return `${name}: ${times(median)} the time (${span(interval)})`;
}

/**
 * What the samples say of the often claimed cost.
 * @param {string} where
 * @param {ReturnType<typeof compare>} hop the time of placeholders in units of direct calls
 */
function claim(where, { verdict, ratio: { median, interval } }) {
  const cost = `${where}, placeholders take ${times(median)} the time of direct calls (${span(interval)}).`;
  const claimed = 'the five percent that are often claimed';
  if (verdict === 'noisy') {
    return { met: false, text: `${cost} The machine was too noisy to compare that with ${claimed}.` };
  }
  if (interval.high < OFTEN_CLAIMED) return { met: true, text: `${cost} That is less than ${claimed}.` };
  if (interval.low > OFTEN_CLAIMED) {
    return { met: true, text: `${cost} That is more than ${claimed}: here it is ${percent(median - 1)} %.` };
  }
  if (verdict === 'same') {
    return { met: true, text: `${cost} That shows no cost, but does not rule out ${claimed}.` };
  }
  return { met: true, text: `${cost} That agrees with ${claimed}.` };
}
