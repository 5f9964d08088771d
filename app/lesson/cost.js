/**
 * Step 8: the hop through JavaScript, measured in this page: one program and one allocator, linked directly and
 * through placeholders, in turns. How it is measured is the measuring page's method, at a quicker pace.
 */
import { clockStep } from '../timing/clock.js';
import { freshCode } from '../timing/fresh-code.js';
import { race } from '../timing/race.js';
import { compare, summarize } from '../timing/statistics.js';
import { clearAlert, el, find, showAlert } from '../ui/dom.js';
import { tell } from './facts.js';
import { linkShared } from './lab.js';
import { make, timeOneCall } from './mistakes.js';

/** Records made and deleted in one round. */
const ROUND = 1000;
/** malloc and free: so many hops there are in one record's life. */
const HOPS = 2;
const PACE = { starts: 3, samples: 7, warmUpTime: 200 };
/** How often a measurement is begun anew that a stall of the machine has spoilt. */
const ATTEMPTS = 4;
/** A sample lasts at least so long, in milliseconds, and so many steps of the clock. */
const SAMPLE_TIME = 4;
const SAMPLE_STEPS = 8;

/** Between samples the page gets a turn when so long has passed, in milliseconds. Nothing interrupts a warm-up. */
const LONGEST_BLOCK = 50;

/** @typedef {typeof import('../timing/fresh.js')} Code */

const WAYS = [
  { name: 'direct', title: 'malloc itself', link: () => linkShared() },
  { name: 'placeholder', title: 'a placeholder before malloc', link: linkThroughPlaceholders },
];

/** @param {HTMLElement} section */
export async function open(section) {
  const figure = /** @type {HTMLElement} */ (section.querySelector('figure'));
  const alert = find('#cost [role=alert]');
  const place = el('div', { className: 'dots' });
  const button = el('button', { type: 'button' }, 'Measure again');
  const status = el('p', { className: 'outcome', role: 'status' });
  figure.querySelector('.live')?.replaceChildren(place, button, status);
  button.addEventListener('click', run);
  figure.addEventListener('show', (event) => {
    const what = /** @type {CustomEvent<string>} */ (event).detail;
    for (const row of place.children) row.classList.toggle('marked', row.getAttribute('data-way') === what);
  });
  await run();
  const { program } = await linkShared();
  await make('cost', () => timeOneCall(/** @type {Function} */ (program.createRecord)));

  async function run() {
    button.disabled = true;
    status.textContent = 'Measuring …';
    clearAlert(alert);
    try {
      const measured = await measure();
      place.replaceChildren(...draw(measured.results));
      say(measured);
      status.textContent = 'Measured just now, in this page.';
    } catch (error) {
      status.textContent = '';
      showAlert(alert, error);
    }
    button.disabled = false;
  }
}

/** @param {Code} code */
async function linkThroughPlaceholders(code) {
  const { imports, fill } = code.placeholders();
  const linked = await linkShared({ imports: { env: imports } });
  fill(/** @type {Function} */ (linked.allocator.malloc), /** @type {Function} */ (linked.allocator.free));
  return linked;
}

/** @typedef {{ results: import('../timing/race.js').Result[], step: number, took: number }} Measured */

/** @returns {Promise<Measured>} */
async function measure() {
  const step = clockStep();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const measured = await measureOnce(step);
    // A stall while the rounds of a sample are counted makes too few of them: then the clock does not move at all.
    if (measured.results.every(({ samples }) => Math.min(...samples) > 0)) return measured;
  }
  throw new Error(
    'This machine is too busy to measure anything on it. Measure again when it has calmed down.',
  );
}

/**
 * @param {number} step of the clock
 * @returns {Promise<Measured>}
 */
async function measureOnce(step) {
  const contestants = WAYS.map(({ name, link }) => ({
    name,
    async open() {
      const code = await freshCode();
      const { createRecord, deleteRecord } = /** @type {any} */ ((await link(code)).program);
      const addresses = new Int32Array(ROUND);
      // Making a record and deleting it are two calls; here they are counted as one.
      return { round: () => code.churnRecords(createRecord, deleteRecord, addresses) / 2 };
    },
  }));
  const sampleTime = Math.max(SAMPLE_TIME, step * SAMPLE_STEPS);
  const begin = performance.now();
  // The step is in the sample's time already.
  let yielded = begin;
  const running = race(contestants, { ...PACE, sampleTime }, { step: 0 });
  for (;;) {
    const { done, value } = await running.next();
    if (done) {
      const failed = value.find(({ failure }) => failure !== undefined);
      if (failed)
        throw Object.assign(new Error(`The measurement stopped: ${failed.failure}`), {
          remedy: 'Check that the server is running, then measure again.',
        });
      return { results: value, step, took: performance.now() - begin };
    }
    if (performance.now() - yielded > LONGEST_BLOCK) {
      await new Promise((resolve) => setTimeout(resolve));
      yielded = performance.now();
    }
  }
}

/** @param {Measured} measured */
function say({ results: [direct, placeholder], step, took }) {
  const a = summarize(direct.samples);
  const b = summarize(placeholder.samples);
  const { verdict, ratio } = compare(direct.samples, placeholder.samples);
  const hop = (b.median - a.median) / HOPS;
  const range = `between ${ratio.interval.low.toFixed(2)} and ${ratio.interval.high.toFixed(2)}`;
  const factor = `${ratio.median.toFixed(2)} times as long through the placeholders as directly (${range})`;
  const verdicts = {
    a: `Here and now, making and deleting a record takes ${factor}. That is ${formatNanoseconds(hop)} for each of the ${HOPS} hops.`,
    b: `Here and now, it takes ${factor}: the hop costs nothing that could be seen.`,
    same: `Here and now, it takes ${factor}: no difference to speak of.`,
    noisy: `Here and now, it takes ${factor}: this machine was too busy to say more. Measure again.`,
  };
  tell({
    'cost-verdict': verdicts[verdict],
    'cost-rounds': `many times ${ROUND}`,
    'cost-confidence': `holds the true median with a probability of ${Math.round(a.confidence * 100)} percent`,
    'cost-time': `${Math.round(took)} milliseconds`,
    'cost-clock': `the clock of this browser goes forward in steps of ${step < 0.1 ? `${(step * 1000).toFixed(0)} microseconds` : `${step.toFixed(1)} milliseconds`}, coarse on purpose`,
  });
}

/** @param {import('../timing/race.js').Result[]} results */
function draw(results) {
  const scale = 1.05 * Math.max(...results.flatMap(({ samples }) => samples));
  return results.map(({ name, samples }, i) => {
    const { median, interval, outliers } = summarize(samples);
    const bar = el('i', { className: 'interval' });
    bar.style.left = `${(100 * interval.low) / scale}%`;
    bar.style.width = `${(100 * (interval.high - interval.low)) / scale}%`;
    const line = el('i', { className: 'median' });
    line.style.left = `${(100 * median) / scale}%`;
    const dots = samples.map((sample, turn) => {
      const dot = el('i', { className: 'dot' });
      dot.style.left = `${(100 * sample) / scale}%`;
      dot.style.top = `${20 + (60 * turn) / samples.length}%`;
      return dot;
    });
    const apart = outliers.length > 0 ? `; ${outliers.length} far off` : '';
    return el(
      'div',
      { className: 'dot-row', 'data-way': name },
      el(
        'p',
        {},
        el('strong', {}, WAYS[i].title),
        `: ${formatNanoseconds(median)} a record, between ${formatNanoseconds(interval.low)} and ${formatNanoseconds(interval.high)}; ${samples.length} samples${apart}`,
      ),
      el('div', { className: 'track', 'aria-hidden': 'true' }, bar, ...dots, line),
    );
  });
}

/** @param {number} nanoseconds */
function formatNanoseconds(nanoseconds) {
  return `${nanoseconds < 100 ? nanoseconds.toFixed(1) : Math.round(nanoseconds)} ns`;
}
