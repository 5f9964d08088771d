/**
 * The path of one call between the page's JavaScript and the two modules, drawn as arrows between lanes.
 *
 * Each arrow is one hop: a call, or the return from one. A screen reader reads it as a sentence.
 */
import { el } from '../ui/dom.js';
import { scrubber } from '../ui/scrubber.js';

/**
 * @typedef {object} Hop
 * @property {number} from a lane
 * @property {number} to a lane
 * @property {string} text the call, or the value that is returned
 * @property {boolean} [isReturn]
 */

const LANES = ['JavaScript', 'program.wasm', 'memory.wasm'];
/** The lanes by their number. */
export const [PAGE, PROGRAM, MEMORY] = LANES.keys();

/**
 * @param {HTMLElement} place
 * @param {Hop[]} hops
 * @param {...HTMLElement} more elements to put below the path
 * @returns {(first: number, last?: number) => void} marks the hops from the first to the last
 */
export function drawPath(place, hops, ...more) {
  const items = hops.map(({ from, to, text, isReturn }) => {
    const arrow = el('i', { className: 'arrow', 'aria-hidden': 'true' });
    const item = el(
      'li',
      { className: `hop ${from < to ? 'right' : 'left'}${isReturn ? ' return' : ''}` },
      el('span', { className: 'visually-hidden' }, `${LANES[from]} to ${LANES[to]}: `),
      el('span', { className: 'label' }, text),
      arrow,
    );
    const low = Math.min(from, to);
    item.style.setProperty('--from', String(low));
    item.style.setProperty('--span', String(Math.abs(from - to)));
    return item;
  });
  const slider = scrubber({
    label: 'Hop',
    last: hops.length - 1,
    words: (i) => {
      const { from, to, text } = hops[i];
      return `${i + 1} of ${hops.length}, ${LANES[from]} to ${LANES[to]}: ${text}`;
    },
    onMove: (i) => mark(i, i),
  });
  const lanes = el(
    'div',
    { className: 'lanes', 'aria-hidden': 'true' },
    ...LANES.map((lane) => el('span', {}, lane)),
  );
  place.replaceChildren(
    el('div', { className: 'path' }, lanes, el('ol', {}, ...items)),
    slider.element,
    ...more,
  );
  slider.moveTo(0);

  /** @param {number} first @param {number} last */
  function mark(first, last) {
    for (const [i, item] of items.entries()) item.classList.toggle('marked', i >= first && i <= last);
  }
  return (first, last = first) => {
    slider.moveTo(first);
    mark(first, last);
  };
}
