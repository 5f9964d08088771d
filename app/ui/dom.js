/** The few things that every page does with its document. */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [properties] set as properties; `aria-…`, `data-…` and other hyphenated names as
 *   attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-')) element.setAttribute(name, String(value));
    else Object.assign(element, { [name]: value });
  }
  element.append(...children);
  return element;
}

/**
 * @param {string} selector of an element that the page has
 * @returns {HTMLElement}
 */
export function find(selector) {
  const element = document.querySelector(selector);
  if (!element) throw new Error(`The page has no ${selector}.`);
  return /** @type {HTMLElement} */ (element);
}

/** What the address asks for. emrun redirects /?a=b to /?a=b/, so a slash at the end is not the reader's. */
export function addressParameters() {
  return new URLSearchParams(location.search.replace(/\/$/, ''));
}

/**
 * Puts a problem on the page, where a screen reader hears of it.
 *
 * @param {HTMLElement} place an alert: the page's own, or that of the part which the problem is about
 * @param {unknown} error a LoadError's remedy is shown too
 * @param {...(Node | string)} more what else helps, as a link or a button
 */
export function showAlert(place, error, ...more) {
  const { message, remedy } = /** @type {{ message?: string, remedy?: string }} */ (error ?? {});
  place.className = 'alert';
  place.replaceChildren(el('strong', {}, message ?? String(error)));
  if (remedy) place.append(el('p', {}, remedy));
  if (more.length > 0) place.append(el('p', {}, ...more));
  place.scrollIntoView({ block: 'nearest' });
}

/** Begins anew. A link to this address would only jump to its #hash. */
export function reloadButton() {
  return el('button', { type: 'button', onclick: () => location.reload() }, 'Load the page again');
}

/** Takes the problem off the page, when what it was about begins anew. @param {HTMLElement} place */
export function clearAlert(place) {
  place.className = '';
  place.replaceChildren();
}
