/** What every page does with its document: makes elements, finds them, shows a problem, reads the address. */
import { ErrorWithRemedy } from '../errors.js';

/**
 * Makes an element.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [properties] names with a hyphen (`aria-…`, `data-…`) become attributes,
 *   the others properties
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
 * Finds an element that the document must have, as in `find('#wasm-older', HTMLInputElement)`.
 *
 * @template {Element} [Type=HTMLElement]
 * @param {string} selector of one element, or of several of which the first is wanted
 * @param {abstract new () => Type} [type] the element's class
 */
export function find(selector, type) {
  return findAll(selector, type)[0];
}

/**
 * Finds all elements of a kind of which the document must have one or more.
 *
 * @template {Element} [Type=HTMLElement]
 * @param {string} selector
 * @param {abstract new () => Type} [type] the elements' class
 * @returns {Type[]} at least one
 */
export function findAll(selector, type = /** @type {any} */ (HTMLElement)) {
  const elements = [...document.querySelectorAll(selector)];
  if (elements.length > 0 && elements.every((element) => element instanceof type))
    return /** @type {Type[]} */ (elements);
  throw new ErrorWithRemedy(
    `The page has no ${type.name} ${selector}.`,
    'Its document and its scripts are of different builds: load the page again.',
  );
}

/** The settings in the address. emrun redirects /?a=b to /?a=b/, so a slash at the end is not a setting. */
export function addressParameters() {
  return new URLSearchParams(location.search.replace(/\/$/, ''));
}

/**
 * Shows a problem, where a screen reader reads it out.
 *
 * @param {HTMLElement} place an element with the role alert, of the page or of the part that has the problem
 * @param {unknown} error its remedy is shown too, if it has one
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

/** Takes away a problem, because its cause is gone or tried anew. @param {HTMLElement} place */
export function clearAlert(place) {
  place.className = '';
  place.replaceChildren();
}

/** A button that begins anew. A link to the page's own address would only jump to its #hash. */
export function reloadButton() {
  return el('button', { type: 'button', onclick: () => location.reload() }, 'Load the page again');
}
