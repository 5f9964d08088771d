/**
 * Facts in the text: numbers, addresses and instructions that a running module tells.
 *
 * Each stands in an element with `data-fact`. Until the module has told it, the element holds words that are
 * true without it.
 */
import { findAll } from '../ui/dom.js';

/** @param {Record<string, string | number>} facts by the name that `data-fact` has */
export function tell(facts) {
  for (const [name, value] of Object.entries(facts)) {
    for (const place of findAll(`[data-fact="${name}"]`)) place.textContent = String(value);
  }
}
