/** Figures of a run as text: the one place where they are rounded. */

/** What stands where there is no figure. */
export const NONE = '–';

/** Three significant digits. @param {number} value */
export function figures(value) {
  if (!Number.isFinite(value)) return NONE;
  return value < 100 ? value.toPrecision(3) : String(Math.round(value));
}

/** @param {number} ratio */
export const times = (ratio) => `${ratio.toFixed(2)}x`;

/** @param {import('../timing/statistics.js').Interval} interval of ratios */
export const span = ({ low, high }) => `${low.toFixed(2)} to ${high.toFixed(2)}`;

/**
 * @param {number} part of 1
 * @param {number} [decimals] one for what is below ten percent, if left out
 * @returns {string} in percent, without the sign
 */
export function percent(part, decimals = part < 0.0995 ? 1 : 0) {
  return (100 * part).toFixed(decimals);
}

/** As in `2026-01-02 03:04 UTC`. @param {string} date in the form of ISO 8601, UTC */
export const minute = (date) => `${date.slice(0, 16).replace('T', ' ')} UTC`;
