/**
 * The clock that everything here is measured with, and how fine it is.
 *
 * A page's clock ticks in steps: browsers make it coarse on purpose, coarser where the page is not isolated from
 * other origins. A sample must be long against one step, so the step is measured first.
 */

/** @returns {number} milliseconds */
export const now = () => performance.now();

const READINGS = 25;
/** A clock that does not step at all within this time is taken to be as coarse as this. */
const PATIENCE = 100;

/**
 * The smallest step seen, in milliseconds. Only ever an upper bound of the clock's true step: between two readings
 * some time passes.
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

/** How many steps of the clock a sample lasts at least: what the clock adds to its error is then under 1 percent. */
export const STEPS_PER_SAMPLE = 100;
