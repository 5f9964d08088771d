/**
 * The clock of all measurements, and how fine it is.
 *
 * A page's clock moves in steps. Browsers make it coarse on purpose, and coarser still where the page is not
 * isolated from other origins. A sample must be long compared with one step, so the step is measured first.
 */

/** @returns {number} milliseconds */
export const now = () => performance.now();

const READINGS = 25;
/** The step of a clock, in milliseconds, if none is seen. */
const PATIENCE = 100;

/**
 * Measures the smallest step of a clock, in milliseconds. The true step may be smaller, never larger: some
 * time passes between two readings.
 *
 * @param {() => number} [read]
 */
export function clockStep(read = now) {
  let least = PATIENCE;
  for (let i = 0; i < READINGS; i++) {
    const before = read();
    let after = before;
    for (let tries = 0; after === before && tries < 2_000_000; tries++) after = read();
    if (after > before) least = Math.min(least, after - before);
  }
  return least;
}

/** The least number of steps in a sample. The clock then adds less than one percent to its error. */
export const STEPS_PER_SAMPLE = 100;
