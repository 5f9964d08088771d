/** How far a run is, the same for a page and a terminal. */

/**
 * @typedef {object} Progress
 * @property {string} task its title
 * @property {string} name the contestant's
 * @property {number} done how many steps
 * @property {number} of so many
 * @property {import('./run.js').TaskResult} [result] of the task that was just finished
 */

/**
 * @param {Pick<Progress, 'done' | 'of'>} progress at least one step is done
 * @param {number} spent milliseconds for the steps that are done
 * @returns {number} seconds that the others take, if they take as long
 */
export const secondsLeft = ({ done, of }, spent) => Math.ceil(((spent / done) * (of - done)) / 1000);
