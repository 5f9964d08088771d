/**
 * Measures contestants against each other: several ways of doing the same task, in turns.
 *
 * It always holds that every contestant that finishes gets equally many samples, on equally many fresh
 * starts. In each turn the order is shuffled, so that none always runs after the same other one. A contestant
 * that throws leaves the race with its reason and the samples it has, and the others go on.
 *
 * First each contestant warms up, on a start of its own that is then thrown away. The warm-up finds how many
 * rounds make one sample, and gives the engine time to compile what all starts share. Each start that is
 * measured begins with one sample that is not counted.
 */
import { clockStep, now, STEPS_PER_SAMPLE } from './clock.js';

/**
 * @typedef {object} Started
 * @property {() => number | Promise<number>} round does the task once; returns the number of operations in it
 */

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {() => Started | Promise<Started>} open a fresh start: new memory, new instances
 */

/**
 * @typedef {object} Pace
 * @property {number} starts fresh starts of each contestant
 * @property {number} samples of each start
 * @property {number} sampleTime the least time of a sample, in milliseconds
 * @property {number} warmUpTime when a warm-up stops waiting for steady times, in milliseconds. Where too few
 *   batches fit into it to tell, a warm-up may last about ten times as long
 */

/**
 * @typedef {object} Result
 * @property {string} name
 * @property {number[]} samples nanoseconds per operation, in the order of the turns
 * @property {boolean} steady whether the times of the warm-up had settled before it ended
 * @property {number} operations in one round
 * @property {string} [failure] why it left the race
 */

/** @type {Record<string, Pace>} */
export const PACES = {
  quick: { starts: 3, samples: 5, sampleTime: 2, warmUpTime: 120 },
  normal: { starts: 5, samples: 5, sampleTime: 4, warmUpTime: 300 },
  thorough: { starts: 9, samples: 7, sampleTime: 8, warmUpTime: 1500 },
};

/** How many batches of a warm-up are compared with as many before. */
const FEW = 3;
/** Times have settled when the fastest of the last FEW differs from that of the FEW before by no more. */
const SETTLED = 0.03;

/**
 * Runs the race. It yields after every warm-up and every sample that counts, so that the caller can show its
 * progress, wait, or stop. The openings of a start and its samples that do not count run without a yield.
 *
 * @param {Contestant[]} contestants
 * @param {Pace} pace
 * @param {{ random?: () => number, time?: () => number, step?: number }} [options] `random`
 *   shuffles the turns; `time` is the clock, and `step` its step in milliseconds
 * @returns {AsyncGenerator<{ name: string, done: number, of: number }, Result[]>}
 */
export async function* race(contestants, pace, { random = seededRandom(), time = now, step } = {}) {
  const sampleTime = Math.max(pace.sampleTime, (step ?? clockStep(time)) * STEPS_PER_SAMPLE);
  /** @type {Result[]} */
  const results = contestants.map(({ name }) => ({ name, samples: [], steady: false, operations: 0 }));
  const rounds = contestants.map(() => 1);
  const of = contestants.length * (1 + pace.starts * pace.samples);
  let done = 0;

  /** @param {number} i @param {() => void | Promise<void>} work */
  const attempt = async (i, work) => {
    if (results[i].failure !== undefined) return;
    try {
      await work();
    } catch (error) {
      results[i].failure = error instanceof Error ? error.message : String(error);
    }
  };

  for (const [i, contestant] of contestants.entries()) {
    await attempt(i, async () => {
      const started = await contestant.open();
      const warm = await warmUp(started, { sampleTime, limit: pace.warmUpTime, time });
      results[i].operations = warm.operations;
      // A pace without time to settle expects no steady times.
      results[i].steady = warm.steady || pace.warmUpTime === 0;
      rounds[i] = warm.rounds;
    });
    yield { name: contestant.name, done: ++done, of };
  }

  for (let start = 0; start < pace.starts; start++) {
    /** @type {Started[]} */
    const started = [];
    for (const [i, contestant] of contestants.entries()) {
      await attempt(i, async () => {
        started[i] = await contestant.open();
        // The first sample of a fresh memory pays for its pages, so it is not counted.
        await sample(started[i], rounds[i], time);
      });
    }
    for (let turn = 0; turn < pace.samples; turn++) {
      for (const i of shuffled(contestants.length, random)) {
        await attempt(i, async () => {
          results[i].samples.push(await sample(started[i], rounds[i], time));
        });
        yield { name: results[i].name, done: ++done, of };
      }
    }
  }
  return results;
}

/**
 * @param {Started} started
 * @param {number} rounds
 * @param {() => number} time
 * @returns {Promise<number>} nanoseconds per operation
 */
async function sample(started, rounds, time) {
  const before = time();
  const operations = await repeat(started, rounds);
  // Six digits are more than any clock has, and they keep a run of many samples small.
  return Number((((time() - before) * 1e6) / operations).toPrecision(6));
}

/**
 * Awaits only rounds that return a promise, because each `await` is part of the time. What returns none is
 * awaited once per sample, not per round.
 * @param {Started} started
 * @param {number} rounds
 */
function repeat({ round }, rounds) {
  let operations = 0;
  for (let i = 0; i < rounds; i++) {
    const made = round();
    if (typeof made !== 'number') return finish(made, round, rounds - i - 1, operations);
    operations += made;
  }
  return operations;
}

/**
 * @param {Promise<number>} first
 * @param {Started['round']} round
 * @param {number} left
 * @param {number} operations
 */
async function finish(first, round, left, operations) {
  let sum = operations + (await first);
  for (let i = 0; i < left; i++) sum += await round();
  return sum;
}

/**
 * Warms up. Engines compile code first fast, then well. So rounds are repeated in batches until the times of
 * the last batches are steady, which suggests that the engine is done, or until the limit has passed.
 *
 * @param {Started} started
 * @param {{ sampleTime: number, limit: number, time: () => number }} options
 * @returns {Promise<{ rounds: number, operations: number, steady: boolean }>} `rounds` of one sample
 */
async function warmUp(started, { sampleTime, limit, time }) {
  const begin = time();
  let rounds = 1;
  let operations = 0;
  let batches = 0;
  /** @type {number[]} the time of one round, in each of the latest batches */
  let latest = [];
  for (;;) {
    const before = time();
    operations = (await repeat(started, rounds)) / rounds;
    const took = time() - before;
    if (took < sampleTime) {
      // The batch is too short for the clock: make it longer, and begin to compare anew.
      rounds = Math.max(
        rounds + 1,
        Math.min(rounds * 10, Math.ceil((rounds * sampleTime * 1.2) / Math.max(took, sampleTime / 100))),
      );
      latest = [];
    } else {
      latest.push(took / rounds);
      const steady = hasSettled(latest);
      // One batch may be long because of a stall, so a few must be long enough.
      const isOver = time() - begin > limit && (limit === 0 || latest.length >= FEW);
      if (steady || isOver) return { rounds, operations, steady };
    }
    if (++batches > FEW && time() - begin > 10 * limit + 10 * sampleTime)
      return { rounds, operations, steady: false };
  }
}

/** @param {number[]} times */
function hasSettled(times) {
  if (times.length < 2 * FEW) return false;
  const least = Math.min(...times.slice(-FEW));
  const before = Math.min(...times.slice(-2 * FEW, -FEW));
  return Math.abs(least - before) <= SETTLED * before;
}

/** @param {number} count @param {() => number} random */
function shuffled(count, random) {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Makes numbers from 0 to 1 that look random, the same ones in every run. @param {number} [seed] */
export function seededRandom(seed = 1) {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
