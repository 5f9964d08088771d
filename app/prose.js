/** Parts of sentences: lists, and numbers of things. */

/**
 * @param {string[]} parts
 * @returns {string} as in `a, b and c`
 */
export function listed(parts) {
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/**
 * @param {number} number
 * @param {string} one the noun for one thing
 * @param {string} [many] the noun for none, or for more than one
 * @returns {string} as in `1 chunk`, `1,024 chunks`
 */
export function counted(number, one, many = `${one}s`) {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** @param {string} text */
export const capitalized = (text) => text.charAt(0).toUpperCase() + text.slice(1);
