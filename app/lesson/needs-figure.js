/**
 * The figure of step 4: the reader chooses who owns the memory, and sees which module then needs what from
 * which.
 *
 * If the program owns the memory, each module needs the other first; if the page owns it, they do not.
 */
import { listed } from '../prose.js';
import { el, find } from '../ui/dom.js';
import { isMutual, needsOf } from './needs.js';
import { needsPicture } from './needs-picture.js';
import { onShow } from './references.js';

const MEMORY = 'memory.wasm';
/** The two choices, by the `data-show` of their references. */
const CHOICES = {
  circle: { title: 'the program owns the memory', program: 'program-owns-memory.wasm' },
  line: { title: 'the page owns the memory', program: 'program.wasm' },
};

/** @param {Record<string, WebAssembly.Module>} modules by the name of their files */
export function drawNeeds(modules) {
  const picture = el('div', { className: 'needs' });
  const words = el('p', { className: 'needs-words' });
  const lists = el('div', { className: 'needs-lists' });
  const radios = Object.entries(CHOICES).map(([key, { title, program }]) => {
    const input = el('input', { type: 'radio', name: 'owner', value: key });
    input.addEventListener('change', () => draw(program));
    return { key, program, input, label: el('label', { className: 'inline' }, input, ` ${title}`) };
  });
  const labels = radios.map(({ label }) => label);
  const choice = el('fieldset', {}, el('legend', {}, 'Suppose that'), ...labels);
  find('#imports-figure .live').replaceChildren(choice, picture, words);
  find('#imports-lists .live').replaceChildren(lists);
  choose('line');

  onShow(find('#imports-figure'), choose);
  onShow(find('#imports-lists'), (part) => {
    for (const list of lists.children) list.classList.toggle('marked', list.id === `needs-${part}`);
  });

  /** @param {string} wanted key of a choice */
  function choose(wanted) {
    for (const { key, program, input } of radios) {
      if (key !== wanted) continue;
      input.checked = true;
      draw(program);
    }
  }

  /** @param {string} program */
  function draw(program) {
    const needs = needsOf({ [program]: modules[program], [MEMORY]: modules[MEMORY] });
    picture.replaceChildren(needsPicture(needs, program, MEMORY));
    words.textContent = [
      ...needs.map(({ from, to, names }) => `${from} needs ${listed(names)} from ${to}.`),
      needs.some((need) => isMutual(need, needs))
        ? 'Each module needs the other one first: a circle.'
        : `There is no circle: ${MEMORY} can come first, and ${program} after it.`,
    ].join(' ');
    lists.replaceChildren(
      listOf('program-imports', `${program} imports`, WebAssembly.Module.imports(modules[program])),
      listOf('program-exports', `${program} exports`, WebAssembly.Module.exports(modules[program])),
      listOf('memory-imports', `${MEMORY} imports`, WebAssembly.Module.imports(modules[MEMORY])),
      listOf('memory-exports', `${MEMORY} exports`, WebAssembly.Module.exports(modules[MEMORY])),
    );
  }
}

/**
 * @param {string} id
 * @param {string} title
 * @param {{ name: string, kind: string, module?: string }[]} items
 */
function listOf(id, title, items) {
  const rows = items.map(({ module, name, kind }) =>
    el('li', {}, el('code', {}, module ? `${module}.${name}` : name), ` ${kind}`),
  );
  return el('section', { id: `needs-${id}` }, el('h3', {}, title), el('ul', {}, ...rows));
}
