/**
 * Draws needs as a picture: two modules side by side, the page below them, and an arrow for each need.
 *
 * It always holds that no label touches an arrowhead, and that two arrows between the same modules lie side
 * by side.
 */
import { isMutual, PAGE } from './needs.js';

/** @typedef {import('./needs.js').Need} Need */
/** @typedef {{ x: number, y: number }} Point */

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 400;
const BOX = { width: 136, height: 44 };
const LINE_HEIGHT = 15;

/**
 * @param {Need[]} needs
 * @param {string} program the module on the left
 * @param {string} memory the module on the right
 */
export function needsPicture(needs, program, memory) {
  const hasPage = needs.some(({ to }) => to === PAGE);
  /** The middle of each box. @type {Record<string, Point>} */
  const places = {
    [program]: { x: BOX.width / 2 + 1, y: 40 },
    [memory]: { x: WIDTH - BOX.width / 2 - 1, y: 40 },
    ...(hasPage ? { [PAGE]: { x: WIDTH / 2, y: 190 } } : {}),
  };
  const arrowhead = svgElement(
    'marker',
    { id: 'head', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, orient: 'auto' },
    svgElement('path', { d: 'M0 0 8 4 0 8z' }),
  );
  return svgElement(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${hasPage ? 220 : 92}`,
      role: 'img',
      'aria-label': 'Which module needs what from which. The sentences below say it in words.',
    },
    svgElement('defs', {}, arrowhead),
    ...needs.flatMap((need) => {
      const [from, to] = [places[need.from], places[need.to]];
      return need.to === PAGE
        ? arrowDown(need, from, to)
        : arrowAcross(need, from, to, isMutual(need, needs));
    }),
    ...Object.entries(places).flatMap(([name, place]) => box(name, place)),
  );
}

/** @param {string} name @param {Point} middle */
function box(name, { x, y }) {
  const { width, height } = BOX;
  return [
    svgElement('rect', { x: x - width / 2, y: y - height / 2, width, height, rx: 3 }),
    ...(name === 'program-owns-memory.wasm'
      ? [
          svgElement('text', { x, y: y - 3 }, 'program-owns-'),
          svgElement('text', { x, y: y + 13 }, 'memory.wasm'),
        ]
      : [svgElement('text', { x, y: y + 5 }, name)]),
  ];
}

/**
 * From one module to the other. Of two arrows the one to the right lies higher.
 *
 * @param {Need} need
 * @param {Point} from
 * @param {Point} to
 * @param {boolean} isOneOfTwo
 */
function arrowAcross(need, from, to, isOneOfTwo) {
  const isRightward = from.x < to.x;
  const edge = (BOX.width / 2) * (isRightward ? 1 : -1);
  const y = from.y + (isOneOfTwo ? (isRightward ? -12 : 12) : 0);
  const isLower = isOneOfTwo && !isRightward;
  const label = { class: 'label', x: WIDTH / 2, y: isLower ? y + 24 : y - 12 };
  return [
    arrow({ x: from.x + edge, y }, { x: to.x - edge, y }),
    svgElement('text', label, need.names.length <= 2 ? need.names.join(', ') : shortened(need).join(' ')),
  ];
}

/**
 * From a module down to the page.
 *
 * @param {Need} need
 * @param {Point} from
 * @param {Point} to
 */
function arrowDown(need, from, to) {
  const isFromLeft = from.x < to.x;
  const start = { x: from.x + (isFromLeft ? 24 : -24), y: from.y + BOX.height / 2 };
  const end = { x: to.x + (isFromLeft ? -30 : 30), y: to.y - BOX.height / 2 };
  const middle = (start.y + end.y) / 2;
  const lines = shortened(need).map((text, i) => {
    const y = middle + LINE_HEIGHT * i;
    const place = isFromLeft ? { class: 'label start', x: 0, y } : { class: 'label end', x: WIDTH, y };
    return svgElement('text', place, text);
  });
  return [arrow(start, end), ...lines];
}

/** What is needed, in at most two parts. @param {Need} need */
function shortened({ names }) {
  return names.length <= 2 ? names : [names[0], `and ${names.length - 1} more`];
}

/** @param {Point} start @param {Point} end */
function arrow(start, end) {
  const d = `M${start.x} ${start.y}L${end.x} ${end.y}`;
  return svgElement('path', { class: 'arrow', d, 'marker-end': 'url(#head)' });
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
