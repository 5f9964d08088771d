/**
 * Compares allocators: the same workloads on each, in turns, with the time, the pages and the bytes of each.
 *
 * It always holds that all allocators run the same module of workloads, which imports their own exports, over
 * memories with the same room below and above. Ours is a side module and is placed by `link`. The others are
 * linked beforehand to start at the same address, and each asks for the first pages of its memory itself. The
 * pages counted are those after a fixed number of rounds on a fresh memory, whatever the pace.
 */
import { compileBytes } from '../../../lib/loader/index.js';
import { ErrorWithRemedy } from '../../errors.js';
import { compileFile, inBench, readIndex, sizeOf } from '../site.js';
import { sentences, standing } from '../standing.js';
import { readTrace } from '../trace.js';
import { linkWorkloads, listWorkloads } from '../workloads.js';
import { commaSeparated, paceSetting } from './kind.js';

/** @typedef {import('../workloads.js').Allocator & import('../run.js').Entrant} AllocatorEntrant */
/** @typedef {import('../workloads.js').Workload} Workload */
/** @typedef {import('../site.js').Site} Site */
/** @typedef {Awaited<ReturnType<typeof readIndex>>} Index */

const NEEDED = ['malloc', 'free', 'calloc', 'realloc'];
/** How many rounds run on a fresh memory before its pages are counted. */
const PAGE_ROUNDS = 3;

/** @type {import('./kind.js').Kind} */
export const allocators = {
  id: 'allocators',
  heading: 'How the allocators compare',
  title: 'Allocators',
  about: `
    <p>Our <code>memory.wasm</code> runs the same workloads as each allocator that comes with this build’s
    Emscripten. A workload is a small program with one habit, or a trace: the calls of a real program,
    played back. Each allocator is a module of its own, linked directly, over a memory of its own. Time is
    not all: the table also has the pages that an allocator takes and the bytes of its module. The other
    allocators are timed in their fastest builds. Their bytes are those of their smallest builds. Ours has one
    build for both.</p>`,
  settings: [
    {
      name: 'only',
      type: 'text',
      label: 'Only workloads with',
      help: 'only workloads whose name has one of these words in it (comma-separated)',
      placeholder: 'all',
      inWords: (value) => `only workloads with ${value}`,
    },
    paceSetting('quick'),
    {
      name: 'floor',
      type: 'switch',
      label: 'with a yardstick that merges and checks nothing',
      help: 'also a yardstick that merges and checks nothing: what the calls and the loops alone cost',
      inWords: () => 'with a yardstick',
    },
  ],
  unit: { name: 'ns per operation', nanoseconds: 1 },
  table: { rows: 'tasks', hasMean: true },
  needsBrowser: false,
  open,
  sentences,
  standing,
};

/** @type {import('./kind.js').Kind['open']} */
async function open(site, { only = '', floor: yardstick }) {
  const index = await readIndex(site);
  const entrants = await openEntrants(site, index, yardstick === 'yes');
  const module = await compileFile(site, index.workloads);
  const traces = await Promise.all(
    index.traces.map(async (file) => readTrace(await site.read(inBench(file)), file)),
  );
  const all = listWorkloads(await linkWorkloads(module, entrants[0], index.reserved), traces);
  /** @param {AllocatorEntrant} entrant */
  const link = (entrant) => linkWorkloads(module, entrant, index.reserved);
  return { entrants, tasks: choose(all, only).map((workload) => taskOf(workload, entrants, link)) };
}

/**
 * @param {Workload[]} all
 * @param {string} only a part of a name, or several with commas between; empty for all. Some names have a
 *   comma in them, so the text is first looked for as a whole
 */
function choose(all, only) {
  const whole = withOneOf(all, [only]);
  const chosen = whole.length ? whole : withOneOf(all, commaSeparated(only));
  if (chosen.length) return chosen;
  throw new ErrorWithRemedy(
    `No workload has “${only}” in its name.`,
    `Leave it out for all workloads, or give a part of one of these names: ${names(all)}.`,
  );
}

/** @param {Workload[]} all @param {string[]} words */
const withOneOf = (all, words) =>
  all.filter(({ id, title }) => {
    const name = `${id} ${title}`.toLowerCase();
    return words.some((word) => name.includes(word.toLowerCase()));
  });

/** @param {Workload[]} all */
const names = (all) => all.map(({ title }) => title).join('; ');

/**
 * Ours first, then the allocators of Emscripten, then the yardstick.
 *
 * @param {Site} site
 * @param {Index} index
 * @param {boolean} withYardstick
 */
async function openEntrants(site, index, withYardstick) {
  /** @type {AllocatorEntrant[]} */
  const entrants = [];
  for (const { name, bytes } of await site.ownAllocators()) {
    const module = await compileBytes(bytes, name);
    const names = WebAssembly.Module.exports(module).map((one) => one.name);
    const missing = NEEDED.filter((one) => !names.includes(one));
    if (missing.length) throw new Error(`${name} does not export ${missing.join(', ')}.`);
    entrants.push({ name, module, ...(await sizeOf(bytes)), ours: entrants.length === 0 });
  }
  for (const { name, file, small, pages } of index.allocators) {
    // Times and pages are those of the fastest build, bytes those of the smallest.
    const module = await compileFile(site, file);
    entrants.push({ name, pages, module, ...(await sizeOf(await site.read(inBench(small)))) });
  }
  if (withYardstick) {
    // Links, bench.json and stored runs call it the floor.
    const module = await compileFile(site, index.floor);
    const size = await sizeOf(await site.read(inBench(index.floor)));
    entrants.push({ name: 'floor', module, ...size, yardstick: true });
  }
  return entrants;
}

/**
 * @param {Workload} workload
 * @param {AllocatorEntrant[]} entrants
 * @param {(entrant: AllocatorEntrant) => Promise<import('../workloads.js').LinkedWorkloads>} link
 * @returns {import('./kind.js').Task}
 */
function taskOf({ id, title, index, trace }, entrants, link) {
  /** @param {AllocatorEntrant} entrant */
  const start = async (entrant) => {
    const { load, run, pages } = await link(entrant);
    if (trace) load(trace);
    return { round: () => run(index), pages };
  };
  /** @param {AllocatorEntrant} entrant */
  const countPages = async (entrant) => {
    try {
      const { round, pages } = await start(entrant);
      for (let i = 0; i < PAGE_ROUNDS; i++) round();
      return { pages: pages() };
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error) };
    }
  };
  return {
    id,
    title,
    contestants: entrants.map((entrant) => ({ name: entrant.name, open: () => start(entrant) })),
    also: () => Promise.all(entrants.map(countPages)),
  };
}
