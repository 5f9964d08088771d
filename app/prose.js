/** Parts of sentences, made of what was found. */

/**
 * @param {string[]} parts
 * @returns {string} as in `a, b and c`
 */
export function listed(parts) {
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/**
 * @param {number} number
 * @param {string} one what there is, if it is one
 * @param {string} [many] if it is none, or more
 * @returns {string} as in `1 chunk`, `1,024 chunks`
 */
export function counted(number, one, many = `${one}s`) {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** @param {string} text */
export const capitalized = (text) => text.charAt(0).toUpperCase() + text.slice(1);
