/**
 * Compares allocators: the same workloads on each, in turns, with the time, the pages and the bytes of each.
 *
 * It always holds that all allocators are linked in the same way and run the same workload module, and that the
 * pages are those after a fixed number of rounds on a fresh memory, whatever the time allowed.
 */
import { race } from './race.js';
import { assemble } from './rig.js';

/**
 * One allocator to compare, with the size of what would ship.
 * @typedef {import('./rig.js').Allocator & { bytes: number, gzip: number, ours?: boolean }} Entrant
 */

/**
 * One thing to do: a workload of the module, or a trace to be played.
 * @typedef {object} Task
 * @property {string} id
 * @property {string} title
 * @property {number} index of the workload in the module
 * @property {import('./trace.js').Trace} [trace]
 */

/**
 * @typedef {object} TaskResult
 * @property {string} id
 * @property {string} title
 * @property {(import('./race.js').Result & { pages: number })[]} results one for each entrant, in their order
 */

/** Rounds on a fresh memory before its pages are counted. */
const PAGE_ROUNDS = 3;

/**
 * What the module can do, and the traces.
 *
 * @param {WebAssembly.Module} workloads
 * @param {Entrant} any an allocator to start the module with
 * @param {number} reserved
 * @param {import('./trace.js').Trace[]} traces
 * @returns {Promise<Task[]>}
 */
export async function listTasks(workloads, any, reserved, traces) {
  const { workloads: own, memory } = await assemble(workloads, any, reserved);
  const text = (/** @type {number} */ address) => {
    const bytes = new Uint8Array(memory.buffer, address);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  };
  /** @type {Task[]} */
  const tasks = [];
  let play = -1;
  for (let index = 0; index < own.workload_count(); index++) {
    const task = { id: text(own.workload_id(index)), title: text(own.workload_title(index)), index };
    if (task.title) tasks.push(task);
    else if (task.id === 'play') play = index;
  }
  for (const trace of traces) {
    tasks.push({
      id: `trace_${trace.title.replace(/\W+/g, '_')}`,
      title: `trace: ${trace.title}`,
      index: play,
      trace,
    });
  }
  return tasks;
}

/**
 * @param {object} set
 * @param {WebAssembly.Module} set.workloads
 * @param {number} set.reserved
 * @param {Entrant[]} set.entrants
 * @param {Task[]} set.tasks
 * @param {import('./race.js').Pace} pace
 * @param {Parameters<typeof race>[2]} [options]
 * @returns {AsyncGenerator<{ task: Task, name: string, done: number, of: number, result?: TaskResult }, TaskResult[]>}
 *   after every sample; with `result` when a task is finished
 */
export async function* compareAllocators({ workloads, reserved, entrants, tasks }, pace, options) {
  const results = [];
  let before = 0;
  for (const task of tasks) {
    const open = async (/** @type {Entrant} */ entrant) => {
      const rig = await assemble(workloads, entrant, reserved);
      if (task.trace) rig.load(task.trace);
      return rig;
    };
    const contestants = entrants.map((entrant) => ({
      name: entrant.name,
      async open() {
        const rig = await open(entrant);
        return { round: () => rig.run(task.index) };
      },
    }));

    const runs = race(contestants, pace, options);
    let step = await runs.next();
    let of = 0;
    while (!step.done) {
      of = step.value.of;
      yield { task, name: step.value.name, done: before + step.value.done, of: of * tasks.length };
      step = await runs.next();
    }
    const pages = await Promise.all(
      entrants.map(async (entrant) => pagesOf(await open(entrant).catch(() => null), task)),
    );
    const result = {
      id: task.id,
      title: task.title,
      results: step.value.map((one, i) => ({ ...one, pages: pages[i] })),
    };
    results.push(result);
    before += of;
    yield { task, name: '', done: before, of: of * tasks.length, result };
  }
  return results;
}

/** @param {import('./rig.js').Rig | null} rig @param {Task} task */
function pagesOf(rig, task) {
  try {
    for (let i = 0; i < PAGE_ROUNDS; i++) rig?.run(task.index);
  } catch {
    return Number.NaN;
  }
  return rig ? rig.pages() : Number.NaN;
}
