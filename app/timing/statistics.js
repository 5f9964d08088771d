/**
 * The statistics behind a verdict: medians, intervals, outliers, ratios.
 *
 * It always holds that the same samples give the same result, and that no sample is thrown away. An interval
 * comes from ranks alone, so it assumes no distribution of the samples. It does assume that they are
 * independent of each other. Samples of one start are not quite: an unlucky start slows all of its samples.
 * Intervals are therefore narrower than they should be where starts differ much.
 */

/** @typedef {{ low: number, high: number }} Interval */

/**
 * @typedef {object} Summary
 * @property {number} count of samples
 * @property {number} median
 * @property {Interval} interval of the true median, with at least the confidence asked for. Too few samples
 *   do not reach it; the interval is then from the least to the greatest
 * @property {number} confidence of the interval, as it is
 * @property {number} spread half the width of the interval, as a part of the median
 * @property {number[]} outliers samples farther from the median than three times the usual distance
 */

const CONFIDENCE = 0.95;
/**
 * For a verdict. At 0.95, a run of twenty workloads would name one false winner on average; at 0.99, five
 * runs would. Both hold for independent samples. Where starts differ, there are more false winners.
 */
const VERDICT_CONFIDENCE = 0.99;
/** Makes a median absolute deviation comparable with a standard deviation. */
const MAD_TO_SIGMA = 1.4826;
const OUTLIER_SIGMAS = 3;

/** @param {number[]} values */
export const sorted = (values) => values.toSorted((a, b) => a - b);

/** @param {number[]} values at least one */
export function median(values) {
  const ranked = sorted(values);
  const middle = ranked.length >> 1;
  return ranked.length % 2 ? ranked[middle] : (ranked[middle - 1] + ranked[middle]) / 2;
}

/** @param {number[]} values all above 0 */
export function geometricMean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/**
 * The interval of a median, by ranks (the inverse of the sign test). Each sample is below the true median
 * with the chance of a fair coin. So the chance that the k-th least of n samples is above it is a sum of
 * binomials.
 *
 * @param {number} count of samples, at least one
 * @param {number} [confidence]
 * @returns {{ rank: number, confidence: number }} the interval goes from the sample of this
 *   rank, counted from 0, to the one of the same rank from the other end
 */
export function medianRanks(count, confidence = CONFIDENCE) {
  let chance = 0.5 ** count;
  let below = chance;
  let rank = 0;
  // Narrow the interval by one sample on both sides, as long as that leaves enough confidence.
  for (;;) {
    chance *= (count - rank) / (rank + 1);
    if (1 - 2 * (below + chance) < confidence || 2 * (rank + 1) >= count - 1) break;
    below += chance;
    rank++;
  }
  return { rank, confidence: 1 - 2 * below };
}

/**
 * @param {number[]} values at least one
 * @param {number} [atLeast] the least confidence of the interval
 * @returns {Summary}
 */
export function summarize(values, atLeast = CONFIDENCE) {
  const ranked = sorted(values);
  const { rank, confidence } = medianRanks(ranked.length, atLeast);
  const middle = median(ranked);
  const interval = { low: ranked[rank], high: ranked[ranked.length - 1 - rank] };
  const limit = OUTLIER_SIGMAS * MAD_TO_SIGMA * median(ranked.map((value) => Math.abs(value - middle)));
  return {
    count: ranked.length,
    median: middle,
    interval,
    confidence,
    spread: middle === 0 ? 0 : (interval.high - interval.low) / 2 / middle,
    outliers: ranked.filter((value) => Math.abs(value - middle) > limit && limit > 0),
  };
}

/**
 * Each sample in units of another's sample from the same turn. A disturbance that lasts for a while slows
 * both, and cancels out.
 *
 * @param {number[]} samples
 * @param {number[]} units as many
 */
function ratiosOf(samples, units) {
  return samples.map((value, i) => value / units[i]);
}

/** A ratio of medians or of samples nearer to 1 than this is called no difference. */
const SAME = 0.01;
/** Ratios are called noisy if their interval reaches farther than this from its middle, as a factor. */
const NOISY = 0.1;

/**
 * Compares two contestants of the same race. Ratios are judged as factors: 3 and 1/3 are equally far from 1.
 * So it always holds that swapping the contestants swaps the verdict.
 *
 * @param {number[]} a times
 * @param {number[]} b times, as many
 * @returns {{ verdict: 'a' | 'b' | 'same' | 'noisy', ratio: Summary }} which one is faster; `ratio` is b's
 *   time in units of a's: above 1 when a is faster
 */
export function compare(a, b) {
  const ratio = summarize(ratiosOf(b, a), VERDICT_CONFIDENCE);
  const { low, high } = ratio.interval;
  // A ratio of 0 or infinity comes from a clock that did not move.
  if (!(low > 0 && Number.isFinite(high))) return { verdict: 'noisy', ratio };
  const noise = Math.sqrt(high / low) - 1;
  if (isClear(low, noise)) return { verdict: 'a', ratio };
  if (isClear(1 / high, noise)) return { verdict: 'b', ratio };
  return { verdict: noise > NOISY ? 'noisy' : 'same', ratio };
}

/**
 * Whether a difference is beyond doubt.
 * @param {number} least the least ratio in the interval
 * @param {number} noise how far the interval reaches from its middle, as a factor
 */
function isClear(least, noise) {
  // Little noise: the whole interval must lie beyond “no difference”.
  if (noise <= NOISY) return least > 1 + SAME;
  // Much noise: the difference must be far greater than the noise.
  return least > 1 + 2 * NOISY && least > 1 + noise;
}

/**
 * Compares two that were measured at different times. Nothing pairs their samples, so only intervals that do
 * not touch show a difference.
 *
 * @param {number[]} a times
 * @param {number[]} b times
 * @returns {{ verdict: 'a' | 'b' | 'same', ratio: number }} which one is faster; b's median in units of a's
 */
export function compareApart(a, b) {
  const [one, other] = [a, b].map((values) => summarize(values, VERDICT_CONFIDENCE));
  const ratio = other.median / one.median;
  if (one.interval.high * (1 + SAME) < other.interval.low) return { verdict: 'a', ratio };
  if (other.interval.high * (1 + SAME) < one.interval.low) return { verdict: 'b', ratio };
  return { verdict: 'same', ratio };
}
