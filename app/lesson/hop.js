/**
 * Measures the hop through JavaScript: one program and one allocator, linked directly and through
 * placeholders.
 *
 * The method is that of the measuring page, at a quicker pace: both ways take turns, each on fresh starts, so
 * that whatever else the machine does falls on both.
 */
import { ErrorWithRemedy } from '../errors.js';
import { clockStep } from '../timing/clock.js';
import { freshCode } from '../timing/fresh-code.js';
import { race } from '../timing/race.js';
import { linkShared } from './modules.js';

/** How many Records one round creates and deletes. */
export const ROUND = 1000;
const PACE = { starts: 3, samples: 7, warmUpTime: 200 };
/** A sample lasts at least this long, in milliseconds, and at least this many steps of the clock. */
const SAMPLE_TIME = 4;
const SAMPLE_STEPS = 8;
/** How often a measurement is begun again that a stall of the machine has spoilt. */
const ATTEMPTS = 4;
/** The page gets a turn between two samples, if it had none for this long, in milliseconds. */
const LONGEST_BLOCK = 50;

/** @typedef {typeof import('../timing/fresh.js')} Code */

/**
 * @typedef {object} Measured
 * @property {import('../timing/race.js').Result[]} results one for each way, in their order
 * @property {number} step of the clock, in milliseconds
 * @property {number} took in milliseconds
 */

export const WAYS = [
  { name: 'direct', title: 'malloc itself', link: () => linkShared() },
  { name: 'placeholder', title: 'a placeholder before malloc', link: linkThroughPlaceholders },
];

/** @param {Code} code */
async function linkThroughPlaceholders(code) {
  const { imports, fill } = code.placeholders();
  const linked = await linkShared({ imports: { env: imports } });
  fill(linked.allocator.malloc, linked.allocator.free);
  return linked;
}

/** @returns {Promise<Measured>} */
export async function measureHop() {
  const step = clockStep();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const measured = await measureOnce(step);
    // A stall during warm-up leads to so few rounds in a sample that the clock may not move at all.
    if (measured.results.every(({ samples }) => Math.min(...samples) > 0)) return measured;
  }
  throw new ErrorWithRemedy(
    'This machine is too busy to be measured on.',
    'Measure again when it has calmed down.',
  );
}

/**
 * @param {number} step of the clock
 * @returns {Promise<Measured>}
 */
async function measureOnce(step) {
  const contestants = WAYS.map(({ name, link }) => ({
    name,
    async open() {
      const code = await freshCode();
      const { createRecord, deleteRecord } = (await link(code)).program;
      const addresses = new Int32Array(ROUND);
      // The calls that create and delete one Record count as one operation.
      return { round: () => code.churnRecords(createRecord, deleteRecord, addresses) / 2 };
    },
  }));
  const sampleTime = Math.max(SAMPLE_TIME, step * SAMPLE_STEPS);
  const begin = performance.now();
  let yielded = begin;
  // The clock's step is in sampleTime already.
  const running = race(contestants, { ...PACE, sampleTime }, { step: 0 });
  for (;;) {
    const { done, value } = await running.next();
    if (done) {
      const failed = value.find(({ failure }) => failure !== undefined);
      if (failed) {
        throw new ErrorWithRemedy(
          `The measurement stopped: ${failed.failure}`,
          'Check that the server is running, then measure again.',
        );
      }
      return { results: value, step, took: performance.now() - begin };
    }
    if (performance.now() - yielded > LONGEST_BLOCK) {
      await new Promise((resolve) => setTimeout(resolve));
      yielded = performance.now();
    }
  }
}
