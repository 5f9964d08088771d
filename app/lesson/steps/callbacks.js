/**
 * Step 5: the path of one call through the placeholders, and the clock of a load in which one file follows
 * the other.
 *
 * It always holds that the hops were noted by the placeholders themselves, while the call ran.
 */
import { formatAddress } from '../../format.js';
import { EXAMPLE, EXAMPLE_CALL, Records } from '../../records.js';
import { el, find } from '../../ui/dom.js';
import { attempt } from '../attempt.js';
import { drawPath, MEMORY, PAGE, PROGRAM } from '../call-path.js';
import { tell } from '../facts.js';
import { clockLegend, delayForm, drawClock } from '../load-clock.js';
import { callTooEarly } from '../mistakes.js';
import { linkWithPlaceholders, loadModule } from '../modules.js';
import { onShow } from '../references.js';
import { showMistake } from '../show-mistake.js';
import { timeLoad, warmUp } from '../timed-load.js';

/** @param {HTMLElement} section */
export async function open(section) {
  const allocator = await showCall();
  await showClock(section);
  const { module } = await loadModule('program-owns-memory.wasm');
  await showMistake(section, () => callTooEarly(module, allocator));
}

/** @returns the allocator that took part in the call */
async function showCall() {
  const { hops, callStack, address, allocator } = await traceCall();
  const figure = find('#callbacks-path');
  const frames = el(
    'details',
    {},
    el('summary', {}, 'The call stack inside the placeholder'),
    el('pre', { tabIndex: 0, role: 'region', 'aria-label': 'The call stack' }, el('code', {}, callStack)),
    el(
      'p',
      { className: 'note' },
      'These are this browser’s words. The innermost call stands first, and each line waits for the one ' +
        'above it. The line of wasm is the program, which waits for its malloc.',
    ),
  );
  const showHops = drawPath(find('#callbacks-path .live'), hops, frames);
  onShow(figure, (part) => {
    const [, hop] = part.match(/^stage:(\d+)$/) ?? [];
    if (hop) showHops(Number(hop) - 1);
    else showHops(1, 4);
  });
  tell({ 'callbacks-address': formatAddress(address) });
  return allocator;
}

async function traceCall() {
  /** @type {import('../call-path.js').Hop[]} */
  const hops = [];
  let callStack = '';
  /**
   * @type {import('../modules.js').Allocator} filled when both modules are linked, as the lesson describes
   */
  let allocator;
  const wired = await linkWithPlaceholders({
    malloc(size) {
      callStack = String(new Error().stack)
        .replace(/^Error\n/, '')
        .trimEnd();
      hops.push({ from: PROGRAM, to: PAGE, text: `malloc(${size})` });
      hops.push({ from: PAGE, to: MEMORY, text: `wasmMalloc(${size})` });
      const found = allocator.malloc(size) >>> 0;
      hops.push({ from: MEMORY, to: PAGE, text: formatAddress(found), isReturn: true });
      hops.push({ from: PAGE, to: PROGRAM, text: formatAddress(found), isReturn: true });
      return found;
    },
    free: (address) => allocator.free(address),
  });
  allocator = wired.allocator;
  const records = new Records(wired);
  hops.push({ from: PAGE, to: PROGRAM, text: EXAMPLE_CALL });
  const address = records.create(EXAMPLE);
  hops.push({ from: PROGRAM, to: PAGE, text: formatAddress(address), isReturn: true });
  return { hops, callStack, address, allocator };
}

/** @param {HTMLElement} section */
async function showClock(section) {
  const figure = find('#callbacks-clock');
  const place = el('div', { 'aria-live': 'polite' });
  const { form, button } = delayForm(load, 'Load again');
  find('#callbacks-clock .live').replaceChildren(form, place, clockLegend());
  onShow(figure, () => button.focus({ preventScroll: true }));
  await warmUp();
  await load(0);

  /** @param {number} delay */
  function load(delay) {
    return attempt(section, async () => {
      const timed = await timeLoad('callbacks', delay);
      place.replaceChildren(drawClock(timed, timed.done));
    });
  }
}
