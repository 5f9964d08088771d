/** A run beside an earlier one of the same kind, in words. */
import { compareApart } from '../timing/statistics.js';
import { el } from '../ui/dom.js';
import { times } from './figures.js';
import { inList } from './report.js';

/** @typedef {import('./run.js').Run} Run */

/**
 * @param {Run} run
 * @param {import('./history.js').History} history
 * @param {() => void} forgetAll called when a reader asks for it
 * @returns {HTMLElement}
 */
export function comparison(run, history, forgetAll) {
  const earlier = history.list(run.kind).filter(({ date }) => date !== run.date);
  if (!earlier.length) {
    const none = 'There is no earlier run of this kind on this device to compare with.';
    return el('p', { className: 'note' }, none);
  }
  const words = el('div', { 'aria-live': 'polite' });
  const show = () => words.replaceChildren(...inElements(run, history.load(choice.value)));
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
 * @param {Run} before
 * @returns {{ summary: string, changes: string[] }} a sentence for each figure that differs
 */
export function differences(run, before) {
  const notes = [];
  if (before.engine !== run.engine) notes.push(`The earlier run was on another engine: ${before.engine}.`);
  if (before.build !== run.build) notes.push(`The earlier run measured another build: ${before.build}.`);
  const figures = run.tasks.flatMap(({ id, title, results }) => {
    const then = before.tasks.find((task) => task.id === id)?.results ?? [];
    return results.flatMap(({ name, samples }) => {
      const old = then.find((one) => one.name === name)?.samples ?? [];
      return old.length && samples.length
        ? [{ name: `${title}, ${name}`, ...compareApart(samples, old) }]
        : [];
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
