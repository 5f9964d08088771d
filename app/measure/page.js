/**
 * The Measure page: three things to measure, each with its settings, one Worker at a time, and what it found in
 * sentences, a chart and a table.
 *
 * It always holds that what a section shows is one record: the one being measured, or the latest that was finished,
 * or none. No number on the page comes from elsewhere.
 */

import { addressParameters, clearAlert, el, find, showAlert } from '../ui/dom.js';
import { asPng, drawChart } from './chart.js';
import { differences, tableOf, verdicts } from './elements.js';
import { History } from './history.js';
import { unitOf } from './report.js';
import { asCsv, asJson, asText, origin, settingsInWords } from './text.js';

/** @typedef {import('./series.js').Record} Record */
/** @typedef {Record['kind']} Kind */

/** @type {Kind[]} */
const KINDS = ['wiring', 'loading', 'allocators'];
/** The least time between two updates of what moves, in milliseconds. */
const CALM = 150;
/** The least time between two showings of results that come in. */
const PATIENCE = 800;

/** Lets the browser do what else it has to. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

const kept = new History();
const parameters = addressParameters();

/** The run that is under way. @type {{ kind: Kind, worker: Worker, started: number, idle: number, hiddenAt: number } | null} */
let run = null;

class Section {
  /** @type {Record | null} */
  record = null;
  /** What was shown before the run that is under way. @type {Record | null} */
  earlier = null;
  chart = el('div', { className: 'chart' });
  /** Which showing is the latest. */
  turn = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  waiting;

  /** @param {Kind} kind */
  constructor(kind) {
    this.kind = kind;
    this.root = find(`#${kind}`);
    this.form = /** @type {HTMLFormElement} */ (this.part('form'));
    this.start = /** @type {HTMLButtonElement} */ (this.part('button[type=submit]'));
    this.cancel = /** @type {HTMLButtonElement} */ (this.part('button[type=button]'));
    this.bar = /** @type {HTMLProgressElement} */ (this.part('progress'));
    this.status = this.part('[role=status]');
    this.alert = this.part('[role=alert]');
    this.result = this.part('.result');
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      begin(this);
    });
    this.cancel.addEventListener('click', () =>
      giveUp(this, 'Cancelled. What was measured until then is not kept.'),
    );
  }

  /** @param {string} selector @returns {HTMLElement} */
  part(selector) {
    return find(`#${this.kind} ${selector}`);
  }

  /** @returns {{ [name: string]: string }} as the link to this run has them */
  settings() {
    const data = [...new FormData(this.form)].map(([name, value]) => [name, String(value).trim()]);
    return Object.fromEntries(data.filter(([, value]) => value !== ''));
  }

  /** Shows the record when there is time for it: often results come faster than a reader could see them. */
  showSoon() {
    this.waiting ??= setTimeout(() => {
      this.waiting = undefined;
      this.show();
    }, PATIENCE);
  }

  /** The record in words, as a table, as a chart: one task each, so that none of them is long. */
  async show() {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    const { record, result, chart } = this;
    const turn = ++this.turn;
    if (!record) return result.replaceChildren();
    const isDone = run?.kind !== this.kind;
    const table = tableOf(record);
    await pause();
    if (turn !== this.turn) return;

    const { name: unit } = unitOf(record);
    const said = `${unit}: medians, lines over their intervals, small dots for samples far out, arrowheads for those beyond the axis. Farther left is better. The table below has the same figures.`;
    const about = {
      className: 'scroll',
      tabIndex: 0,
      role: 'region',
      'aria-label': 'The figures as a table',
    };
    result.replaceChildren(
      el('p', { className: 'note' }, `${origin(record).join('. ')}.`),
      ...(isDone ? verdicts(record) : []),
      ...(record.tasks.length ? [el('figure', {}, chart, el('figcaption', {}, said))] : []),
      el('div', about, table),
      el(
        'p',
        { className: 'note' },
        'The median, and half the width of its 95 % interval. “settling”: times had not become steady when the first sample was taken. “out”: samples far from the others; they are kept and count.',
      ),
      ...(isDone ? [exports(record, chart), comparison(record)] : []),
    );
    await pause();
    if (turn === this.turn && record.tasks.length) await this.draw();
  }

  async draw() {
    if (!this.record) return;
    await drawChart(this.chart, this.record).catch(({ message }) =>
      this.chart.replaceChildren(
        el(
          'p',
          { className: 'note' },
          `The chart could not be drawn (${message}). The table below has its figures.`,
        ),
      ),
    );
  }
}

const sections = /** @type {{ [kind in Kind]: Section }} */ (
  Object.fromEntries(KINDS.map((kind) => [kind, new Section(kind)]))
);

/** @param {Section} section */
function begin(section) {
  if (run) return;
  const { kind, form, start, cancel, bar, status, alert } = section;
  if (!form.reportValidity()) return;
  const settings = section.settings();
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  run = { kind, worker, started: performance.now(), idle: 0, hiddenAt: 0 };
  for (const one of Object.values(sections)) one.start.disabled = true;
  cancel.hidden = false;
  bar.hidden = false;
  bar.removeAttribute('value');
  status.textContent = 'Loading what is measured…';
  start.textContent = 'Measuring…';
  cancel.focus();
  clearAlert(alert);
  section.earlier = section.record;

  let told = 0;
  worker.addEventListener('message', ({ data }) => {
    const answer = /** @type {import('./worker.js').Answer} */ (data);
    if (run?.worker !== worker) return;
    if (answer.type === 'failed') fail(section, answer.message, answer.remedy);
    if (answer.type === 'started') {
      section.record = answer.record;
      section.result.replaceChildren();
    }
    if (answer.type === 'step') {
      const { step } = answer;
      if (step.result) {
        section.record?.tasks.push(step.result);
        section.showSoon();
      }
      if (performance.now() - told > CALM) {
        told = performance.now();
        tell(section, step);
      }
    }
    if (answer.type === 'done') {
      section.record = answer.record;
      stop(section, kept.keep(answer.record) || 'Done, and kept on this device.');
      section.show();
    }
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    if (event.message) fail(section, `The Worker that measures failed: ${event.message}`);
    else fail(section, 'The Worker that measures did not load.', SERVER);
  });
  worker.postMessage({
    type: 'run',
    kind,
    settings,
    base: new URL('../../', import.meta.url).href,
    engine: engineName(),
    cores: navigator.hardwareConcurrency ?? 0,
  });
  pauseWhileHidden();
}

/** How far it is, and how long it will take. @param {Section} section @param {import('./series.js').Progress} step */
function tell({ bar, status }, { task, name, done, of }) {
  if (!run || document.hidden) return;
  const spent = performance.now() - run.started - run.idle;
  const left = Math.ceil(((spent / done) * (of - done)) / 1000);
  bar.value = done / of;
  status.textContent = `${left} s left. ${task}${name ? `: ${name}` : ''}.`;
}

/** @param {Section} section @param {string} message */
function stop(section, message) {
  if (run?.kind !== section.kind) return;
  run.worker.terminate();
  run = null;
  const hadFocus = document.activeElement === section.cancel;
  for (const one of Object.values(sections)) one.start.disabled = false;
  section.start.textContent = 'Measure';
  section.cancel.hidden = true;
  section.bar.hidden = true;
  section.status.textContent = message;
  if (hadFocus) section.start.focus();
}

/** Leaves nothing of a run that was not finished. @param {Section} section @param {string} [message] */
function giveUp(section, message = '') {
  stop(section, message);
  section.record = section.earlier;
  if (section.record) section.status.textContent = `${message} What was measured before:`.trim();
  section.show();
}

const AGAIN = 'Load the page again and repeat the run. If it fails again, the site needs to be built anew.';
const SERVER = 'Check that the server is running and has every file, then repeat the run.';

/** @param {Section} section @param {string} message @param {string} [remedy] */
function fail(section, message, remedy = AGAIN) {
  giveUp(section);
  showAlert(section.alert, Object.assign(new Error(message), { remedy }));
}

/** A page that nobody sees is slowed down by the browser, so what is under way waits until it is seen again. */
function pauseWhileHidden() {
  if (!run) return;
  const { status } = sections[run.kind];
  if (document.hidden && !run.hiddenAt) {
    run.hiddenAt = performance.now();
    run.worker.postMessage({ type: 'pause' });
    status.textContent = 'Paused, because this page is not on the screen. It goes on when you come back.';
  } else if (!document.hidden && run.hiddenAt) {
    run.idle += performance.now() - run.hiddenAt;
    run.hiddenAt = 0;
    run.worker.postMessage({ type: 'resume' });
    status.textContent = 'Going on after a pause: this page was not on the screen.';
  }
}
document.addEventListener('visibilitychange', pauseWhileHidden);

/** @param {Kind} kind @param {{ [name: string]: string }} settings */
function linkTo(kind, settings) {
  const url = new URL(location.href);
  url.search = new URLSearchParams({ ...settings, kind }).toString();
  url.hash = kind;
  return url.href;
}

/** In this order: Edge says that it is Chrome, too. @type {[RegExp, string][]} */
const ENGINES = [
  [/Firefox\/(\d+)/, 'Firefox'],
  [/Edg\/(\d+)/, 'Edge'],
  [/Chrome\/(\d+)/, 'Chromium'],
  [/Version\/(\d+)/, 'Safari'],
];
/** In this order: Android says that it is Linux, too. */
const SYSTEMS = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS X', 'Linux'];

function engineName() {
  const { userAgent } = navigator;
  const system = SYSTEMS.find((name) => userAgent.includes(name));
  for (const [pattern, name] of ENGINES) {
    const version = userAgent.match(pattern)?.[1];
    if (version) return `${name} ${version}${system ? `, ${system}` : ''}`;
  }
  return userAgent;
}

/** @param {Record} record @param {HTMLElement} chart */
function exports(record, chart) {
  const name = `heap-lab-${record.kind}-${record.date.slice(0, 16).replace(/\D/g, '-')}`;
  const save = (/** @type {string} */ suffix, /** @type {Blob} */ blob) => {
    const link = el('a', { href: URL.createObjectURL(blob), download: `${name}.${suffix}` });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  /** @param {string} label @param {() => void | Promise<void>} act */
  const button = (label, act) =>
    el(
      'button',
      {
        type: 'button',
        onclick: () => Promise.resolve(act()).catch((error) => showAlert(sections[record.kind].alert, error)),
      },
      label,
    );
  return el(
    'p',
    { className: 'exports' },
    button('Save as JSON', () =>
      save(
        'json',
        new Blob([asJson([record])], {
          type: 'application/json',
        }),
      ),
    ),
    button('Save as CSV', () => save('csv', new Blob([asCsv(record)], { type: 'text/csv' }))),
    button('Save as text', () => save('txt', new Blob([`${asText(record)}\n`], { type: 'text/plain' }))),
    button('Save the chart as PNG', async () => save('png', await asPng(chart, record))),
    el('a', { href: linkTo(record.kind, record.settings) }, 'Link to a run with these settings'),
  );
}

/** This run beside an earlier one of the same kind. @param {Record} record */
function comparison(record) {
  const earlier = kept.list(record.kind).filter(({ date }) => date !== record.date);
  if (!earlier.length)
    return el(
      'p',
      { className: 'note' },
      'There is no earlier run of this kind on this device to compare with.',
    );
  const words = el('div', { 'aria-live': 'polite' });
  const choice = el(
    'select',
    {
      onchange: () => words.replaceChildren(...differences(record, kept.load(choice.value))),
    },
    el('option', { value: '' }, 'choose a run'),
    ...earlier.map(({ date, engine, settings }) =>
      el(
        'option',
        { value: date },
        `${date.slice(0, 16).replace('T', ' ')} UTC, ${engine}, ${settingsInWords(settings)}`,
      ),
    ),
  );
  const forget = el(
    'button',
    {
      type: 'button',
      onclick: () => {
        kept.clear();
        for (const section of Object.values(sections)) {
          if (!section.record) continue;
          section.status.textContent =
            'This device keeps no runs any more. What this page still shows goes with it.';
          section.show();
        }
        sections[record.kind].start.focus();
      },
    },
    'Forget all runs',
  );
  return el(
    'div',
    { className: 'compare' },
    el('p', {}, el('label', {}, 'Compare with ', choice), ' ', forget),
    words,
  );
}

/** Says how the page’s own clock is, since that decides how long a sample must be. */
function sayIsolation() {
  find('#isolation').textContent = globalThis.crossOriginIsolated
    ? 'This page is isolated from other origins, so its clock is as fine as this browser makes it.'
    : 'This page is not isolated from other origins, so this browser makes its clock coarser. Samples are made long enough for that; a server that sends the isolation headers, as emrun does, makes runs shorter.';
}

/**
 * Puts the settings of the address into a form.
 * @param {HTMLFormElement} form
 * @returns {Error | undefined} for one that the form does not offer
 */
function fill(form) {
  for (const [name, value] of parameters) {
    const field = form.elements.namedItem(name);
    /** @type {string[] | undefined} */
    let choices;
    if (field instanceof HTMLSelectElement) choices = [...field.options].map((one) => one.value);
    else if (!(field instanceof HTMLInputElement)) continue;
    else if (field.type === 'checkbox') choices = [field.value];

    if (choices && !choices.includes(value)) {
      return Object.assign(new Error(`There is no “${value}” for ${name}.`), {
        remedy: `Choose one of these: ${choices.join(', ')}; or leave it out.`,
      });
    }
    if (field instanceof HTMLInputElement && choices) field.checked = true;
    else field.value = value;
  }
}

function openSections() {
  sayIsolation();
  for (const kind of KINDS) {
    const section = sections[kind];
    section.start.disabled = false;
    const [latest] = kept.list(kind);
    section.record = latest ? kept.load(latest.date) : null;
    if (section.record) {
      section.status.textContent = 'Measured earlier on this device:';
      section.show();
    }
  }
  const asked = KINDS.find((kind) => kind === parameters.get('kind'));
  if (parameters.get('kind') && !asked) {
    showAlert(
      find('#alert'),
      Object.assign(new Error(`Nothing called “${parameters.get('kind')}” can be measured.`), {
        remedy: `Choose one of these: ${KINDS.join(', ')}.`,
      }),
    );
  }
  if (!asked) return;
  const { form, root, alert } = sections[asked];
  const problem = fill(form);
  if (problem) return showAlert(alert, problem);
  root.scrollIntoView();
  // The address asked for this run, not for one at each later visit.
  history.replaceState(null, '', `${location.pathname}#${asked}`);
  begin(sections[asked]);
}

// A chart has the width and the colours of the page at the time it is drawn.
/** @type {ReturnType<typeof setTimeout> | undefined} */
let redraw;
const redrawAll = () => {
  clearTimeout(redraw);
  redraw = setTimeout(() => {
    for (const section of Object.values(sections)) if (section.chart.isConnected) section.draw();
  }, CALM);
};
let width = innerWidth;
addEventListener('resize', () => {
  if (innerWidth !== width) redrawAll();
  width = innerWidth;
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawAll);

if (typeof WebAssembly === 'object') openSections();
