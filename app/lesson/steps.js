/** The steps of the lesson, in their order: the id of a step's section, and how its script is loaded. */

/**
 * @typedef {{ open: (section: HTMLElement) => Promise<void> }} Step opens what is live in the step's section
 */

/** @type {Record<string, () => Promise<Step>>} */
export const STEPS = {
  record: () => import('./steps/record.js'),
  functions: () => import('./steps/functions.js'),
  wasm: () => import('./steps/wasm.js'),
  imports: () => import('./steps/imports.js'),
  callbacks: () => import('./steps/callbacks.js'),
  parallel: () => import('./steps/parallel.js'),
  shared: () => import('./steps/shared.js'),
  cost: () => import('./steps/cost.js'),
};
