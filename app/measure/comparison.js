/**
 * A run beside an earlier one of the same kind, in words.
 *
 * It always holds that the words name each condition that was another then: engine, cores, build, settings.
 */
import { compareApart } from '../timing/statistics.js';
import { el } from '../ui/dom.js';
import { times } from './figures.js';
import { kindOf } from './kinds/index.js';
import { samplesOf } from './readings.js';
import { inList } from './report.js';

/** @typedef {import('./run.js').Run} Run */

/**
 * @param {Run} run
 * @param {import('./run-store.js').RunStore} store
 * @param {() => void} forgetAll called when a reader asks for it
 * @returns {HTMLElement}
 */
export function comparison(run, store, forgetAll) {
  const earlier = store.list(run.kind).filter(({ date }) => date !== run.date);
  if (!earlier.length) {
    const none = 'There is no earlier run of this kind on this device to compare with.';
    return el('p', { className: 'note' }, none);
  }
  const words = el('div', { 'aria-live': 'polite' });
  const show = () => words.replaceChildren(...inElements(run, store.load(choice.value)));
  const choice = el(
    'select',
    { onchange: show },
    el('option', { value: '' }, 'choose a run'),
    ...earlier.map((head) => el('option', { value: head.date }, inList(head))),
  );
  const forget = el('button', { type: 'button', onclick: forgetAll }, 'Forget all runs');
  return el(
    'div',
    { className: 'compare' },
    el('p', {}, el('label', {}, 'Compare with ', choice), ' ', forget),
    words,
  );
}

/** @param {Run} run @param {Run | null} before */
function inElements(run, before) {
  if (!before) return [];
  const { summary, changes } = differences(run, before);
  return [el('p', {}, summary), el('ul', {}, ...changes.map((text) => el('li', {}, text)))];
}

/**
 * @param {Run} run
 * @param {Run} before of the same kind
 * @returns {{ summary: string, changes: string[] }} a sentence for each figure that differs
 */
export function differences(run, before) {
  const notes = otherConditions(run, before);
  const figures = run.tasks.flatMap((task) => {
    const then = before.tasks.find(({ id }) => id === task.id);
    return run.entrants.flatMap(({ name }) => {
      const [samples, old] = [task, then].map((one) => one && samplesOf(one, name));
      return samples && old ? [{ name: `${task.title}, ${name}`, ...compareApart(samples, old) }] : [];
    });
  });
  const changed = figures.filter(({ verdict }) => verdict !== 'same');
  const same = figures.length - changed.length;
  notes.push(
    figures.length
      ? `No difference seen in ${same} of ${figures.length} figures.`
      : 'The two runs have no figure in common.',
  );
  return {
    summary: notes.join(' '),
    changes: changed.map(({ name, verdict, ratio }) =>
      verdict === 'a'
        ? `${name}: ${times(ratio)} as fast as then`
        : `${name}: ${times(1 / ratio)} the time of then`,
    ),
  };
}

/** What may differ for another reason than the code. @param {Run} run @param {Run} before */
function otherConditions(run, before) {
  const notes = [];
  if (before.engine !== run.engine) notes.push(`The earlier run was on another engine: ${before.engine}.`);
  if (before.cores !== run.cores) {
    notes.push(`The earlier run had another number of cores: ${before.cores}.`);
  }
  if (before.build !== run.build) notes.push(`The earlier run measured another build: ${before.build}.`);
  const { settings } = kindOf(run.kind);
  const other = settings.filter(({ name }) => before.settings[name] !== run.settings[name]);
  if (other.length) {
    const words = other.map(({ name, label, inWords }) => {
      const value = before.settings[name];
      return value === undefined ? `${label}: left out` : inWords(value);
    });
    notes.push(`The earlier run had other settings (${words.join('; ')}), which may change the figures too.`);
  }
  return notes;
}
