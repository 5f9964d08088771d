/**
 * What the page and its Worker say to each other. This is the only place that knows how their messages
 * travel.
 *
 * The page sends one order to run. It is answered by `started`, any number of `step`s, then `done`; or by
 * `failed`, at any time, as the last answer. While the Worker is paused it sends nothing.
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

/**
 * @typedef {{ type: 'started', run: Run } | { type: 'step', step: import('./series.js').Progress } | { type:
 *   'done', run: Run } | { type: 'failed', message: string, remedy?: string }} Answer from the Worker; `run`
 *   as it began, or as it ended
 */

/** @param {Worker} worker @param {Order} message */
export const order = (worker, message) => worker.postMessage(message);

/** @param {Answer} message */
export const answer = (message) => postMessage(message);

/** Hears the orders, in the Worker. @param {(message: Order) => void} hear */
export const onOrder = (hear) => addEventListener('message', ({ data }) => hear(data));

/** Hears the answers, on the page. @param {Worker} worker @param {(message: Answer) => void} hear */
export const onAnswer = (worker, hear) => worker.addEventListener('message', ({ data }) => hear(data));
