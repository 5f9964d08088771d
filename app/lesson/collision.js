/**
 * The experiment of step 7: both modules get the same base, and memory.wasm overwrites the program's statics.
 *
 * It always holds that the experiment runs on a memory of its own. What the page says about it was read from
 * that memory.
 */
import { formatAddress, formatByte } from '../format.js';
import { el } from '../ui/dom.js';
import { linkShared, loadModule } from './modules.js';

/** How many bytes the wrongly placed allocator is asked for. */
const ASKED = 16;

/**
 * Links both modules rightly over a fresh memory. Then instantiates memory.wasm a second time, with its
 * statics and its heap where the program's statics lie, and calls its malloc.
 *
 * @returns {Promise<HTMLElement[]>} what came of it
 */
export async function collide() {
  const linked = await linkShared();
  const { memory, regions } = linked;
  const statics = regions.find(({ kind, owner }) => kind === 'statics' && owner === 'program');
  if (!statics?.end) throw new Error('The program has no statics that could be overwritten.');
  const { start: base, end } = statics;
  const size = end - base;
  const readStatics = () => new Uint8Array(memory.buffer, base, size).slice();
  const readConstants = () => constantsOf(linked);

  const before = readStatics();
  const valuesBefore = readConstants();
  const malloc = await startAllocatorAt(base, linked);
  const afterStart = readStatics();
  const outcome = callWrongMalloc(malloc);
  const after = readStatics();
  const valuesAfter = readConstants();

  const changed = [...after.keys()].filter((i) => after[i] !== before[i]);
  const byStart = changed.filter((i) => afterStart[i] !== before[i]).length;
  const lost = Object.entries(valuesBefore)
    .filter(([name, value]) => valuesAfter[name] !== value)
    .map(([name, value]) => `${name} was ${value} and now reads ${valuesAfter[name]}`);
  return [
    el('h3', {}, 'What happened'),
    el(
      'p',
      {},
      `memory.wasm overwrote ${changed.length} of the ${size} bytes of the program’s statics `,
      `at ${formatAddress(base)}`,
      byStart > 0 ? `, ${byStart} of them while it was instantiated. ` : '. ',
      outcome,
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
        ? `These bytes are constants of the program, compiled from its struct. ${lost.join('; ')}. ` +
            'No error appears in any console. Each module did what it was told to do, ' +
            'and the program now works with wrong numbers.'
        : 'No constant of the program was overwritten this time.',
    ),
  ];
}

/**
 * The program's exported constants, as the memory holds them now.
 * @param {import('./modules.js').LinkedShared} linked
 */
function constantsOf({ memory, program }) {
  const view = new DataView(memory.buffer);
  /** @type {Record<string, number>} */
  const values = {};
  for (const [name, at] of Object.entries(program)) {
    if (typeof at === 'number') values[name] = view.getUint32(at, true);
  }
  return values;
}

/**
 * Instantiates memory.wasm over a memory that is in use, as a loader would that got the base wrong.
 *
 * @param {number} base for its statics and its heap
 * @param {import('./modules.js').LinkedShared} linked
 * @returns {Promise<(size: number) => number>} its malloc
 */
async function startAllocatorAt(base, { imports }) {
  const { module } = await loadModule('memory.wasm');
  const instance = await WebAssembly.instantiate(module, {
    ...imports.memory,
    env: { ...imports.memory.env, __memory_base: base },
    'GOT.mem': {
      ...imports.memory['GOT.mem'],
      __heap_base: new WebAssembly.Global({ value: 'i32', mutable: true }, base),
    },
  });
  const exports = /** @type {any} */ (instance.exports);
  // A module has these two only if it needs them.
  exports.__wasm_apply_data_relocs?.();
  exports.__wasm_call_ctors?.();
  return exports.malloc;
}

/** @param {(size: number) => number} malloc */
function callWrongMalloc(malloc) {
  try {
    return `Its malloc returned ${formatAddress(malloc(ASKED) >>> 0)}, without any error.`;
  } catch (error) {
    return `Its malloc stopped: ${error}`;
  }
}

/**
 * @param {number} base
 * @param {Uint8Array} before
 * @param {Uint8Array} after
 */
function bytesTable(base, before, after) {
  const row = (/** @type {string} */ head, /** @type {Uint8Array} */ bytes) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, head),
      ...[...bytes].map((byte, i) =>
        el('td', { className: before[i] === after[i] ? '' : 'hit' }, formatByte(byte)),
      ),
    );
  return el(
    'table',
    { className: 'collision' },
    el('caption', { className: 'visually-hidden' }, `The bytes from ${formatAddress(base)} on`),
    row('before', before),
    row('after', after),
  );
}
