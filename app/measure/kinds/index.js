/** The kinds of measurement, in the order of the page. A new kind is imported here, and put into the list. */
import { ErrorWithRemedy } from '../../errors.js';
import { allocators } from './allocators.js';
import { loading } from './loading.js';
import { wiring } from './wiring.js';

/** @type {import('./kind.js').Kind[]} */
export const KINDS = [wiring, loading, allocators];

/** @param {string} id @returns {import('./kind.js').Kind} */
export function kindOf(id) {
  const kind = KINDS.find((one) => one.id === id);
  if (kind) return kind;
  throw new ErrorWithRemedy(
    `Nothing called “${id}” can be measured.`,
    `Choose one of these: ${KINDS.map((one) => one.id).join(', ')}.`,
  );
}
