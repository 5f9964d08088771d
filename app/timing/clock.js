/**
 * The clock of all measurements, and how fine it is.
 *
 * A page's clock moves in steps. Browsers make it coarse on purpose, and coarser still where the page is not
 * isolated from other origins. A sample must be long compared with one step, so the step is measured first.
 */

/** @returns {number} milliseconds */
export const now = () => performance.now();

const READINGS = 25;
/** No step is taken to be longer, in milliseconds. */
const LONGEST_STEP = 100;

/**
 * Measures the smallest step of a clock, in milliseconds. The true step may be smaller, since some time
 * passes between two readings. Where a clock does not move while it is read, its step counts as LONGEST_STEP.
 *
 * @param {() => number} [read]
 */
export function clockStep(read = now) {
  let least = LONGEST_STEP;
  for (let i = 0; i < READINGS; i++) {
    const before = read();
    let after = before;
    for (let tries = 0; after === before && tries < 2_000_000; tries++) after = read();
    if (after > before) least = Math.min(least, after - before);
  }
  return least;
}

/**
 * How many steps a sample should last at least. The clock is then wrong by at most one percent of the sample.
 * A warm-up that runs out of time before it has found enough rounds leaves samples shorter.
 */
export const STEPS_PER_SAMPLE = 100;
