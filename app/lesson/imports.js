/**
 * Step 4: what each module needs and has, who fills which need, and what this browser says when nobody does.
 *
 * Lists come from the modules, the table from the link that was made when the step was opened. An import is taken
 * away from a copy of what that link used, and the module is instantiated with it on the spot.
 */

import { link } from '../../lib/loader/index.js';
import { formatAddress, formatBytes } from '../format.js';
import { el, find } from '../ui/dom.js';
import { tell } from './facts.js';
import { file, linkShared } from './lab.js';
import { forgetTheImports, make } from './mistakes.js';
import { drawNeeds } from './needs.js';

/** @typedef {import('../../lib/loader/link.js').Binding} Binding */
/** @typedef {Awaited<ReturnType<typeof linkShared>>} Linked */

/** @param {HTMLElement} section */
export async function open(section) {
  const [linked, memory, program, owner] = await Promise.all([
    linkShared(),
    file('memory.wasm'),
    file('program.wasm'),
    file('program-owns-memory.wasm'),
  ]);
  drawNeeds(find('#imports-figure'), find('#imports-lists'), {
    'program.wasm': program.module,
    'memory.wasm': memory.module,
    'program-owns-memory.wasm': owner.module,
  });
  section
    .querySelector('#resolution')
    ?.replaceChildren(resolutionTable(linked, { memory: memory.module, program: program.module }));
  tell({ 'program-imports': WebAssembly.Module.imports(program.module).length });
  await make('imports', () => forgetTheImports(program.module));
}

/**
 * @param {Linked} linked
 * @param {Record<string, WebAssembly.Module>} modules
 */
function resolutionTable(linked, modules) {
  const heads = ['import', 'needed by', 'filled by', 'with', ''];
  const rows = linked.bindings.map((binding) => {
    const { module, from, name, kind } = binding;
    const words = el('td', { colSpan: heads.length, role: 'status' });
    const outcome = el('tr', { className: 'outcome-row', hidden: true }, words);
    const button = el(
      'button',
      { type: 'button', 'aria-label': `Take it away: ${from}.${name} of ${module}.wasm` },
      'Take it away',
    );
    button.addEventListener('click', async () => {
      outcome.hidden = false;
      words.replaceChildren(...(await withoutIt(binding, linked, modules)));
    });
    return [
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, el('code', {}, `${from}.${name}`), ` ${kind}`),
        el('td', { 'data-head': heads[1] }, `${module}.wasm`),
        el('td', { 'data-head': heads[2] }, provider(binding)),
        el('td', { 'data-head': heads[3] }, value(binding, linked)),
        el('td', {}, button),
      ),
      outcome,
    ];
  });
  return el(
    'table',
    { className: 'resolution' },
    el('caption', {}, 'The resolution table: every import, and who filled it'),
    el(
      'thead',
      {},
      el('tr', {}, ...heads.map((head) => (head ? el('th', { scope: 'col' }, head) : el('td')))),
    ),
    el('tbody', {}, ...rows.flat()),
  );
}

/** @param {Binding} binding */
function provider({ by, provider: other, from, name }) {
  if (by === 'module') return `${other}.wasm`;
  if (by === 'placeholder') return `${other}.wasm, through JavaScript`;
  if (from === 'env' && name === 'memory') return 'the page, through the loader';
  return by === 'caller' ? 'the page' : 'the loader';
}

/**
 * @param {Binding} binding
 * @param {Linked} linked
 */
function value({ module, from, name, kind, provider: other }, linked) {
  const given = /** @type {any} */ (linked.imports[module][from][name]);
  if (kind === 'function') {
    const isItself = other !== undefined && given === linked.instances[other].exports[name];
    return isItself ? `that module’s own function ${name}, itself` : 'a JavaScript function';
  }
  if (kind === 'memory') return `a memory, now of ${formatBytes(given.buffer.byteLength)}`;
  if (kind === 'table') return `a table, now of ${given.length} slots`;
  if (typeof given === 'number') return `the number ${formatAddress(given)}`;
  return `a global that can change, now ${formatAddress(given.value >>> 0)}`;
}

/**
 * Instantiates a module without one of its imports.
 *
 * @param {Binding} binding
 * @param {Linked} linked
 * @param {Record<string, WebAssembly.Module>} modules
 */
async function withoutIt({ module, from, name, kind, provider: other }, linked, modules) {
  const { [name]: _, ...rest } = linked.imports[module][from];
  let words = 'Nothing: it was instantiated all the same.';
  try {
    await WebAssembly.instantiate(modules[module], { ...linked.imports[module], [from]: rest });
  } catch (error) {
    words = String(error);
  }
  const parts = [
    el('p', { className: 'console' }, el('samp', {}, words)),
    el('p', {}, remedy(module, from, name, kind, other)),
  ];
  if (other !== undefined) parts.push(el('p', {}, ...(await wordsOfLoader(module, modules))));
  return parts;
}

/**
 * What the loader says of the same, when it is given this module alone.
 *
 * @param {string} module
 * @param {Record<string, WebAssembly.Module>} modules
 */
async function wordsOfLoader(module, modules) {
  try {
    await link({ [module]: modules[module] });
  } catch (error) {
    const { message, remedy: advice } = /** @type {import('../../lib/loader/errors.js').LoadError} */ (error);
    return [
      'The loader looks before it instantiates anything, and names all that is missing at once: ',
      el('q', {}, message),
      ` ${advice}`,
    ];
  }
  return ['The loader has nothing to object.'];
}

/**
 * @param {string} module
 * @param {string} from
 * @param {string} name
 * @param {string} kind
 * @param {string | undefined} other
 */
function remedy(module, from, name, kind, other) {
  const it = `${from}.${name}`;
  if (other !== undefined) {
    return `Remedy: instantiate ${other}.wasm first and hand its ${name} to ${module}.wasm as ${it}; or hand in a function of your own that does the same.`;
  }
  if (kind === 'memory') {
    return `Remedy: make one with new WebAssembly.Memory, at least as large as the module asks, and hand the same one to every module as ${it}.`;
  }
  if (from === 'GOT.mem') {
    return `Remedy: hand in a global that can change, of type i32, and set it to the address that ${name} stands for before anyone calls the module.`;
  }
  if (name === '__memory_base') {
    return `Remedy: choose an address where the module’s statics fit and nobody else’s are, and hand it in as a number.`;
  }
  if (name === '__stack_pointer') {
    return 'Remedy: hand in a global that can change, of type i32, set to the upper end of the stack: one and the same to all modules that share the stack.';
  }
  return `Remedy: ask WebAssembly.Module.imports what kind ${it} is, and hand in one of that kind.`;
}
