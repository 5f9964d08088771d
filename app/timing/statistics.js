/**
 * The numbers behind a verdict: medians, intervals, outliers, ratios.
 *
 * It always holds that nothing here is drawn at random, that no sample is thrown away, and that an interval is
 * found by counting ranks: it supposes nothing of how the samples are spread.
 */

/** @typedef {{ low: number, high: number }} Interval */

/**
 * @typedef {object} Summary
 * @property {number} count of samples
 * @property {number} median
 * @property {Interval} interval in which the median lies, with at least the confidence asked for where there are
 *   enough samples; else from the least to the greatest
 * @property {number} confidence what the interval has in truth
 * @property {number} spread half the interval's width as a part of the median
 * @property {number[]} outliers samples farther from the median than three times the usual distance
 */

const CONFIDENCE = 0.95;
/** For a verdict: with twenty workloads in a run, one chance in twenty would name a false winner in each. */
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
 * An interval for the median from the samples' ranks alone (the sign test turned round): whether a sample falls
 * below the true median is a fair coin, so the chance that the k-th least of n does is a sum of binomials.
 *
 * @param {number} count of samples, at least one
 * @param {number} [confidence]
 * @returns {{ rank: number, confidence: number }} the interval goes from the sample of this rank, counted from
 *   zero, to the one of the same rank from the other end
 */
export function medianRanks(count, confidence = CONFIDENCE) {
  let chance = 0.5 ** count;
  let below = chance;
  let rank = 0;
  // While the next rank still leaves enough confidence, the interval may be narrowed by one on both sides.
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
 * @param {number} [atLeast] the confidence asked for
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
 * How many times the time of `b` each sample of `a` took. Samples of one place in the row were taken right after
 * one another, so what slowed the machine for a while is in both and falls out.
 *
 * @param {number[]} a
 * @param {number[]} b as many
 */
function ratios(a, b) {
  return a.map((value, i) => value / b[i]);
}

/** A ratio nearer to 1 than this is called no difference, however narrow its interval. */
const SAME = 0.01;
/** An interval wider than this, half of it as a part of the median, is called noise. */
const NOISY = 0.1;

/**
 * What the samples allow to be said of two that were measured in turns.
 *
 * @param {number[]} a times
 * @param {number[]} b times, as many
 * @returns {{ verdict: 'a' | 'b' | 'same' | 'noisy', ratio: Summary }} which one is faster; `ratio` is b's time in
 *   units of a's: above 1 when a is faster
 */
export function compare(a, b) {
  const ratio = summarize(ratios(b, a), VERDICT_CONFIDENCE);
  const { low, high } = ratio.interval;
  // A sample of no time, or of no end, tells nothing.
  if (!(low > 0 && Number.isFinite(high))) return { verdict: 'noisy', ratio };
  // A winner must be clear of "no difference" and the difference must stand out of the noise.
  if (low > 1 + SAME && ratio.spread <= NOISY) return { verdict: 'a', ratio };
  if (high < 1 / (1 + SAME) && ratio.spread <= NOISY) return { verdict: 'b', ratio };
  // A difference far greater than the noise is one, even on a noisy machine.
  if (low > 1 + 2 * NOISY && low > 1 + ratio.spread) return { verdict: 'a', ratio };
  if (high < 1 / (1 + 2 * NOISY) && high < 1 - ratio.spread) return { verdict: 'b', ratio };
  return { verdict: ratio.spread > NOISY ? 'noisy' : 'same', ratio };
}

/**
 * What can be said of two that were measured at different times: nothing pairs their samples, so only intervals that
 * do not touch show a difference.
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
