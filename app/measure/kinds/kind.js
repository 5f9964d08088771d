/**
 * What a kind of measurement is: all that the page, the Worker, the terminal and the files know of it.
 *
 * A kind is one file in this folder; index.js imports it and has it in its list. It is a plain object and
 * knows no document, so that Node can import it; the build makes its section of web/measure.html from it.
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
 * @property {(chosen: Pace) => Pace} [pace] how it is measured at the pace that was chosen, if not as chosen
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
 * @typedef {object} Task what all entrants do, once a round; a workload of the allocators is one
 * @property {string} id
 * @property {string} title
 * @property {import('../../timing/race.js').Contestant[]} contestants one for each entrant, in the same order
 * @property {() => Promise<{ pages?: number, failure?: string }[]>} [also] counts the pages of each
 *   contestant, or says why that failed
 */

/**
 * `met` is false for what was lost, missed or not decided.
 * @typedef {{ met: boolean, text: string }} Sentence
 */

/**
 * A field of the form, a parameter of a link and an option of `npm run bench`, in one.
 * @typedef {TextSetting | ChoiceSetting | SwitchSetting} Setting
 */

/**
 * @typedef {object} Named what all settings have
 * @property {string} name in a link and on the command line
 * @property {string} label in the form
 * @property {string} help what the terminal says of it
 * @property {(value: string) => string} inWords as a sentence says the value
 */

/**
 * Any text; the placeholder says what an empty one means.
 * @typedef {Named & { type: 'text', placeholder: string }} TextSetting
 */

/**
 * One of its values, each with the words that the form shows; `initial` if it is left out.
 * @typedef {Named & { type: 'choice', choices: { [value: string]: string }, initial: string }} ChoiceSetting
 */

/**
 * `yes`, or left out.
 * @typedef {Named & { type: 'switch' }} SwitchSetting
 */

/** @param {keyof typeof PACES} initial @returns {Setting} */
export const paceSetting = (initial) => ({
  name: 'pace',
  type: 'choice',
  label: 'Pace',
  help: 'how many samples there are, and how long they are',
  inWords: (value) => `${value} pace`,
  choices: Object.fromEntries(Object.keys(PACES).map((name) => [name, name])),
  initial,
});

/** The values that a setting takes; null for any. @param {Setting} setting @returns {string[] | null} */
function valuesOf(setting) {
  if (setting.type === 'text') return null;
  return setting.type === 'switch' ? ['yes'] : Object.keys(setting.choices);
}

/** Refuses a value that a setting does not have. @param {Kind} kind @param {Settings} given */
export function checkSettings({ settings }, given) {
  for (const setting of settings) {
    const value = given[setting.name];
    const values = valuesOf(setting);
    if (value === undefined || !values || values.includes(value)) continue;
    throw new ErrorWithRemedy(
      `There is no “${value}” for ${setting.name}.`,
      `Choose one of these: ${values.join(', ')}; or leave it out.`,
    );
  }
}

/**
 * Adds the values of choices that are left out.
 * @param {Kind} kind
 * @param {Settings} given
 * @returns {Settings} what is given first, in its order
 */
export function withInitials({ settings }, given) {
  const initials = settings.flatMap((one) => (one.type === 'choice' ? [[one.name, one.initial]] : []));
  return { ...given, ...Object.fromEntries(initials.filter(([name]) => given[name] === undefined)) };
}

/** The words of a list with commas between. @param {string} text */
export const commaSeparated = (text) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);

/** @param {Kind} kind @param {Settings} values */
export function settingsInWords({ settings }, values) {
  const said = Object.entries(values).map(([name, value]) => {
    const setting = settings.find((one) => one.name === name);
    return setting ? setting.inWords(value) : `${name} ${value}`;
  });
  return said.join(', ');
}
