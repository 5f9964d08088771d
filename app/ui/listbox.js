/**
 * A list whose options a reader takes one at a time, by mouse or keyboard. Any number of options can be
 * marked.
 *
 * The list is one stop for the Tab key. In it the arrow keys, Home and End take the option that they move to.
 */

/** @typedef {{ mark: (indices: Iterable<number>) => void }} Listbox */

let count = 0;

/**
 * @param {HTMLElement} box the list; it must have a label
 * @param {HTMLElement[]} options the elements in it, in their order
 * @param {(index: number) => void} onTake called with the option that the reader takes
 * @returns {Listbox}
 */
export function makeListbox(box, options, onTake) {
  const id = `list-${count++}`;
  let active = -1;
  box.setAttribute('role', 'listbox');
  box.setAttribute('aria-multiselectable', 'true');
  box.tabIndex = 0;
  for (const [i, option] of options.entries()) {
    option.setAttribute('role', 'option');
    option.setAttribute('aria-selected', 'false');
    option.id = `${id}-${i}`;
    option.addEventListener('click', () => take(i));
  }

  /** @param {number} index */
  function activate(index) {
    options[active]?.classList.remove('active');
    active = index;
    options[active].classList.add('active');
    box.setAttribute('aria-activedescendant', options[active].id);
  }

  /** @param {number} index */
  function take(index) {
    activate(index);
    onTake(index);
  }

  box.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const last = options.length - 1;
    const moves = /** @type {Record<string, number>} */ ({
      ArrowDown: active + 1,
      ArrowRight: active + 1,
      ArrowUp: active - 1,
      ArrowLeft: active - 1,
      Home: 0,
      End: last,
      Enter: active,
      ' ': active,
    });
    if (!(event.key in moves)) return;
    event.preventDefault();
    take(Math.max(0, Math.min(last, moves[event.key])));
    options[active].scrollIntoView({ block: 'nearest', behavior: 'instant' });
  });

  return {
    mark(indices) {
      const marked = new Set(indices);
      for (const [i, option] of options.entries()) {
        option.setAttribute('aria-selected', String(marked.has(i)));
      }
    },
  };
}
