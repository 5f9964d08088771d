/**
 * Elements of the document, looked up inside another element.
 *
 * It always holds that an element which is looked up is there and is of the class that was asked for. If not,
 * the document and its scripts do not fit together, and an error names the selector.
 */

/**
 * @template {Element} [Kind=HTMLElement]
 * @param {ParentNode} place
 * @param {string} selector
 * @param {new () => Kind} [kind] the element's class; HTMLElement, if left out
 * @returns {Kind}
 */
export function findIn(place, selector, kind) {
  const [element] = findAll(place, selector, kind);
  return element;
}

/**
 * @template {Element} [Kind=HTMLElement]
 * @param {ParentNode} place
 * @param {string} selector
 * @param {new () => Kind} [kind] the elements' class; HTMLElement, if left out
 * @returns {Kind[]} at least one
 */
export function findAll(place, selector, kind) {
  const elements = [...place.querySelectorAll(selector)];
  const areThere =
    elements.length > 0 && elements.every((element) => element instanceof (kind ?? HTMLElement));
  if (!areThere) throw new Error(`The page has no ${selector}.`);
  return /** @type {Kind[]} */ (elements);
}
