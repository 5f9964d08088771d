/**
 * Step 6: the same files loaded one after the other and both at once, on one scale of time; with the choice to hold
 * every request back, so that it can be seen what a distant server does.
 */
import { fetchAndCompileWasmModules } from '../../lib/loader/index.js';
import { clearAlert, el, find, showAlert } from '../ui/dom.js';
import { clockLegend, DELAYS, delayForm, drawClock, formatTime, timeLoad, warmUp } from './clock.js';
import { tell } from './facts.js';
import { addressOf } from './lab.js';
import { compileAPage, make } from './mistakes.js';

const PAIRS = 5;

/** @param {HTMLElement} section */
export async function open(section) {
  const figure = /** @type {HTMLElement} */ (section.querySelector('#parallel-clock'));
  const alert = find('#parallel [role=alert]');
  const place = el('div', { 'aria-live': 'polite' });
  const { form, select, button } = delayForm((delay) => load(delay), 'Load both ways');
  figure.querySelector('.live')?.replaceChildren(form, place, clockLegend());
  figure.addEventListener('show', (event) => {
    const isSome = /** @type {CustomEvent<string>} */ (event).detail === 'delay:some';
    select.value = String(isSome ? DELAYS[2] : DELAYS[0]);
    form.requestSubmit();
  });
  offerMissingFile();
  await warmUp();
  await load(0);
  await make('parallel', () => compileAPage(location.href));

  /** @param {number} delay */
  async function load(delay) {
    button.disabled = true;
    clearAlert(alert);
    try {
      const [inTurn, atOnce] = await timePair(delay);
      const scale = Math.max(inTurn.done, atOnce.done);
      place.replaceChildren(drawClock(inTurn, scale), drawClock(atOnce, scale));
      tell({ 'parallel-verdict': verdict(inTurn.done, atOnce.done, delay) });
    } catch (error) {
      showAlert(alert, error);
    }
    button.disabled = false;
  }
}

/**
 * One load of each way. Where nothing is held back, a stall of the machine is longer than either, so of several pairs it
 * is the one with the middle difference; and each way is the first as often as may be.
 *
 * @param {number} delay
 */
async function timePair(delay) {
  /** @type {Awaited<ReturnType<typeof timeLoad>>[][]} */
  const pairs = [];
  for (let i = 0; i < (delay ? 1 : PAIRS); i++) {
    const early = i % 2 ? await timeLoad('parallel', delay) : null;
    const inTurn = await timeLoad('callbacks', delay);
    pairs.push([inTurn, early ?? (await timeLoad('parallel', delay))]);
  }
  const saved = (/** @type {(typeof pairs)[0]} */ [inTurn, atOnce]) => inTurn.done - atOnce.done;
  return pairs.sort((a, b) => saved(a) - saved(b))[pairs.length >> 1];
}

/** @param {number} inTurn @param {number} atOnce @param {number} delay */
function verdict(inTurn, atOnce, delay) {
  const held =
    delay > 0
      ? `With each request held back by this page for ${delay} ms`
      : `With nothing held back, in the middle one of ${PAIRS} pairs`;
  const saved = Number.parseFloat(formatTime(inTurn)) - Number.parseFloat(formatTime(atOnce));
  const times = `the first record stood after ${formatTime(inTurn)} with one after the other, and after ${formatTime(atOnce)} with both at once`;
  return saved > 0
    ? `${held}, ${times}: ${formatTime(saved)} saved.`
    : `${held}, ${times}: nothing saved, this time.`;
}

/** What fetch takes for an answer, the loader does not: the address and the status are in its words. */
function offerMissingFile() {
  const button = /** @type {HTMLButtonElement} */ (find('#parallel-missing'));
  button.disabled = false;
  button.addEventListener('click', async () => {
    const words = find('#parallel-missing-words');
    try {
      await fetchAndCompileWasmModules([addressOf('no-such-file.wasm')]);
      words.replaceChildren('The server had one after all.');
    } catch (error) {
      const { remedy } = /** @type {import('../../lib/loader/errors.js').LoadError} */ (error);
      words.replaceChildren(el('samp', {}, String(error)), ` ${remedy}`);
    }
  });
}
