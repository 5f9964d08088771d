/** Places elements on a bar that stands for a range of values. No other file turns values into percent. */

/** @typedef {{ start: number, end: number }} Range of values */

/** @param {number} part @param {Range} bar */
const percent = (part, { start, end }) => `${(100 * part) / (end - start)}%`;

/** @param {HTMLElement} element @param {number} value where it begins @param {Range} bar that it is in */
export function placeAt(element, value, bar) {
  element.style.left = percent(value - bar.start, bar);
}

/** @param {HTMLElement} element @param {Range} range that it covers @param {Range} bar that it is in */
export function placeOver(element, { start, end }, bar) {
  placeAt(element, start, bar);
  element.style.width = percent(Math.max(0, end - start), bar);
}
