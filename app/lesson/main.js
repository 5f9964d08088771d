/**
 * The lesson's page: shows one step at a time, each at a URL of its own.
 *
 * The document holds all of the text, and reads from top to bottom without this script. A step is opened
 * once, when it is shown for the first time; only then is its script loaded. If the script does not load, it
 * is asked for again the next time that the step is shown. Whatever fails while a step opens is reported in
 * that step's own alert.
 */
import { scriptDidNotLoad } from '../errors.js';
import { clearAlert, find, findAll, reloadButton, showAlert } from '../ui/dom.js';
import { explainTerms } from './glossary.js';
import { followReferences } from './references.js';
import { STEPS } from './steps.js';

const names = Object.keys(STEPS);
const title = document.title;
/** Keys that turn to another step, and by how many steps. */
const TURNS = new Map([
  ['ArrowLeft', -1],
  ['ArrowRight', 1],
]);

/** The name of the step that is shown; empty until there is one. */
let shown = '';
/** The names of the steps that were opened. */
const opened = new Set();

document.documentElement.classList.add('stepwise');
explainTerms();
followReferences();
addEventListener('hashchange', show);
document.addEventListener('keydown', turn);
show();

/**
 * Shows the step that the URL's hash names, or that contains the element which the hash names. If the hash
 * names nothing, the step that is shown stays; at first that is the first step.
 */
function show() {
  const target = document.getElementById(location.hash.slice(1));
  const name = target?.closest('.step')?.id ?? (shown || names[0]);
  if (name !== shown) showStep(name);
  if (target && target.id !== name) target.scrollIntoView();
  if (!opened.has(name)) open(name);
}

/** @param {string} name of a step that is not shown yet */
function showStep(name) {
  const isFirst = shown === '';
  shown = name;
  document.documentElement.dataset.step = name;
  for (const section of findAll('.step')) section.classList.toggle('shown', section.id === name);
  for (const link of findAll('.toc a')) {
    if (link.getAttribute('href') === `#${name}`) link.setAttribute('aria-current', 'step');
    else link.removeAttribute('aria-current');
  }
  const heading = find(`#${name}-title`);
  document.title = `${heading.textContent} · ${title}`;
  if (isFirst) return; // the browser itself decides where a page that was just loaded has its focus
  heading.focus({ preventScroll: true });
  scrollTo({ top: 0, behavior: 'instant' });
}

/** @param {string} name of a step */
async function open(name) {
  // Without WebAssembly nothing here can run, and early.js has said so.
  if (typeof WebAssembly !== 'object') return;
  const section = find(`#${name}`);
  const alert = find(`#${name} [role=alert]`);
  opened.add(name);
  section.setAttribute('aria-busy', 'true');
  try {
    const step = await STEPS[name]().catch((error) => {
      opened.delete(name);
      throw scriptDidNotLoad(new URL(`./steps/${name}.js`, import.meta.url), error);
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

/**
 * Turns to the step before or after, unless the element that has the focus uses the arrow keys itself.
 * @param {KeyboardEvent} event
 */
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
