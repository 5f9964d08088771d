/**
 * What the page and its Worker say to each other. No other file knows how their messages travel.
 *
 * The page sends one order to run. The Worker answers `started`; then a `step` for each warm-up, each sample
 * that counts, and each task that has ended; then `done`. At any time it may answer `failed` instead, as its
 * last answer. After `pause`, the Worker ends the step that is under way, then waits for `resume`.
 */

/** @typedef {import('./run.js').Run} Run */

/**
 * @typedef {object} RunOrder
 * @property {'run'} type
 * @property {string} kind the id of a kind of measurement
 * @property {import('./run.js').Settings} settings
 * @property {string} address of the site
 * @property {string} engine
 * @property {number} cores
 */

/** @typedef {RunOrder | { type: 'pause' } | { type: 'resume' }} Order from the page */

/** @typedef {{ type: 'started' | 'done', run: Run }} Whole the run as it began, or as it ended */
/** @typedef {{ type: 'step', step: import('./progress.js').Progress }} Step */
/** @typedef {{ type: 'failed', message: string, remedy?: string }} Failure */
/** @typedef {Whole | Step | Failure} Answer from the Worker */

/** @param {Worker} worker @param {Order} message */
export const order = (worker, message) => worker.postMessage(message);

/** @param {Answer} message */
export const answer = (message) => postMessage(message);

/** Hears the orders, in the Worker. @param {(message: Order) => void} hear */
export const onOrder = (hear) => addEventListener('message', ({ data }) => hear(data));

/** Hears the answers, on the page. @param {Worker} worker @param {(message: Answer) => void} hear */
export const onAnswer = (worker, hear) => worker.addEventListener('message', ({ data }) => hear(data));
