/**
 * Step 5: one call through the placeholders, noted down by the placeholders themselves, and the clock of a load in
 * which one file is fetched after the other.
 */
import { formatAddress } from '../format.js';
import { EXAMPLE, EXAMPLE_CALL, Records } from '../records.js';
import { clearAlert, el, find, showAlert } from '../ui/dom.js';
import { clockLegend, delayForm, drawClock, timeLoad, warmUp } from './clock.js';
import { tell } from './facts.js';
import { file, linkWithPlaceholders } from './lab.js';
import { callTooEarly, make } from './mistakes.js';
import { drawPath } from './path.js';

const [PAGE, PROGRAM, MEMORY] = [0, 1, 2];

/** @param {HTMLElement} section */
export async function open(section) {
  const { hops, stack, address, allocator } = await recordCall();
  const path = /** @type {HTMLElement} */ (section.querySelector('#callbacks-path'));
  const frames = el(
    'details',
    {},
    el('summary', {}, 'Who was waiting for whom, inside the placeholder'),
    el('pre', { tabIndex: 0, role: 'region', 'aria-label': 'The call stack' }, el('code', {}, stack)),
    el(
      'p',
      { className: 'note' },
      'The call stack as this browser tells it, the innermost first. The line of wasm is the program, waiting for its malloc.',
    ),
  );
  const showHops = drawPath(/** @type {HTMLElement} */ (path.querySelector('.live')), hops, frames);
  path.addEventListener('show', (event) => {
    const what = /** @type {CustomEvent<string>} */ (event).detail;
    const [, stage] = what.match(/^stage:(\d+)$/) ?? [];
    if (stage) showHops(Number(stage) - 1);
    else showHops(1, 4);
  });
  tell({ 'callbacks-address': formatAddress(address) });

  const clock = /** @type {HTMLElement} */ (section.querySelector('#callbacks-clock'));
  const alert = find('#callbacks [role=alert]');
  const place = el('div', { 'aria-live': 'polite' });
  const { form } = delayForm((delay) => load(delay), 'Load again');
  clock.querySelector('.live')?.replaceChildren(form, place, clockLegend());
  clock.addEventListener('show', () => clock.querySelector('button')?.focus({ preventScroll: true }));
  await warmUp();
  await load(0);
  const { module } = await file('program-owns-memory.wasm');
  await make('callbacks', () => callTooEarly(module, allocator));

  /** @param {number} delay */
  async function load(delay) {
    clearAlert(alert);
    try {
      const timed = await timeLoad('callbacks', delay);
      place.replaceChildren(drawClock(timed, timed.done));
    } catch (error) {
      showAlert(alert, error);
    }
  }
}

async function recordCall() {
  /** @type {import('./path.js').Hop[]} */
  const hops = [];
  let stack = '';
  /** @type {any} */
  let allocator;
  const wired = await linkWithPlaceholders({
    malloc(/** @type {number} */ size) {
      stack = String(new Error().stack)
        .replace(/^Error\n/, '')
        .trimEnd();
      hops.push({ from: PROGRAM, to: PAGE, text: `malloc(${size})` });
      hops.push({ from: PAGE, to: MEMORY, text: `wasmMalloc(${size})` });
      const found = allocator.malloc(size) >>> 0;
      hops.push({ from: MEMORY, to: PAGE, text: formatAddress(found), isReturn: true });
      hops.push({ from: PAGE, to: PROGRAM, text: formatAddress(found), isReturn: true });
      return found;
    },
    free: (/** @type {number} */ address) => allocator.free(address),
  });
  allocator = wired.allocator;
  const records = new Records(wired);
  hops.push({ from: PAGE, to: PROGRAM, text: EXAMPLE_CALL });
  const address = records.create(EXAMPLE);
  hops.push({ from: PROGRAM, to: PAGE, text: formatAddress(address), isReturn: true });
  return { hops, stack, address, allocator };
}
