/**
 * Draws timed loads as clocks, one bar for each request, and offers to hold requests back.
 *
 * It always holds that the time by which the page held a request back is drawn and told apart from the
 * network's.
 */
import { placeOver } from '../chart/placing.js';
import { el } from '../ui/dom.js';

/** How long each request can be held back, in milliseconds. */
export const DELAYS = [0, 100, 300, 1000];

/** @param {number} milliseconds */
export function formatTime(milliseconds) {
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

/**
 * @param {import('./timed-load.js').Load} load
 * @param {number} scale the time at the right end, in milliseconds
 */
export function drawClock({ wiring, delay, requests, done }, scale) {
  const rows = requests.map(({ name, wanted, sent, answered, came }) => {
    const held = delay > 0 ? `, held back by this page for ${formatTime(sent - wanted)}` : '';
    const times = `answered after ${formatTime(answered)}, complete after ${formatTime(came)}`;
    return row(
      [el('code', {}, name), `: wanted after ${formatTime(wanted)}${held}, ${times}`],
      [
        bar('held', wanted, sent, scale),
        bar('waiting', sent, answered, scale),
        bar('coming', answered, came, scale),
      ],
    );
  });
  const last = row([`First Record after ${formatTime(done)}`], [bar('done', 0, done, scale)]);
  return el(
    'div',
    { className: 'clock' },
    el('h3', {}, wiring === 'callbacks' ? 'One after the other' : 'Both at once'),
    el('ul', {}, ...rows, last),
  );
}

/** @param {(Node | string)[]} words @param {HTMLElement[]} bars */
function row(words, bars) {
  return el(
    'li',
    {},
    el('span', {}, ...words),
    el('div', { className: 'track', 'aria-hidden': 'true' }, ...bars),
  );
}

/** @param {string} className @param {number} start @param {number} end @param {number} scale */
function bar(className, start, end, scale) {
  const element = el('i', { className });
  placeOver(element, { start, end }, { start: 0, end: scale });
  return element;
}

/** The meaning of the bars. */
export function clockLegend() {
  const meanings = [
    ['held', 'held back by this page'],
    ['waiting', 'waiting for the answer'],
    ['coming', 'answer arriving'],
    ['done', 'until the first Record'],
  ];
  return el(
    'p',
    { className: 'clock-legend' },
    ...meanings.map(([className, text]) => el('span', {}, el('i', { className }), ` ${text}`)),
  );
}

/**
 * A form that chooses a delay and loads.
 * @param {(delay: number) => void} onLoad
 * @param {string} action on the button
 */
export function delayForm(onLoad, action) {
  const options = DELAYS.map((delay) =>
    el('option', { value: String(delay) }, delay === 0 ? 'not at all' : `${delay} ms each`),
  );
  const select = el('select', {}, ...options);
  const button = el('button', { type: 'submit' }, action);
  const form = el(
    'form',
    { className: 'delay-form' },
    el('label', {}, 'Hold requests back ', select),
    button,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onLoad(Number(select.value));
  });
  return { form, select, button };
}
