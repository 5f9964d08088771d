/**
 * The Measure page: a section for each kind of measurement, and one run at a time.
 *
 * From a click on Measure to the sentences, files call each other in this order:
 *
 *     section.js         reads the settings from its form
 *     run-in-worker.js   starts the Worker and sends the order; protocol.js has the messages of both sides
 *     worker.js          carries out the order:
 *       open-run.js        opens what the kind (kinds/) compares, then runs one task after another
 *         site.js            reads the files of the built site
 *         workloads.js       links the module of workloads with an allocator; trace.js reads a trace for it
 *         slow-line.js       stands in for a network when loading is measured
 *       timing/race.js     takes the samples of a task, all contestants in turns
 *     progress.js        says how much time is left
 *     section.js         shows the progress, then the run: a plain object with all samples (run.js)
 *       shown.js           puts together what is shown:
 *         report.js          makes the sentences: the kind's own, from verdicts of timing/statistics.js
 *                            (standing.js has those of the allocators, goals.js what they are judged by)
 *         readings.js        reads medians and means off the samples; figures.js rounds them
 *         table.js           makes the table
 *         chart.js           draws the chart, with ../chart/
 *       exports.js         saves the run as a file, with formats.js
 *       comparison.js      compares the run with an earlier one
 *     run-store.js       keeps the run on this device
 *
 * engine.js names the browser. A kind is one file in kinds/, which kinds/index.js imports and has in its
 * list. scripts/sections.mjs makes its section of the document from it when the site is built.
 * scripts/bench.mjs runs the same kinds in a terminal.
 */
import { addressParameters, find, showAlert } from '../ui/dom.js';
import { engineName } from './engine.js';
import { KINDS, kindOf } from './kinds/index.js';
import { checkSettings } from './kinds/kind.js';
import { RunInWorker } from './run-in-worker.js';
import { RunStore } from './run-store.js';
import { Section } from './section.js';

/** How long the size of the window must stay the same before charts are drawn anew, in milliseconds. */
const RESIZE_WAIT = 150;

const store = new RunStore();
const sections = KINDS.map((kind) => new Section(kind, store, { measure, cancel, forgetAll }));

/** The run that is under way. @type {{ section: Section, running: RunInWorker } | null} */
let current = null;

/** @param {Section} section */
function measure(section) {
  if (current || !section.form.reportValidity()) return;
  const what = {
    kind: section.kind.id,
    settings: section.settings(),
    engine: engineName(navigator.userAgent),
  };
  const running = new RunInWorker(what, (answer) => hear(section, running, answer));
  current = { section, running };
  for (const one of sections) one.start.disabled = true;
  section.begin();
  pauseWhileHidden();
}

/** @param {Section} section @param {RunInWorker} running @param {import('./protocol.js').Answer} answer */
function hear(section, running, answer) {
  switch (answer.type) {
    case 'started':
      return section.showStarted(answer.run);
    case 'step': {
      const { step } = answer;
      if (step.result) section.addTask(step.result);
      if (!document.hidden) section.tell(step, running.secondsLeft(step));
      return;
    }
    case 'done':
      end();
      return section.finish(answer.run, store.keep(answer.run) || 'Done. This device keeps the run.');
    case 'failed':
      end();
      section.giveUp();
      return section.showError(answer);
  }
}

/** @param {Section} section */
function cancel(section) {
  end();
  section.giveUp('Cancelled. The samples taken until then are not kept.');
}

function end() {
  current?.running.end();
  current = null;
  for (const section of sections) section.start.disabled = false;
}

/** @param {Section} asked the one in which a reader asked for it */
function forgetAll(asked) {
  store.clear();
  for (const section of sections) section.showForgotten(section === asked);
}

/** Browsers slow down a page that is not on the screen, so a run waits until the page is there again. */
function pauseWhileHidden() {
  if (!current) return;
  const { section, running } = current;
  if (document.hidden && !running.isPaused) {
    running.pause();
    section.status.textContent =
      'Paused, because this page is not on the screen. The run goes on when you come back.';
  } else if (!document.hidden && running.isPaused) {
    running.resume();
    section.status.textContent = 'The run goes on after a pause: this page was not on the screen.';
  }
}

/** Says how fine the page's own clock is, since that decides how long a sample must be. */
function sayIsolation() {
  find('#isolation').textContent = globalThis.crossOriginIsolated
    ? 'This page is isolated from other origins, so its clock is as fine as this browser makes it.'
    : 'This page is not isolated from other origins, so this browser makes its clock coarser. The page ' +
      'makes samples long enough for that. On a server that sends the isolation headers, as emrun does, ' +
      'runs take less time.';
}

function showKept() {
  for (const section of sections) {
    section.start.disabled = false;
    const [latest] = store.list(section.kind.id);
    section.run = latest ? store.load(latest.date) : null;
    if (!section.run) continue;
    section.status.textContent = 'Measured earlier on this device:';
    section.show();
  }
}

/** Begins the run that the address asks for, if it does. */
function followAddress() {
  const { kind: id, ...settings } = Object.fromEntries(addressParameters());
  if (!id) return;
  let alert = find('#alert');
  try {
    const kind = kindOf(id);
    const section = /** @type {Section} */ (sections.find((one) => one.kind === kind));
    alert = section.alert;
    checkSettings(kind, settings);
    section.fill(settings);
    section.root.scrollIntoView();
    // The address asked for this run, not for one at each later visit.
    history.replaceState(null, '', `${location.pathname}#${id}`);
    measure(section);
  } catch (error) {
    showAlert(alert, error);
  }
}

/** A chart has the width and the colours that the page had when it was drawn. */
function redrawOnChange() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  const redraw = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      for (const section of sections) if (section.chart.isConnected) section.draw();
    }, RESIZE_WAIT);
  };
  let width = innerWidth;
  addEventListener('resize', () => {
    if (innerWidth !== width) redraw();
    width = innerWidth;
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
}

document.addEventListener('visibilitychange', pauseWhileHidden);
redrawOnChange();
if (typeof WebAssembly === 'object') {
  sayIsolation();
  showKept();
  followAddress();
}
