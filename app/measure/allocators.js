/**
 * Compares allocators: the same workloads on each, in turns, with the time, the pages and the bytes of each.
 *
 * It always holds that all allocators are linked in the same way and run the same workload module, and that the
 * pages are those after a fixed number of rounds on a fresh memory, whatever the time allowed.
 */
import { assemble } from './rig.js';

/** @typedef {import('./rig.js').Allocator & import('./series.js').Entrant} AllocatorEntrant */

/**
 * One thing to do: a workload of the module, or a trace to be played.
 * @typedef {object} Work
 * @property {string} id
 * @property {string} title
 * @property {number} index of the workload in the module
 * @property {import('./trace.js').Trace} [trace]
 */

/** Rounds on a fresh memory before its pages are counted. */
const PAGE_ROUNDS = 3;

/**
 * What the module can do, and the traces.
 *
 * @param {WebAssembly.Module} workloads
 * @param {import('./rig.js').Allocator} any an allocator to start the module with
 * @param {number} reserved
 * @param {import('./trace.js').Trace[]} traces
 * @returns {Promise<Work[]>}
 */
export async function listWorks(workloads, any, reserved, traces) {
  const { workloads: own, memory } = await assemble(workloads, any, reserved);
  const text = (/** @type {number} */ address) => {
    const bytes = new Uint8Array(memory.buffer, address);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  };
  /** @type {Work[]} */
  const works = [];
  let play = -1;
  for (let index = 0; index < own.workload_count(); index++) {
    const work = { id: text(own.workload_id(index)), title: text(own.workload_title(index)), index };
    if (work.title) works.push(work);
    else if (work.id === 'play') play = index;
  }
  for (const trace of traces) {
    const id = `trace-${trace.title.replace(/\W+/g, '-').toLowerCase()}`;
    works.push({ id, title: `trace: ${trace.title}`, index: play, trace });
  }
  return works;
}

/**
 * @param {object} set
 * @param {WebAssembly.Module} set.workloads
 * @param {number} set.reserved
 * @param {AllocatorEntrant[]} set.entrants
 * @param {Work[]} set.works
 * @returns {import('./series.js').Task[]}
 */
export function allocatorTasks({ workloads, reserved, entrants, works }) {
  return works.map(({ id, title, index, trace }) => {
    const start = async (/** @type {AllocatorEntrant} */ entrant) => {
      const rig = await assemble(workloads, entrant, reserved);
      if (trace) rig.load(trace);
      return { round: () => rig.run(index), pages: rig.pages };
    };
    return {
      id,
      title,
      contestants: entrants.map((entrant) => ({ name: entrant.name, open: () => start(entrant) })),
      also: () =>
        Promise.all(
          entrants.map(async (entrant) => {
            try {
              const { round, pages } = await start(entrant);
              for (let i = 0; i < PAGE_ROUNDS; i++) round();
              return { pages: pages() };
            } catch {
              return { pages: 0 }; // it failed, as its result says
            }
          }),
        ),
    };
  });
}
