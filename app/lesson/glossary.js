/**
 * The terms that the lesson defines, each in a `<dfn>` where it is first used.
 *
 * A link to a definition opens it in a box beside the link, so that the reader need not leave the sentence.
 * Without this script the link leads to the definition.
 */
import { el, find } from '../ui/dom.js';

export function explainTerms() {
  if (!('popover' in HTMLElement.prototype)) return;
  const text = el('p');
  const home = el('a', {}, 'Go to where it is defined');
  const box = el(
    'div',
    { id: 'word', role: 'dialog', popover: 'auto', tabIndex: -1, 'aria-label': 'What the word means' },
    text,
    home,
  );
  document.body.append(box);
  home.addEventListener('click', () => box.hidePopover());

  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a.word') : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented) return;
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    text.replaceChildren(...definition(link.hash));
    home.href = link.hash;
    box.showPopover();
    placeBy(box, link);
    // The browser returns the focus to the link when the box is closed.
    box.focus({ preventScroll: true });
  });
}

/**
 * A term with its definition: the text that follows the `<dfn>`, up to the next one.
 * @param {string} hash of the `<dfn>`
 * @returns {Node[]}
 */
function definition(hash) {
  const term = find(hash);
  /** @type {Node[]} */
  const nodes = [el('dfn', {}, term.textContent ?? '')];
  for (let node = term.nextSibling; node && node.nodeName !== 'DFN'; node = node.nextSibling) {
    nodes.push(node.cloneNode(true));
  }
  return nodes;
}

/**
 * Puts the box below the link, or above it if there is no room below.
 * @param {HTMLElement} box
 * @param {HTMLElement} link
 */
function placeBy(box, link) {
  const gap = 8;
  const [at] = link.getClientRects();
  const { width, height } = box.getBoundingClientRect();
  const isRoomBelow = at.bottom + gap + height < innerHeight;
  box.style.left = `${Math.max(gap, Math.min(at.left, innerWidth - width - gap))}px`;
  box.style.top = `${Math.max(gap, isRoomBelow ? at.bottom + gap : at.top - gap - height)}px`;
}
