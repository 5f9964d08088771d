/**
 * The statistics behind a verdict: medians, intervals, outliers, ratios.
 *
 * It always holds that the same samples give the same result, that no sample is thrown away, and that an
 * interval comes from ranks alone: it assumes no distribution of the samples.
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
/** For a verdict. At 0.95, a run of twenty workloads would name one false winner on average. */
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
 * Each sample of `a` in units of the sample of `b` from the same turn. A disturbance that lasts for a while
 * slows both, and cancels out.
 *
 * @param {number[]} a
 * @param {number[]} b as many
 */
function ratios(a, b) {
  return a.map((value, i) => value / b[i]);
}

/** A ratio nearer to 1 than this is called no difference, however narrow its interval. */
const SAME = 0.01;
/** A ratio whose interval has a greater spread than this is called noisy. */
const NOISY = 0.1;

/**
 * Compares two contestants of the same race.
 *
 * @param {number[]} a times
 * @param {number[]} b times, as many
 * @returns {{ verdict: 'a' | 'b' | 'same' | 'noisy', ratio: Summary }} which one is faster; `ratio` is b's
 *   time in units of a's: above 1 when a is faster
 */
export function compare(a, b) {
  const ratio = summarize(ratios(b, a), VERDICT_CONFIDENCE);
  const { low, high } = ratio.interval;
  // A ratio of 0 or infinity comes from a clock that did not move.
  if (!(low > 0 && Number.isFinite(high))) return { verdict: 'noisy', ratio };
  // Little noise: the whole interval must lie beyond “no difference”.
  if (low > 1 + SAME && ratio.spread <= NOISY) return { verdict: 'a', ratio };
  if (high < 1 / (1 + SAME) && ratio.spread <= NOISY) return { verdict: 'b', ratio };
  // Much noise: the difference must be far greater than the noise.
  if (low > 1 + 2 * NOISY && low > 1 + ratio.spread) return { verdict: 'a', ratio };
  if (high < 1 / (1 + 2 * NOISY) && high < 1 - ratio.spread) return { verdict: 'b', ratio };
  return { verdict: ratio.spread > NOISY ? 'noisy' : 'same', ratio };
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
