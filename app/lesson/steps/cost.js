/**
 * Step 8: the hop through JavaScript, measured in this page when the step is opened, and whenever the reader
 * asks.
 */
import { compare, summarize } from '../../timing/statistics.js';
import { el, find } from '../../ui/dom.js';
import { attempt } from '../attempt.js';
import { tell } from '../facts.js';
import { measureHop, ROUND, WAYS } from '../hop.js';
import { timeOneCall } from '../mistakes.js';
import { linkShared } from '../modules.js';
import { onShow } from '../references.js';
import { formatNanoseconds, sampleDots } from '../sample-dots.js';
import { showMistake } from '../show-mistake.js';

/** To create and delete one Record takes this many hops: one for malloc, one for free. */
const HOPS = 2;

/** @param {HTMLElement} section */
export async function open(section) {
  const figure = find('#cost-figure');
  const place = el('div', { className: 'dots' });
  const button = el('button', { type: 'button' }, 'Measure again');
  const status = el('p', { className: 'outcome', role: 'status' });
  find('#cost-figure .live').replaceChildren(place, button, status);
  button.addEventListener('click', run);
  onShow(figure, (way) => {
    for (const row of place.children) row.classList.toggle('marked', row.getAttribute('data-way') === way);
  });
  await run();
  const { program } = await linkShared();
  await showMistake(section, () => timeOneCall(program.createRecord));

  async function run() {
    button.disabled = true;
    status.textContent = 'Measuring …';
    let outcome = '';
    await attempt(section, async () => {
      const measured = await measureHop();
      place.replaceChildren(
        ...sampleDots(WAYS.map((way, i) => ({ ...way, samples: measured.results[i].samples }))),
      );
      tellOutcome(measured);
      outcome = 'Measured just now, in this page.';
    });
    status.textContent = outcome;
    button.disabled = false;
  }
}

/** @param {import('../hop.js').Measured} measured */
function tellOutcome({ results: [direct, placeholder], step, took }) {
  const { median, confidence } = summarize(direct.samples);
  const percent = Math.round(confidence * 100);
  const hop = (summarize(placeholder.samples).median - median) / HOPS;
  const { verdict, ratio } = compare(direct.samples, placeholder.samples);
  const range = `between ${ratio.interval.low.toFixed(2)} and ${ratio.interval.high.toFixed(2)}`;
  const times = `${ratio.median.toFixed(2)} times as long through the placeholders as directly (${range}).`;
  const takes = `Here and now, to create and delete a Record takes ${times}`;
  const verdicts = {
    a: `${takes} That is ${formatNanoseconds(hop)} for each of the ${HOPS} hops.`,
    b: `${takes} The hop costs nothing that this measurement can see.`,
    same: `${takes} That is no difference worth naming.`,
    noisy: `${takes} This machine was too busy for a better answer. Measure again.`,
  };
  tell({
    'cost-verdict': verdicts[verdict],
    'cost-rounds': `many times ${ROUND}`,
    'cost-confidence': `contains the true median with a probability of ${percent} percent`,
    'cost-time': `${Math.round(took)} milliseconds`,
    'cost-clock': `this browser’s clock advances in steps of ${formatStep(step)}, coarse on purpose`,
  });
}

/** @param {number} milliseconds */
function formatStep(milliseconds) {
  return milliseconds < 0.1
    ? `${(milliseconds * 1000).toFixed(0)} microseconds`
    : `${milliseconds.toFixed(1)} milliseconds`;
}
