/**
 * Draws the samples of several ways as rows of dots on one scale, each with its median and the median's
 * interval.
 *
 * It always holds that every sample is drawn, and that the median and the interval also stand in words.
 */
import { summarize } from '../timing/statistics.js';
import { el } from '../ui/dom.js';

/** @param {number} nanoseconds */
export function formatNanoseconds(nanoseconds) {
  return `${nanoseconds < 100 ? nanoseconds.toFixed(1) : Math.round(nanoseconds)} ns`;
}

/** @param {{ name: string, title: string, samples: number[] }[]} ways samples in nanoseconds */
export function sampleDots(ways) {
  const scale = 1.05 * Math.max(...ways.flatMap(({ samples }) => samples));
  const percent = (/** @type {number} */ value) => `${(100 * value) / scale}%`;
  return ways.map(({ name, title, samples }) => {
    const { median, interval, outliers } = summarize(samples);
    const bar = el('i', { className: 'interval' });
    bar.style.left = percent(interval.low);
    bar.style.width = percent(interval.high - interval.low);
    const line = el('i', { className: 'median' });
    line.style.left = percent(median);
    const dots = samples.map((sample, turn) => {
      const dot = el('i', { className: 'dot' });
      dot.style.left = percent(sample);
      dot.style.top = `${20 + (60 * turn) / samples.length}%`;
      return dot;
    });
    const words = [
      `median ${formatNanoseconds(median)} a Record`,
      `interval from ${formatNanoseconds(interval.low)} to ${formatNanoseconds(interval.high)}`,
      `${samples.length} samples${outliers.length > 0 ? `, ${outliers.length} of them outliers` : ''}`,
    ];
    return el(
      'div',
      { className: 'dot-row', 'data-way': name },
      el('p', {}, el('strong', {}, title), `: ${words.join('; ')}`),
      el('div', { className: 'track', 'aria-hidden': 'true' }, bar, ...dots, line),
    );
  });
}
