/** C code in the page as lines that can be marked, and selected where the figure makes use of that. */
import { el } from '../ui/dom.js';
import { makeListbox } from '../ui/listbox.js';
import { readLines } from './c-lines.js';

/**
 * @param {HTMLElement} pre contains the source; the build put it there
 * @param {(index: number) => void} [onTake] called when a reader selects a line
 */
export function listSource(pre, onTake) {
  const lines = readLines(pre.textContent ?? '');
  const rows = lines.map(({ text }, i) =>
    el('span', { className: 'line', 'data-number': i + 1 }, text || '\u200b'),
  );
  pre.replaceChildren(el('code', {}, ...rows));
  const list = onTake && makeListbox(pre, rows, onTake);
  return {
    lines,
    /** @param {Iterable<number>} indices */
    mark(indices) {
      const marked = new Set(indices);
      for (const [i, row] of rows.entries()) row.classList.toggle('marked', marked.has(i));
      list?.mark(marked);
      // Only the pane scrolls, not the page: the reader may be looking at another pane.
      const [first] = marked;
      if (first !== undefined) revealIn(pre, rows[first]);
    },
  };
}

/**
 * Scrolls a box just far enough to show a row in it.
 * @param {HTMLElement} box
 * @param {HTMLElement} row
 */
export function revealIn(box, row) {
  const outer = box.getBoundingClientRect();
  const inner = row.getBoundingClientRect();
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top;
  else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom;
}
