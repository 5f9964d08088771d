/** A slider over moments or parts, with a sentence about its position. */
import { el } from './dom.js';

let count = 0;

/**
 * @param {object} what
 * @param {string} what.label
 * @param {number} what.last position; the first is 0
 * @param {(position: number) => string} what.words the sentence about a position: shown, and read out
 * @param {(position: number) => void} what.onMove
 * @returns {{ element: HTMLElement, moveTo: (position: number) => void, show: (position: number) => void }}
 *   `moveTo` calls `onMove`, `show` does not
 */
export function scrubber({ label, last, words, onMove }) {
  const id = `scrubber-${count++}`;
  const input = el('input', {
    type: 'range',
    id,
    min: '0',
    max: String(last),
    value: '0',
  });
  const output = el('output', { htmlFor: id });
  /** @param {number} position */
  const show = (position) => {
    const text = words(position);
    input.value = String(position);
    output.textContent = text;
    input.setAttribute('aria-valuetext', text);
  };
  /** @param {number} position */
  const moveTo = (position) => {
    show(position);
    onMove(position);
  };
  input.addEventListener('input', () => moveTo(Number(input.value)));
  return {
    element: el('div', { className: 'scrubber' }, el('label', { htmlFor: id }, label), input, output),
    moveTo,
    show,
  };
}
