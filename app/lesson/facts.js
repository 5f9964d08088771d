/**
 * Numbers, addresses and instructions in the text: each stands in an element with `data-fact`, which says
 * something true without them until a running module has told what they are.
 */

/** @param {Record<string, string | number>} facts */
export function tell(facts) {
  for (const [name, value] of Object.entries(facts)) {
    for (const place of document.querySelectorAll(`[data-fact="${name}"]`)) place.textContent = String(value);
  }
}
