/**
 * The section of one kind of measurement: its form, the progress of a run, what went wrong, and a result.
 *
 * It always holds that the result is that of one run: of the one under way, or of the latest that was
 * finished, or none. Its chart may lack the latest tasks for a moment, but is never that of another run. Only
 * a comparison, which the reader asks for, has figures of another run.
 */
import { clearAlert, el, find, showAlert } from '../ui/dom.js';
import { drawChart, emptyChart } from './chart.js';
import { comparison } from './comparison.js';
import { exportsOf } from './exports.js';
import { withInitials } from './kinds/kind.js';
import { shownOf } from './shown.js';
import { tableOf } from './table.js';

/** @typedef {import('./run.js').Run} Run */
/** @typedef {import('./run.js').Settings} Settings */

/**
 * @typedef {object} Actions what a section asks of the page
 * @property {(section: Section) => void} measure
 * @property {(section: Section) => void} cancel
 * @property {(section: Section) => void} forgetAll forgets all runs
 */

/** The least time between two changes of the progress, in milliseconds. */
const PROGRESS_INTERVAL = 150;
/**
 * The least time between two showings of a result that grows, in milliseconds: tasks may end faster than a
 * reader could see.
 */
const SHOWING_INTERVAL = 800;

/** Lets the browser do other work. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

export class Section {
  /** The run that is shown. @type {Run | null} */
  run = null;
  isMeasuring = false;
  chart = el('div', { className: 'chart' });
  /** The run that was shown before the one under way. @type {Run | null} */
  #earlier = null;
  /** The number of the latest showing. */
  #showing = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #waiting;
  /** When the progress was changed last. */
  #toldAt = 0;

  /**
   * @param {import('./kinds/kind.js').Kind} kind the document has a section with its id
   * @param {import('./run-store.js').RunStore} store
   * @param {Actions} actions
   */
  constructor(kind, store, actions) {
    this.kind = kind;
    this.store = store;
    this.actions = actions;
    const part = (/** @type {string} */ selector) => find(`#${kind.id} ${selector}`);
    this.root = find(`#${kind.id}`);
    this.form = find(`#${kind.id} form`, HTMLFormElement);
    this.firstField = part(':is(input, select)');
    this.start = find(`#${kind.id} button[type=submit]`, HTMLButtonElement);
    this.cancel = find(`#${kind.id} button[type=button]`, HTMLButtonElement);
    this.bar = find(`#${kind.id} progress`, HTMLProgressElement);
    this.status = part('[role=status]');
    this.alert = part('[role=alert]');
    this.result = part('.result');
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      actions.measure(this);
    });
    this.cancel.addEventListener('click', () => actions.cancel(this));
  }

  /** @returns {Settings} what the form says, without fields that are empty */
  settings() {
    const data = [...new FormData(this.form)].map(([name, value]) => [name, String(value).trim()]);
    return Object.fromEntries(data.filter(([, value]) => value !== ''));
  }

  /** Puts settings into the form, and the first value where there is none. @param {Settings} values */
  fill(values) {
    const all = withInitials(this.kind, values);
    for (const { name } of this.kind.settings) {
      const field = this.form.elements.namedItem(name);
      if (field instanceof HTMLInputElement && field.type === 'checkbox') {
        field.checked = all[name] !== undefined;
      } else if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
        field.value = all[name] ?? '';
      }
    }
  }

  begin() {
    this.isMeasuring = true;
    this.#earlier = this.run;
    this.cancel.hidden = false;
    this.bar.hidden = false;
    this.bar.removeAttribute('value');
    this.status.textContent = 'Loading the modules…';
    this.start.textContent = 'Measuring…';
    this.cancel.focus();
    clearAlert(this.alert);
  }

  /** Shows a run that has begun. @param {Run} run grows by `addTask` */
  showStarted(run) {
    this.run = run;
    emptyChart(this.chart);
    this.result.replaceChildren();
  }

  /** @param {import('./run.js').TaskResult} result of a task that has ended */
  addTask(result) {
    this.run?.tasks.push(result);
    this.#waiting ??= setTimeout(() => this.show(), SHOWING_INTERVAL);
  }

  /**
   * How far the run is, and how long it will take.
   * @param {import('./progress.js').Progress} step
   * @param {number} seconds
   */
  tell({ task, name, done, of }, seconds) {
    if (performance.now() - this.#toldAt <= PROGRESS_INTERVAL) return;
    this.#toldAt = performance.now();
    this.bar.value = done / of;
    this.status.textContent = `${seconds} s left. ${task}${name ? `: ${name}` : ''}.`;
  }

  /** @param {Run} run that has ended @param {string} message */
  finish(run, message) {
    this.#end(message);
    this.run = run;
    this.show();
  }

  /** Leaves nothing of a run that was not finished. @param {string} [message] */
  giveUp(message = '') {
    this.#end(message);
    this.run = this.#earlier;
    emptyChart(this.chart);
    if (this.run) this.status.textContent = `${message} The run before:`.trim();
    this.show();
  }

  /** Says that no run is kept any more. @param {boolean} takesFocus from the button that is gone now */
  showForgotten(takesFocus) {
    if (this.run && !this.isMeasuring) {
      this.status.textContent =
        'This device keeps no runs any more. Those on this page are lost when you leave it.';
      this.show();
    }
    // While another section measures, none can start.
    if (takesFocus) (this.start.disabled ? this.firstField : this.start).focus();
  }

  /** @param {{ message: string, remedy?: string }} error */
  showError(error) {
    showAlert(this.alert, error);
  }

  /** @param {string} message */
  #end(message) {
    const hadFocus = document.activeElement === this.cancel;
    this.isMeasuring = false;
    this.start.textContent = 'Measure';
    this.cancel.hidden = true;
    this.bar.hidden = true;
    this.status.textContent = message;
    if (hadFocus) this.start.focus();
  }

  /** Shows the run as table, sentences and chart: each in a turn of the event loop of its own. */
  async show() {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    const showing = ++this.#showing;
    const { run, chart } = this;
    const isDone = !this.isMeasuring;
    if (!run) return this.result.replaceChildren();
    const table = tableOf(run);
    await pause();
    if (showing !== this.#showing) return;

    this.result.replaceChildren(...shownOf(run, { table, chart, isDone }));
    if (isDone) {
      this.result.append(
        exportsOf(run, chart, (error) => this.showError(error)),
        comparison(run, this.store, () => this.actions.forgetAll(this)),
      );
    }
    await pause();
    if (showing === this.#showing && run.tasks.length) await this.draw();
  }

  /** Draws the chart, in the width and the colours that the page has now. */
  async draw() {
    if (!this.run) return;
    await drawChart(this.chart, this.run).catch(({ message }) => {
      const words = `The chart could not be drawn (${message}). The table below has its figures.`;
      this.chart.replaceChildren(el('p', { className: 'note' }, words));
    });
  }
}
