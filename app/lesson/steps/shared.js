/**
 * Step 7: both modules over a memory that the page makes. The step draws the path of a call and the owners of
 * the memory.
 *
 * A reader can also give both modules the same base; that is done on a memory of its own.
 */
import { formatAddress, formatBytes } from '../../format.js';
import { EXAMPLE, EXAMPLE_CALL, Records } from '../../records.js';
import { describeSpan, nameOfRegion } from '../../regions.js';
import { el, find } from '../../ui/dom.js';
import { scrubber } from '../../ui/scrubber.js';
import { drawStrip } from '../../ui/strip.js';
import { attempt } from '../attempt.js';
import { drawPath, MEMORY, PAGE, PROGRAM } from '../call-path.js';
import { collide } from '../collision.js';
import { tell } from '../facts.js';
import { writeThroughAnOldView } from '../mistakes.js';
import { linkShared } from '../modules.js';
import { onShow } from '../references.js';
import { showMistake } from '../show-mistake.js';

/** How many bytes the magnified bar shows, around the slider's address. */
const LENS = 1024;

/** @typedef {import('../modules.js').LinkedShared} Linked */

/** @param {HTMLElement} section */
export async function open(section) {
  const linked = await linkShared();
  const records = new Records(linked);
  const address = records.create(EXAMPLE);
  showPath(linked, records, address);
  showMap(linked, records, address);
  offerCollision(section);
  const { memory } = await linkShared();
  await showMistake(section, () => writeThroughAnOldView(memory));
}

/**
 * @param {Linked} linked
 * @param {Records} records
 * @param {number} address of a Record
 */
function showPath(linked, records, address) {
  const figure = find('#shared-path');
  const found = formatAddress(address);
  const isItself = linked.imports.program.env.malloc === linked.allocator.malloc;
  const note = el(
    'p',
    { className: 'note' },
    'No JavaScript runs between the two modules, so nothing could note the hops between them. ' +
      'They follow from the instruction in program.wasm and from the import: ',
    el('code', {}, 'imports.env.malloc === memory.exports.malloc'),
    ` is ${isItself}.`,
  );
  const showHops = drawPath(
    find('#shared-path .live'),
    [
      { from: PAGE, to: PROGRAM, text: EXAMPLE_CALL },
      { from: PROGRAM, to: MEMORY, text: `malloc(${records.size})` },
      { from: MEMORY, to: PROGRAM, text: found, isReturn: true },
      { from: PROGRAM, to: PAGE, text: found, isReturn: true },
    ],
    note,
  );
  onShow(figure, () => showHops(1, 2));
  tell({
    'shared-address': found,
    'shared-same': isItself
      ? 'This page has checked it: the program’s import and memory.wasm’s export are the same function.'
      : 'In this page, though, the program’s import is another function than memory.wasm’s export.',
  });
}

/**
 * @param {Linked} linked
 * @param {Records} records
 * @param {number} address of a Record
 */
function showMap({ memory, regions }, records, address) {
  const figure = find('#shared-map');
  const end = memory.buffer.byteLength;
  // Where two of them overlap, the later lies inside the earlier: the Record in the heap.
  const spans = [
    ...regions.map((region) => ({ ...region, end: region.end ?? end, name: nameOfRegion(region) })),
    {
      kind: /** @type {const} */ ('used'),
      owner: null,
      start: address,
      end: address + records.size,
      name: 'Record',
    },
  ];
  const strip = el('div', { className: 'strip' });
  const words = spans.map((span) => ({ kind: span.kind, text: describeSpan(span.name, span) }));
  const slider = scrubber({
    label: 'Address',
    last: end - 1,
    words(at) {
      const names = spans.filter(({ start, end: to }) => start <= at && at < to).map(({ name }) => name);
      const owner = names.join(', and in it: ') || 'Unused, so that what follows is aligned';
      return `${formatAddress(at)}: ${owner}`;
    },
    onMove(at) {
      strip.removeAttribute('data-lit');
      const start = Math.max(0, Math.min(end - LENS, at - (at % LENS)));
      drawStrip(strip, { spans, end, lens: { start, end: start + LENS, of: 'of it' }, words });
    },
  });
  find('#shared-map .live').replaceChildren(strip, slider.element);
  slider.moveTo(address);

  onShow(figure, (part) => {
    const kind = part === 'record' ? 'used' : part;
    const span = spans.find((candidate) => candidate.kind === kind);
    if (!span) return;
    slider.moveTo(span.start);
    strip.dataset.lit = kind;
  });

  const sizes = ['program', 'memory'].map((name) => {
    const own = spans.find(({ kind, owner }) => kind === 'statics' && owner === name);
    return own ? `${formatBytes(own.end - own.start)} of ${name}.wasm` : `none of ${name}.wasm`;
  });
  tell({ 'shared-statics': sizes.join(' and ') });
}

/** @param {HTMLElement} section */
function offerCollision(section) {
  const button = find('#shared-collide', HTMLButtonElement);
  const place = find('#collision');
  button.disabled = false;
  button.addEventListener('click', async () => {
    button.disabled = true;
    await attempt(section, async () => place.replaceChildren(...(await collide())));
    button.disabled = false;
  });
}
