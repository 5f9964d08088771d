/** Runs a mistake of mistakes.js and shows what the browser's console would show. */
import { el, find } from '../ui/dom.js';

/**
 * @param {HTMLElement} section of the step whose mistake it is
 * @param {() => unknown} mistake
 * @returns {Promise<string>} the browser's own words
 */
export async function showMistake(section, mistake) {
  let words;
  try {
    words = `No error; it returned ${await mistake()}.`;
  } catch (error) {
    words = String(error);
  }
  find(`#${section.id} [data-mistake]`).replaceChildren(el('samp', {}, words));
  return words;
}
