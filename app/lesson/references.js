/**
 * References from the text to a figure: `<a class="ref" href="#the-figure" data-show="a part of it">`.
 *
 * A click makes the figure show that part. If the figure is out of sight, the link also leads to it as any
 * link does. So the browser's Back button returns to the text.
 */
import { find, findAll } from '../ui/dom.js';

/** The event that tells a figure which of its parts to show. */
const SHOW = 'show';

export function followReferences() {
  const links = findAll('a.ref', HTMLAnchorElement);
  for (const link of links) {
    link.addEventListener('click', (event) => {
      const figure = find(link.hash);
      const { top, bottom } = figure.getBoundingClientRect();
      const isInSight = top < innerHeight * 0.8 && bottom > 0;
      if (isInSight) event.preventDefault();
      for (const other of links) other.removeAttribute('aria-current');
      link.setAttribute('aria-current', 'true');
      figure.dispatchEvent(new CustomEvent(SHOW, { detail: link.dataset.show }));
    });
  }
}

/**
 * @param {HTMLElement} figure
 * @param {(part: string) => void} show called with the `data-show` of a reference that was followed
 */
export function onShow(figure, show) {
  figure.addEventListener(SHOW, (event) => {
    if (event instanceof CustomEvent) show(event.detail);
  });
}
