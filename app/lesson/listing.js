/** Code in the page as lines that can be marked, and taken where the figure has a use for that. */
import { el } from '../ui/dom.js';
import { makeListbox } from '../ui/listbox.js';
import { readLines } from './csource.js';

/**
 * @param {HTMLElement} pre holds the source, as the page came
 * @param {(index: number) => void} [onTake]
 */
export function listSource(pre, onTake) {
  const code = /** @type {HTMLElement} */ (pre.querySelector('code'));
  const lines = readLines(code.textContent ?? '');
  const rows = lines.map(({ text }, i) =>
    el('span', { className: 'line', 'data-number': i + 1 }, text || '\u200b'),
  );
  code.replaceChildren(...rows);
  const list = onTake && makeListbox(pre, rows, onTake);
  return {
    lines,
    /** @param {Iterable<number>} indices */
    mark(indices) {
      const marked = new Set(indices);
      for (const [i, row] of rows.entries()) row.classList.toggle('marked', marked.has(i));
      list?.mark(marked);
      // The pane scrolls, never the page: the reader may be looking at another one.
      const [first] = marked;
      if (first !== undefined) revealIn(pre, rows[first]);
    },
  };
}

/**
 * Scrolls a box so far that a row in it is seen.
 * @param {HTMLElement} box
 * @param {HTMLElement} row
 */
export function revealIn(box, row) {
  const outer = box.getBoundingClientRect();
  const inner = row.getBoundingClientRect();
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top;
  else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom;
}
