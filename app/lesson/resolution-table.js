/**
 * The resolution table of step 4: every import, which module needs it, and what the link supplied.
 *
 * The rows come from the link that the step made. A reader can take one import away; the module is then
 * instantiated without it, on the spot, and the browser's own words are shown with a remedy.
 */
import { LoadError, link } from '../../lib/loader/index.js';
import { formatAddress } from '../hex.js';
import { formatBytes } from '../numbers.js';
import { el } from '../ui/dom.js';

/** @typedef {import('../../lib/loader/link.js').Binding} Binding */
/** @typedef {import('./modules.js').LinkedShared} Linked */

const HEADS = ['import', 'needed by', 'supplied by', 'value', ''];

/**
 * @param {Linked} linked
 * @param {Record<string, WebAssembly.Module>} modules by the names that they have in the link
 */
export function resolutionTable(linked, modules) {
  const heads = HEADS.map((head) => (head ? el('th', { scope: 'col' }, head) : el('td')));
  return el(
    'table',
    { className: 'resolution' },
    el('caption', {}, 'The resolution table: every import, and what was supplied for it'),
    el('thead', {}, el('tr', {}, ...heads)),
    el('tbody', {}, ...linked.bindings.flatMap((binding) => rowsOf(binding, linked, modules))),
  );
}

/**
 * An import's row, and a hidden one below it for what happens when the import is taken away.
 *
 * @param {Binding} binding
 * @param {Linked} linked
 * @param {Record<string, WebAssembly.Module>} modules
 */
function rowsOf(binding, linked, modules) {
  const { module, from, name, kind } = binding;
  const words = el('td', { colSpan: HEADS.length, role: 'status' });
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
  const cells = [`${module}.wasm`, describeSupplier(binding), describeValue(binding, linked)];
  const row = el(
    'tr',
    {},
    el('th', { scope: 'row' }, el('code', {}, `${from}.${name}`), ` ${kind}`),
    ...cells.map((text, i) => el('td', { 'data-head': HEADS[i + 1] }, text)),
    el('td', {}, button),
  );
  return [row, outcome];
}

/** @param {Binding} binding */
function describeSupplier({ by, as, provider, from, name }) {
  if (as === 'placeholder') return `${provider}.wasm, through JavaScript`;
  if (by === 'module') return `${provider}.wasm`;
  if (by === 'nobody') return 'nobody';
  if (from === 'env' && name === 'memory') return 'the page, through the loader';
  return by === 'caller' ? 'the page' : 'the loader';
}

/**
 * @param {Binding} binding
 * @param {Linked} linked
 */
function describeValue({ module, from, name, kind, provider }, linked) {
  const given = /** @type {any} */ (linked.imports[module][from][name]);
  if (kind === 'function') {
    const isItself = provider !== undefined && given === linked.instances[provider].exports[name];
    return isItself ? `the exported function ${name} itself` : 'a JavaScript function';
  }
  if (kind === 'memory') return `a memory, now of ${formatBytes(given.buffer.byteLength)}`;
  if (kind === 'table') return `a table, now of ${given.length} slots`;
  if (typeof given === 'number') return `the number ${formatAddress(given)}`;
  return `a mutable global, now ${formatAddress(given.value >>> 0)}`;
}

/**
 * Instantiates a module without one of its imports.
 *
 * @param {Binding} binding
 * @param {Linked} linked
 * @param {Record<string, WebAssembly.Module>} modules
 */
async function withoutIt(binding, linked, modules) {
  const { module, from, name, provider } = binding;
  const { [name]: _, ...rest } = linked.imports[module][from];
  let words = 'No error: the module was instantiated without it.';
  try {
    await WebAssembly.instantiate(modules[module], { ...linked.imports[module], [from]: rest });
  } catch (error) {
    words = String(error);
  }
  return [
    el('p', { className: 'console' }, el('samp', {}, words)),
    el('p', {}, `Remedy: ${remedyFor(binding)}`),
    ...(provider === undefined ? [] : [el('p', {}, ...(await wordsOfLoader(module, modules)))]),
  ];
}

/**
 * What the loader says when it is given this module alone.
 *
 * @param {string} module
 * @param {Record<string, WebAssembly.Module>} modules
 */
async function wordsOfLoader(module, modules) {
  try {
    await link({ [module]: modules[module] });
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    return [
      'The loader checks all imports before it instantiates anything, and names all that are missing: ',
      el('q', {}, error.message),
      ` ${error.remedy}`,
    ];
  }
  return ['The loader found nothing missing.'];
}

/** @param {Binding} binding */
function remedyFor({ module, from, name, kind, provider }) {
  const it = `${from}.${name}`;
  if (provider !== undefined) {
    return (
      `instantiate ${provider}.wasm first and pass its ${name} to ${module}.wasm as ${it}. ` +
      'A function of your own that does the same will do, too.'
    );
  }
  if (kind === 'memory') {
    return (
      'make one with new WebAssembly.Memory, at least as large as the module asks for. ' +
      `Pass the same one to every module as ${it}.`
    );
  }
  if (from === 'GOT.mem') {
    return (
      `pass a mutable global of type i32. Set it to the address that ${name} stands for ` +
      'before the module is called.'
    );
  }
  if (name === '__memory_base') {
    return (
      'choose an address where the module’s statics fit and overlap nothing else, ' +
      'and pass it as a number.'
    );
  }
  if (name === '__stack_pointer') {
    return (
      'pass a mutable global of type i32, set to the upper end of the stack. ' +
      'Modules that share the stack get the same global.'
    );
  }
  return `ask WebAssembly.Module.imports of which kind ${it} is, and pass a value of that kind.`;
}
