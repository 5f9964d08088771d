/**
 * The words that the lesson explains, each where it is first used. A link to one opens its explanation beside the
 * link, so that the reader need not leave the place; without this script the link leads there.
 */
import { el, find } from '../ui/dom.js';

export function explainWords() {
  if (!('popover' in HTMLElement.prototype)) return;
  const text = el('p');
  const home = el('a', {}, 'Where it was explained');
  const box = el(
    'div',
    { id: 'word', role: 'dialog', popover: 'auto', tabIndex: -1, 'aria-label': 'What the word means' },
    text,
    home,
  );
  document.body.append(box);
  home.addEventListener('click', () => box.hidePopover());

  document.addEventListener('click', (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest?.('a.word');
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented) return;
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    text.replaceChildren(...explanation(link.hash));
    home.href = link.hash;
    box.showPopover();
    placeBy(box, link);
    // The browser gives the focus back when the box is closed.
    box.focus({ preventScroll: true });
  });
}

/**
 * What follows the defined word, up to the next one that is defined.
 * @param {string} hash
 */
function explanation(hash) {
  const word = find(hash);
  const nodes = [el('dfn', {}, word.textContent ?? '')];
  for (let node = word.nextSibling; node && node.nodeName !== 'DFN'; node = node.nextSibling) {
    nodes.push(/** @type {HTMLElement} */ (node.cloneNode(true)));
  }
  return nodes;
}

/**
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
