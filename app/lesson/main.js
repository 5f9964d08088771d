/**
 * The lesson's page: shows one step at a time, each at a URL of its own, and starts what is live in a step when it
 * is opened for the first time. Where that failed, the step's own alert says so. What did not load is asked for again
 * when the step is shown again; else it happens once.
 *
 * The document holds all of the text; without this file it reads from top to bottom. What a step needs, its own
 * module and what that imports, is asked for only when the step is opened.
 */
import { clearAlert, find, reloadButton, showAlert } from '../ui/dom.js';
import { explainWords } from './words.js';

/** @typedef {{ open: (section: HTMLElement) => void | Promise<void> }} Step */

/** @type {Record<string, () => Promise<Step>>} */
const modules = {
  record: () => import('./record.js'),
  functions: () => import('./functions.js'),
  wasm: () => import('./wasm.js'),
  imports: () => import('./imports.js'),
  callbacks: () => import('./callbacks.js'),
  parallel: () => import('./parallel.js'),
  shared: () => import('./shared.js'),
  cost: () => import('./cost.js'),
};
const names = Object.keys(modules);
const title = document.title;
/** Keys that turn the page, as long as nothing that has a use for them has the focus. */
const TURNS = new Map([
  ['ArrowLeft', -1],
  ['ArrowRight', 1],
]);

let shown = '';
const opened = new Set();

document.documentElement.classList.add('stepwise');
explainWords();
followReferences();
addEventListener('hashchange', () => show(true));
document.addEventListener('keydown', turn);
show(false);

/**
 * Shows the step that the address names: by itself, or by something inside it.
 * @param {boolean} moved whether the reader came here from another step
 */
function show(moved) {
  const target = document.getElementById(location.hash.slice(1));
  const name = target?.closest('.step')?.id ?? (moved && shown ? shown : names[0]);
  if (name !== shown) {
    shown = name;
    document.documentElement.dataset.step = name;
    for (const section of document.querySelectorAll('.step')) {
      section.classList.toggle('shown', section.id === name);
    }
    for (const link of document.querySelectorAll('.toc a')) {
      if (link.getAttribute('href') === `#${name}`) link.setAttribute('aria-current', 'step');
      else link.removeAttribute('aria-current');
    }
    const heading = find(`#${name}-title`);
    document.title = `${heading.textContent} · ${title}`;
    if (moved) {
      heading.focus({ preventScroll: true });
      scrollTo({ top: 0, behavior: 'instant' });
    }
  }
  if (target && target.id !== name) target.scrollIntoView();
  if (!opened.has(name)) open(name);
}

/** @param {string} name */
async function open(name) {
  // Without WebAssembly early.js has said so, and nothing here can run.
  if (typeof WebAssembly !== 'object') return;
  const section = find(`#${name}`);
  opened.add(name);
  section.setAttribute('aria-busy', 'true');
  const alert = find(`#${name} [role=alert]`);
  try {
    const step = await modules[name]().catch((error) => {
      opened.delete(name);
      throw Object.assign(error, { remedy: 'Check that the server is running, then load the page again.' });
    });
    clearAlert(alert);
    await step.open(section);
    section.dataset.state = 'open';
  } catch (error) {
    section.dataset.state = 'failed';
    showAlert(alert, error, reloadButton());
  }
  section.removeAttribute('aria-busy');
}

/** @param {KeyboardEvent} event */
function turn(event) {
  const by = TURNS.get(event.key);
  if (!by || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented)
    return;
  const { activeElement } = document;
  const usesArrows =
    activeElement?.matches('input, select, textarea, [role]') || activeElement?.closest('[tabindex="0"]');
  if (usesArrows) return;
  const next = names[names.indexOf(shown) + by];
  if (next) location.hash = next;
}

/**
 * Links in the text that point at a part of a figure: the figure is told which, as an event named `show` whose
 * detail is what the link asks for. Where it is out of sight, the link leads there as any other does, so that the
 * way back is the browser's own.
 */
function followReferences() {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('a.ref'))) {
    link.addEventListener('click', (event) => {
      const figure = find(link.hash);
      const { top, bottom } = figure.getBoundingClientRect();
      const isInSight = top < innerHeight * 0.8 && bottom > 0;
      if (isInSight) event.preventDefault();
      for (const other of document.querySelectorAll('a.ref[aria-current]'))
        other.removeAttribute('aria-current');
      link.setAttribute('aria-current', 'true');
      figure.dispatchEvent(new CustomEvent('show', { detail: link.dataset.show }));
    });
  }
}
