/**
 * The picture of step 4: two modules, what each needs and has, and arrows from each need to who can fill it. Once
 * with the memory in the program's hands, which makes a circle; once with it in the page's.
 *
 * Every arrow is found by looking for an import's name among the exports of the other module.
 */
import { listed } from '../prose.js';
import { el } from '../ui/dom.js';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 400;
const BOX = { width: 136, height: 44 };

/** The kinds of imports in the order in which an arrow names them. */
const KINDS = ['function', 'memory', 'table', 'global'];

/** @typedef {{ from: string, to: string, names: string[] }} Arrow */

/**
 * @param {HTMLElement} figure for the arrows
 * @param {HTMLElement} below for the lists of what they stand for
 * @param {Record<string, WebAssembly.Module>} modules
 */
export function drawNeeds(figure, below, modules) {
  const variants = {
    circle: { title: 'the program owns the memory', names: ['program-owns-memory.wasm', 'memory.wasm'] },
    line: { title: 'the page owns the memory', names: ['program.wasm', 'memory.wasm'] },
  };
  const picture = el('div', { className: 'needs' });
  const words = el('p', { className: 'needs-words' });
  const lists = el('div', { className: 'needs-lists' });
  const radios = Object.entries(variants).map(([key, { title }]) => {
    const input = el('input', { type: 'radio', name: 'owner', value: key });
    input.addEventListener('change', () => draw(/** @type {keyof typeof variants} */ (key)));
    return el('label', { className: 'inline' }, input, ` ${title}`);
  });
  const choice = el('fieldset', {}, el('legend', {}, 'Suppose that'), ...radios);
  figure.querySelector('.live')?.replaceChildren(choice, picture, words);
  below.querySelector('.live')?.replaceChildren(lists);
  choose('line');

  figure.addEventListener('show', (event) => {
    const what = /** @type {CustomEvent<string>} */ (event).detail;
    if (what === 'circle' || what === 'line') choose(what);
  });
  below.addEventListener('show', (event) => {
    const what = /** @type {CustomEvent<string>} */ (event).detail;
    for (const list of lists.children) list.classList.toggle('marked', list.id === `needs-${what}`);
  });

  /** @param {keyof typeof variants} key */
  function choose(key) {
    const [input] = [...figure.querySelectorAll('input')].filter(({ value }) => value === key);
    input.checked = true;
    draw(key);
  }

  /** @param {keyof typeof variants} key */
  function draw(key) {
    const [program, memory] = variants[key].names;
    const arrows = arrowsBetween({ [program]: modules[program], [memory]: modules[memory] });
    const mutual = arrows.filter(({ from, to }) =>
      arrows.some((other) => other.from === to && other.to === from),
    );
    picture.replaceChildren(svgOf(arrows, program, memory));
    words.textContent = [
      ...arrows.map(({ from, to, names }) => `${from} needs ${listed(names)} from ${to}.`),
      mutual.length > 0
        ? 'Each of the two needs the other first: a circle.'
        : 'There is no circle: memory.wasm can come first, and then program.wasm.',
    ].join(' ');
    lists.replaceChildren(
      listOf('program-imports', `${program} imports`, WebAssembly.Module.imports(modules[program])),
      listOf('program-exports', `${program} exports`, WebAssembly.Module.exports(modules[program])),
      listOf('memory-imports', `${memory} imports`, WebAssembly.Module.imports(modules[memory])),
      listOf('memory-exports', `${memory} exports`, WebAssembly.Module.exports(modules[memory])),
    );
  }
}

/**
 * @param {Record<string, WebAssembly.Module>} modules
 * @returns {Arrow[]}
 */
function arrowsBetween(modules) {
  /** @type {Map<string, Arrow>} */
  const arrows = new Map();
  for (const [from, module] of Object.entries(modules)) {
    const imports = WebAssembly.Module.imports(module);
    for (const { name } of imports.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))) {
      const to =
        Object.keys(modules).find(
          (other) =>
            other !== from && WebAssembly.Module.exports(modules[other]).some((own) => own.name === name),
        ) ?? 'the page';
      const key = `${from} ${to}`;
      const arrow = arrows.get(key) ?? { from, to, names: [] };
      arrow.names.push(name);
      arrows.set(key, arrow);
    }
  }
  return [...arrows.values()];
}

/**
 * @param {Arrow[]} arrows
 * @param {string} program
 * @param {string} memory
 */
function svgOf(arrows, program, memory) {
  const places = /** @type {Record<string, { x: number, y: number }>} */ ({
    [program]: { x: BOX.width / 2 + 1, y: 40 },
    [memory]: { x: WIDTH - BOX.width / 2 - 1, y: 40 },
    'the page': { x: WIDTH / 2, y: 190 },
  });
  const needsPage = arrows.some(({ to }) => to === 'the page');
  const svg = svgElement('svg', {
    viewBox: `0 0 ${WIDTH} ${needsPage ? 220 : 92}`,
    role: 'img',
    'aria-label': 'Who needs what from whom. The sentence below says it in words.',
  });
  svg.append(
    svgElement(
      'defs',
      {},
      svgElement(
        'marker',
        { id: 'head', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, orient: 'auto' },
        svgElement('path', { d: 'M0 0 8 4 0 8z' }),
      ),
    ),
  );
  for (const arrow of arrows) svg.append(...drawArrow(arrow, places, arrows));
  for (const [name, { x, y }] of Object.entries(places)) {
    if (name === 'the page' && !needsPage) continue;
    svg.append(
      svgElement('rect', {
        x: x - BOX.width / 2,
        y: y - BOX.height / 2,
        width: BOX.width,
        height: BOX.height,
        rx: 3,
      }),
      ...boxText(name, x, y),
    );
  }
  return svg;
}

/** @param {string} name @param {number} x @param {number} y */
function boxText(name, x, y) {
  const [first, second] = name === 'program-owns-memory.wasm' ? ['program-owns-', 'memory.wasm'] : [name];
  if (second === undefined) return [svgElement('text', { x, y: y + 5 }, first)];
  return [svgElement('text', { x, y: y - 3 }, first), svgElement('text', { x, y: y + 13 }, second)];
}

/**
 * @param {Arrow} arrow
 * @param {Record<string, { x: number, y: number }>} places
 * @param {Arrow[]} arrows
 */
function drawArrow({ from, to, names }, places, arrows) {
  const a = places[from];
  const b = places[to];
  const isDouble = arrows.some((other) => other.from === to && other.to === from);
  const label = names.length <= 2 ? names : [names[0], `and ${names.length - 1} more`];
  if (to !== 'the page') {
    const forward = a.x < b.x;
    const shift = isDouble ? (forward ? -12 : 12) : 0;
    const edge = (BOX.width / 2) * (forward ? 1 : -1);
    const y = a.y + shift;
    // Clear of the arrowhead, which is eight high on either side.
    const textY = shift > 0 ? y + 24 : y - 12;
    return [
      svgElement('path', {
        class: 'arrow',
        d: `M${a.x + edge} ${y}L${b.x - edge} ${y}`,
        'marker-end': 'url(#head)',
      }),
      svgElement(
        'text',
        { class: 'label', x: WIDTH / 2, y: textY },
        label.join(label === names ? ', ' : ' '),
      ),
    ];
  }
  const start = { x: a.x + (a.x < b.x ? 24 : -24), y: a.y + BOX.height / 2 };
  const end = { x: b.x + (a.x < b.x ? -30 : 30), y: b.y - BOX.height / 2 };
  const isLeft = a.x < b.x;
  const y = (start.y + end.y) / 2;
  return [
    svgElement('path', {
      class: 'arrow',
      d: `M${start.x} ${start.y}L${end.x} ${end.y}`,
      'marker-end': 'url(#head)',
    }),
    ...label.map((line, i) =>
      svgElement(
        'text',
        { class: isLeft ? 'label start' : 'label end', x: isLeft ? 0 : WIDTH, y: y + 15 * i },
        line,
      ),
    ),
  ];
}

/**
 * @param {string} id
 * @param {string} title
 * @param {{ name: string, kind: string, module?: string }[]} items
 */
function listOf(id, title, items) {
  return el(
    'section',
    { id: `needs-${id}` },
    el('h3', {}, title),
    el(
      'ul',
      {},
      ...items.map(({ module, name, kind }) =>
        el('li', {}, el('code', {}, module ? `${module}.${name}` : name), ` ${kind}`),
      ),
    ),
  );
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
function svgElement(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}
