/** Sentences are put together out of what was found. */

/**
 * @param {string[]} parts
 * @returns {string} as in `a, b and c`
 */
export function listed(parts) {
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
