/**
 * Step 7: both modules on a memory of the page's: the way of a call, the owners of the memory, and what two owners
 * of one place do to each other, on a memory of its own.
 */
import { formatAddress, formatByte, formatBytes } from '../format.js';
import { EXAMPLE, EXAMPLE_CALL, Records } from '../records.js';
import { el, find } from '../ui/dom.js';
import { scrubber } from '../ui/scrubber.js';
import { drawStrip } from '../ui/strip.js';
import { tell } from './facts.js';
import { file, linkShared } from './lab.js';
import { make, writeThroughAnOldView } from './mistakes.js';
import { drawPath } from './path.js';

const [PAGE, PROGRAM, MEMORY] = [0, 1, 2];
/** What the allocator that was told the wrong base is asked for, in bytes. */
const ASKED = 16;
/** How much of the memory the second bar shows, around the place that the slider is at. */
const LENS = 1024;

/** @typedef {Awaited<ReturnType<typeof linkShared>>} Linked */

/** @param {HTMLElement} section */
export async function open(section) {
  const linked = await linkShared();
  const records = new Records(linked);
  const address = records.create(EXAMPLE);
  showPath(section, linked, records, address);
  showMap(section, linked, records, address);

  const button = /** @type {HTMLButtonElement} */ (find('#shared-collide'));
  button.disabled = false;
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      find('#collision').replaceChildren(...(await collide()));
    } finally {
      button.disabled = false;
    }
  });

  const fresh = await linkShared();
  await make('shared', () => writeThroughAnOldView(fresh.memory));
}

/**
 * @param {HTMLElement} section
 * @param {Linked} linked
 * @param {Records} records
 * @param {number} address
 */
function showPath(section, linked, records, address) {
  const figure = /** @type {HTMLElement} */ (section.querySelector('#shared-path'));
  const found = formatAddress(address);
  const isItself = linked.imports.program.env.malloc === linked.instances.memory.exports.malloc;
  const note = el(
    'p',
    { className: 'note' },
    'What passes between the two modules was not noted down: no JavaScript is there to do it. That the call goes this way is known from the instruction, and from what was imported: ',
    el('code', {}, 'imports.env.malloc === memory.exports.malloc'),
    ` is ${isItself}.`,
  );
  const showHops = drawPath(
    /** @type {HTMLElement} */ (figure.querySelector('.live')),
    [
      { from: PAGE, to: PROGRAM, text: EXAMPLE_CALL },
      { from: PROGRAM, to: MEMORY, text: `malloc(${records.size})` },
      { from: MEMORY, to: PROGRAM, text: found, isReturn: true },
      { from: PROGRAM, to: PAGE, text: found, isReturn: true },
    ],
    note,
  );
  figure.addEventListener('show', () => showHops(1, 2));
  tell({
    'shared-address': found,
    'shared-same': isItself
      ? 'That this is so in this page can be asked: the import and the export are one and the same.'
      : 'In this page, though, something stands between them.',
  });
}

/**
 * @param {HTMLElement} section
 * @param {Linked} linked
 * @param {Records} records
 * @param {number} address
 */
function showMap(section, { memory, regions }, records, address) {
  const figure = /** @type {HTMLElement} */ (section.querySelector('#shared-map'));
  const end = memory.buffer.byteLength;
  const spans = [
    ...regions.map((region) => ({ ...region, end: region.end ?? end })),
    { kind: /** @type {const} */ ('used'), owner: null, start: address, end: address + records.size },
  ];
  const strip = el('div', { className: 'strip' });
  const words = spans.map(({ kind, owner, start, end: to }) => ({
    kind,
    text: `${nameOf(kind, owner)}: ${formatBytes(to - start)} from ${formatAddress(start)}`,
  }));
  const slider = scrubber({
    label: 'Address',
    last: end - 1,
    words(at) {
      // Of spans that have a byte in common each lies in the one before it: the record in the heap.
      const owners = spans.filter(({ start, end: to }) => start <= at && at < to);
      const names = owners.map(({ kind, owner }) => nameOf(kind, owner));
      return `${formatAddress(at)}: ${names.join(', and in it: ') || 'for nobody, so that what follows is aligned'}`;
    },
    onMove(at) {
      strip.removeAttribute('data-lit');
      const start = Math.max(0, Math.min(end - LENS, at - (at % LENS)));
      drawStrip(strip, { spans, end, lens: { start, end: start + LENS, of: 'of it' }, words });
    },
  });
  figure.querySelector('.live')?.replaceChildren(strip, slider.element);
  slider.moveTo(address);

  figure.addEventListener('show', (event) => {
    const what = /** @type {CustomEvent<string>} */ (event).detail;
    const kind = what === 'record' ? 'used' : what;
    const span = spans.find((candidate) => candidate.kind === kind);
    if (!span) return;
    slider.moveTo(span.start);
    strip.dataset.lit = kind;
  });

  const sizes = ['program', 'memory'].map((name) => {
    const own = regions.find(({ kind, owner }) => kind === 'statics' && owner === name);
    return own?.end ? `${formatBytes(own.end - own.start)} of ${name}.wasm` : `none of ${name}.wasm`;
  });
  tell({ 'shared-statics': sizes.join(' and ') });
}

/**
 * @param {string} kind
 * @param {string | null} owner
 */
function nameOf(kind, owner) {
  if (kind === 'statics') return `statics of ${owner}.wasm`;
  if (kind === 'reserved') return 'for nobody, so that 0 is no one’s address';
  if (kind === 'used') return 'the record';
  return kind === 'stack' ? 'the stack' : 'the heap';
}

/**
 * Links both modules as it should be, on a fresh memory; then starts memory.wasm once more, with its statics and
 * its heap where the program's statics lie, and asks it for memory.
 */
async function collide() {
  const [linked, { module }] = await Promise.all([linkShared(), file('memory.wasm')]);
  const { memory, regions, imports } = linked;
  const statics = regions.find(({ kind, owner }) => kind === 'statics' && owner === 'program');
  const base = statics?.start ?? 0;
  const size = (statics?.end ?? 0) - base;
  const now = () => new Uint8Array(memory.buffer, base, size).slice();
  const before = now();
  const facts = Object.entries(linked.program).filter(([, value]) => typeof value === 'number');
  const read = () =>
    facts.map(([, at]) => new DataView(memory.buffer).getUint32(/** @type {number} */ (at), true));
  const wasRight = read();

  const second = await WebAssembly.instantiate(module, {
    ...imports.memory,
    env: { ...imports.memory.env, __memory_base: base },
    'GOT.mem': {
      ...imports.memory['GOT.mem'],
      __heap_base: new WebAssembly.Global({ value: 'i32', mutable: true }, base),
    },
  });
  const {
    __wasm_apply_data_relocs: relocate,
    __wasm_call_ctors: construct,
    malloc,
  } = /** @type {any} */ (second.exports);
  relocate?.();
  construct?.();
  const afterStart = now();
  let outcome = '';
  try {
    outcome = `malloc returned ${formatAddress(malloc(ASKED) >>> 0)}, and nothing was said.`;
  } catch (error) {
    outcome = `malloc stopped: ${error}`;
  }
  const after = now();
  const isNow = read();
  const changed = [...after.keys()].filter((i) => after[i] !== before[i]);
  const byStart = changed.filter((i) => afterStart[i] !== before[i]).length;
  const lost = facts.flatMap(([name], i) =>
    wasRight[i] === isNow[i] ? [] : [`${name} was ${wasRight[i]} and now reads ${isNow[i]}`],
  );
  return [
    el('h3', {}, 'What collided'),
    el(
      'p',
      {},
      `${changed.length} of the ${size} bytes of the program’s statics at ${formatAddress(base)} were overwritten by memory.wasm${byStart > 0 ? `, ${byStart} of them as it was instantiated` : ''}. ${outcome}`,
    ),
    el(
      'div',
      { className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'The bytes before and after' },
      bytesTable(base, before, after),
    ),
    el(
      'p',
      {},
      lost.length > 0
        ? `These bytes were constants of the program, compiled from its struct. ${lost.join('; ')}. No error stands in any console: each module did as it was told, and the one that was right now tells lies.`
        : 'No constant of the program was hit this time.',
    ),
  ];
}

/**
 * @param {number} base
 * @param {Uint8Array} before
 * @param {Uint8Array} after
 */
function bytesTable(base, before, after) {
  const cells = (/** @type {Uint8Array} */ bytes, /** @type {string} */ className) =>
    [...bytes].map((byte, i) =>
      el('td', { className: before[i] === after[i] ? '' : className }, formatByte(byte)),
    );
  return el(
    'table',
    { className: 'collision' },
    el('caption', { className: 'visually-hidden' }, `The bytes from ${formatAddress(base)} on`),
    el('tr', {}, el('th', { scope: 'row' }, 'before'), ...cells(before, 'hit')),
    el('tr', {}, el('th', { scope: 'row' }, 'after'), ...cells(after, 'hit')),
  );
}
