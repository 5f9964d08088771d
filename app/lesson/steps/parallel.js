/**
 * Step 6: the same files loaded one after the other and both at once, drawn as two clocks on one scale.
 *
 * The reader can have every request held back, to see what a distant server does to either way.
 */
import { fetchAndCompileWasmModules, LoadError } from '../../../lib/loader/index.js';
import { el, find } from '../../ui/dom.js';
import { addressOf } from '../../wirings.js';
import { attempt } from '../attempt.js';
import { tell } from '../facts.js';
import { clockLegend, DELAYS, delayForm, drawClock, formatTime } from '../load-clock.js';
import { compileAPage } from '../mistakes.js';
import { onShow } from '../references.js';
import { showMistake } from '../show-mistake.js';
import { timeLoad, warmUp } from '../timed-load.js';

/** How many pairs of loads are timed if no request is held back. */
const PAIRS = 5;

/** @typedef {import('../timed-load.js').Load} Load */
/** @typedef {{ inTurn: Load, atOnce: Load }} Pair */

/** @param {HTMLElement} section */
export async function open(section) {
  const figure = find('#parallel-clock');
  const place = el('div', { 'aria-live': 'polite' });
  const { form, select, button } = delayForm(load, 'Load both ways');
  find('#parallel-clock .live').replaceChildren(form, place, clockLegend());
  onShow(figure, (part) => {
    select.value = String(part === 'delay:some' ? DELAYS[2] : DELAYS[0]);
    form.requestSubmit();
  });
  offerMissingFile();
  await warmUp();
  await load(0);
  await showMistake(section, () => compileAPage(location.href));

  /** @param {number} delay */
  async function load(delay) {
    button.disabled = true;
    await attempt(section, async () => {
      const { inTurn, atOnce } = await timePair(delay);
      const scale = Math.max(inTurn.done, atOnce.done);
      place.replaceChildren(drawClock(inTurn, scale), drawClock(atOnce, scale));
      tell({ 'parallel-verdict': verdict(inTurn.done, atOnce.done, delay) });
    });
    button.disabled = false;
  }
}

/**
 * Times one load of each way.
 *
 * If no request is held back, a stall of the machine may last longer than a load. Then several pairs are
 * timed, with each way first in turn, and the pair with the median difference is taken.
 *
 * @param {number} delay
 */
async function timePair(delay) {
  /** @type {Pair[]} */
  const pairs = [];
  for (let i = 0; i < (delay > 0 ? 1 : PAIRS); i++) {
    const early = i % 2 ? await timeLoad('parallel', delay) : null;
    const inTurn = await timeLoad('callbacks', delay);
    pairs.push({ inTurn, atOnce: early ?? (await timeLoad('parallel', delay)) });
  }
  const saved = (/** @type {Pair} */ { inTurn, atOnce }) => inTurn.done - atOnce.done;
  return pairs.sort((a, b) => saved(a) - saved(b))[pairs.length >> 1];
}

/** @param {number} inTurn @param {number} atOnce @param {number} delay */
function verdict(inTurn, atOnce, delay) {
  const how =
    delay > 0
      ? `Each request was held back by this page for ${delay} ms.`
      : `No request was held back; of ${PAIRS} pairs of loads this is the middle one.`;
  const times =
    `The first Record was created after ${formatTime(inTurn)} with one file after the other, ` +
    `and after ${formatTime(atOnce)} with both at once`;
  // The difference of what the reader sees, and not of what was rounded away.
  const saved = Number.parseFloat(formatTime(inTurn)) - Number.parseFloat(formatTime(atOnce));
  return `${how} ${times}: ${saved > 0 ? `${formatTime(saved)} saved` : 'nothing saved, this time'}.`;
}

/** Lets the reader ask the loader for a file that the server does not have. */
function offerMissingFile() {
  const button = find('#parallel-missing', HTMLButtonElement);
  const words = find('#parallel-missing-words');
  button.disabled = false;
  button.addEventListener('click', async () => {
    try {
      await fetchAndCompileWasmModules([addressOf('no-such-file.wasm')]);
      words.replaceChildren('The server has such a file after all.');
    } catch (error) {
      words.replaceChildren(el('samp', {}, String(error)));
      if (error instanceof LoadError) words.append(el('br'), error.remedy);
    }
  });
}
