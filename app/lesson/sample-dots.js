/**
 * Draws the samples of several ways as rows of dots on one scale, each with its median and the median's
 * interval.
 *
 * It always holds that every sample is drawn, and that the median and the interval also stand in words.
 */
import { placeAt, placeOver } from '../chart/placing.js';
import { counted } from '../prose.js';
import { summarize } from '../timing/statistics.js';
import { el } from '../ui/dom.js';

/** @param {number} nanoseconds */
export function formatNanoseconds(nanoseconds) {
  return `${nanoseconds < 100 ? nanoseconds.toFixed(1) : Math.round(nanoseconds)} ns`;
}

/** @param {{ name: string, title: string, samples: number[] }[]} ways samples in nanoseconds */
export function sampleDots(ways) {
  const scale = { start: 0, end: 1.05 * Math.max(...ways.flatMap(({ samples }) => samples)) };
  return ways.map(({ name, title, samples }) => {
    const { median, interval, outliers } = summarize(samples);
    const bar = el('i', { className: 'interval' });
    placeOver(bar, { start: interval.low, end: interval.high }, scale);
    const line = el('i', { className: 'median' });
    placeAt(line, median, scale);
    const dots = samples.map((sample, turn) => {
      const dot = el('i', { className: 'dot' });
      placeAt(dot, sample, scale);
      dot.style.setProperty('--turn', String(turn / samples.length));
      return dot;
    });
    const words = [
      `median ${formatNanoseconds(median)} a Record`,
      `interval from ${formatNanoseconds(interval.low)} to ${formatNanoseconds(interval.high)}`,
      `${samples.length} samples, among them ${counted(outliers.length, 'outlier')}`,
    ];
    return el(
      'div',
      { className: 'dot-row', 'data-way': name },
      el('p', {}, el('strong', {}, title), `: ${words.join('; ')}`),
      el('div', { className: 'track', 'aria-hidden': 'true' }, bar, ...dots, line),
    );
  });
}
