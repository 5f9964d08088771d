/** A slider over the moments or parts of something, with the words for where it stands. */
import { el } from './dom.js';

let count = 0;

/**
 * @param {object} what
 * @param {string} what.label
 * @param {number} what.last position; the first is 0
 * @param {number} [what.step]
 * @param {(position: number) => string} what.words for a position: shown, and read out
 * @param {(position: number) => void} what.onMove
 * @returns {{ element: HTMLElement, moveTo: (position: number) => void }}
 */
export function scrubber({ label, last, step = 1, words, onMove }) {
  const id = `scrubber-${count++}`;
  const input = el('input', {
    type: 'range',
    id,
    min: '0',
    max: String(last),
    step: String(step),
    value: '0',
  });
  const output = el('output', { htmlFor: id });
  const move = () => {
    const position = Number(input.value);
    const text = words(position);
    output.textContent = text;
    input.setAttribute('aria-valuetext', text);
    onMove(position);
  };
  input.addEventListener('input', move);
  return {
    element: el('div', { className: 'scrubber' }, el('label', { htmlFor: id }, label), input, output),
    moveTo(position) {
      input.value = String(position);
      move();
    },
  };
}
