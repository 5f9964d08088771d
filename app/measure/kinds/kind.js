/**
 * What a kind of measurement is: all that the page, the Worker, the terminal and the files know of it.
 *
 * A kind is one file in this folder, and one line in index.js. It is a plain object and knows no document, so
 * that Node can import it; the build makes its section of web/measure.html from it.
 */
import { ErrorWithRemedy } from '../../errors.js';
import { PACES } from '../../timing/race.js';

/** @typedef {import('../run.js').Run} Run */
/** @typedef {import('../run.js').Settings} Settings */
/** @typedef {import('../../timing/race.js').Pace} Pace */

/**
 * @typedef {object} Kind
 * @property {string} id in addresses, in files and on the command line
 * @property {string} heading of its section
 * @property {string} title of a run of it
 * @property {string} about its section's text, as HTML
 * @property {Setting[]} settings in the order of the form
 * @property {{ name: string, nanoseconds: number }} unit of the figures shown, and how many nanoseconds it
 *   has
 * @property {{ rows: 'tasks' | 'entrants', hasMean: boolean }} table what its rows are on the page, and
 *   whether the last is the geometric mean over all tasks
 * @property {boolean} needsBrowser whether a terminal can't measure it by itself
 * @property {(chosen: Pace) => Pace} pace how it is measured at the pace that was chosen
 * @property {(site: import('../site.js').Site, settings: Settings) => Promise<Opened>} open fetches, compiles
 *   and links what is compared
 * @property {(run: Run) => Sentence[]} sentences what the samples show
 * @property {(run: Run) => object | null} [standing] how ours stands against all others, for the JSON file
 */

/**
 * @typedef {object} Opened
 * @property {import('../run.js').Entrant[]} entrants
 * @property {Task[]} tasks each with one contestant for each entrant
 */

/**
 * @typedef {object} Task what all entrants do
 * @property {string} id
 * @property {string} title
 * @property {import('../../timing/race.js').Contestant[]} contestants one for each entrant, in the same order
 * @property {() => Promise<{ pages: number }[]>} [also] counts the pages of each contestant
 */

/**
 * @typedef {{ met: boolean, text: string }} Sentence `met`: false for what was lost, missed or not decided
 */

/**
 * @typedef {object} Setting
 * @property {string} name in a link
 * @property {string} label in the form
 * @property {(value: string) => string} inWords as a sentence says the value
 * @property {{ [value: string]: string }} [choices] the values allowed, and how each is shown; any text, if
 *   left out
 * @property {string} [initial] the value at first; empty, if left out. A setting with choices and no first
 *   value is a switch: it has one choice
 */

/** @param {keyof typeof PACES} initial @returns {Setting} */
export const paceSetting = (initial) => ({
  name: 'pace',
  label: 'Pace',
  inWords: (value) => `${value} pace`,
  choices: Object.fromEntries(Object.keys(PACES).map((name) => [name, name])),
  initial,
});

/** Refuses a value that a setting does not have. @param {Kind} kind @param {Settings} values */
export function checkSettings({ settings }, values) {
  for (const { name, choices } of settings) {
    const value = values[name];
    if (value === undefined || !choices || Object.hasOwn(choices, value)) continue;
    throw new ErrorWithRemedy(
      `There is no “${value}” for ${name}.`,
      `Choose one of these: ${Object.keys(choices).join(', ')}; or leave it out.`,
    );
  }
}

/** @param {Kind} kind @param {Settings} values */
export function settingsInWords({ settings }, values) {
  const said = Object.entries(values).map(([name, value]) => {
    const setting = settings.find((one) => one.name === name);
    return setting ? setting.inWords(value) : `${name} ${value}`;
  });
  return said.join(', ');
}
