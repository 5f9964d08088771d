/**
 * What loading costs: the time from nothing until createRecord returns its first address, and the bytes, in
 * several ways to load the same two parts over a line of a given latency and bandwidth.
 *
 * It always holds that each way gets the same line and starts with nothing but the address of its first
 * script; and that its time ends with an address that is not 0. Scripts travel over the line, as modules do.
 * The time to parse them is not counted, since a browser parses a script once and then keeps it. As built for
 * release, the loader is one script that imports none. A debug build has several, which are requested at
 * once, and imports that are not counted: its figures are not those of the loader that ships.
 */
import { fetchAndCompileWasmModules, link } from '../../../lib/loader/index.js';
import { ErrorWithRemedy } from '../../errors.js';
import { capitalized } from '../../prose.js';
import { EXAMPLE } from '../../records.js';
import { compare, median } from '../../timing/statistics.js';
import { figures, span, times } from '../figures.js';
import { samplesOf } from '../readings.js';
import { inBench, jsonOf, sizeOf } from '../site.js';
import { requestsOver, SlowLine } from '../slow-line.js';
import { paceSetting } from './kind.js';

/** @typedef {import('../site.js').Site} Site */
/** @typedef {import('../site.js').Bytes} Bytes */
/** @typedef {{ latency: number, megabits: number }} Speed */
/**
 * A way to load. Four use our loader; `ours` marks the one of them that sentences compare with the others.
 * @typedef {{ name: string, ours?: boolean, files: string[], load: () => Promise<number> }} Way
 */

const TYPES = { js: 'text/javascript', wasm: 'application/wasm' };
const PARTS = ['memory.wasm', 'program.wasm'];

/** @type {import('./kind.js').Kind} */
export const loading = {
  id: 'loading',
  heading: 'What loading costs',
  title: 'What loading costs',
  about: `
    <p>The time runs from nothing to the first address that <code>createRecord</code> returns. The loader’s
    script comes first. Then <code>memory.wasm</code> and <code>program.wasm</code> are fetched one after the
    other (<em>sequential</em>) or at once (<em>parallel</em>). They are compiled while their bytes arrive
    (<em>streaming</em>) or after the last one (<em>buffered</em>). Emscripten’s own loader runs beside ours,
    with the same program; its <code>malloc</code> is that of its main module (<code>MAIN_MODULE</code>).</p>
    <p>The page imposes the line. It fetches all files beforehand, and hands each out after the latency and
    no faster than the bandwidth, which all transfers share. The browser’s timers may add a few milliseconds
    to each wait. The page imitates no connections, names or losses, and compresses nothing.</p>`,
  settings: [
    {
      name: 'latency',
      type: 'choice',
      help: 'milliseconds for a request and back',
      label: 'Latency',
      choices: { 0: 'none', 20: '20 ms', 60: '60 ms', 200: '200 ms' },
      initial: '60',
      inWords: (value) => `${value} ms`,
    },
    {
      name: 'megabits',
      type: 'choice',
      help: 'megabits a second',
      label: 'Bandwidth',
      choices: { 1: '1 Mbit/s', 5: '5 Mbit/s', 20: '20 Mbit/s', 100: '100 Mbit/s' },
      initial: '5',
      inWords: (value) => `${value} Mbit/s`,
    },
    paceSetting('normal'),
  ],
  unit: { name: 'ms to the first address', nanoseconds: 1e6 },
  table: { rows: 'entrants', hasMean: false },
  // The line stands in for a browser's fetch and XMLHttpRequest.
  needsBrowser: true,
  // A sample is one load, or several where a hundred steps of a coarse clock take longer. Two samples are not
  // counted, as in every race: that of the warm-up, and the first of the one start.
  pace: ({ starts, samples }) => ({ starts: 1, samples: starts * samples, sampleTime: 0, warmUpTime: 0 }),
  open,
  sentences,
};

/** @type {import('./kind.js').Kind['open']} */
async function open(site, { latency, megabits }) {
  const speed = { latency: Number(latency), megabits: Number(megabits) };
  const { sizes } = await jsonOf(site, 'build.json');
  const scripts = Object.keys(sizes).filter((file) => /^lib\/loader\/.*\.js$/.test(file));
  if (!scripts.length) {
    throw new ErrorWithRemedy('build.json names no script of the loader.', 'Build the site again.');
  }
  const glue = inBench('emscripten.js');
  const theirs = [glue, inBench('emscripten.wasm'), 'program.wasm'];
  const bytes = await fetchAll(site, new Set([...scripts, ...PARTS, ...theirs]));
  const files = byAddress(site, bytes);
  const newLine = () => new SlowLine(speed, files);

  const { default: startEmscripten } = await import(urlOf(site, glue));
  /** @type {Way[]} */
  const ways = [
    ...WITH_OURS.map(({ name, ours, ...how }) => ({
      name,
      ours,
      files: [...scripts, ...PARTS],
      load: () => loadWithOurs(site, newLine(), scripts, how),
    })),
    { name: 'Emscripten', files: theirs, load: () => loadWithTheirs(site, newLine(), glue, startEmscripten) },
  ];
  /** @param {Way} way */
  const entrantOf = async ({ name, ours, files: list }) => ({
    name,
    ours,
    ...(await sizeOf(...list.map((file) => bytes[file]))),
  });
  return {
    entrants: await Promise.all(ways.map(entrantOf)),
    tasks: [
      {
        id: 'first-address',
        title: `${latency} ms, ${megabits} Mbit/s`,
        contestants: ways.map(({ name, load }) => ({
          name,
          open: () => ({ round: () => firstAddress(load) }),
        })),
      },
    ],
  };
}

const WITH_OURS = [
  { name: 'parallel, streaming', ours: true, parallel: true, streaming: true },
  { name: 'parallel, buffered', parallel: true, streaming: false },
  { name: 'sequential, streaming', parallel: false, streaming: true },
  { name: 'sequential, buffered', parallel: false, streaming: false },
];

/** @param {Site} site @param {string} file */
const urlOf = ({ address }, file) => new URL(file, address).href;

/** @param {Site} site @param {Iterable<string>} list @returns {Promise<{ [file: string]: Bytes }>} */
async function fetchAll(site, list) {
  /** @type {{ [file: string]: Bytes }} */
  const bytes = {};
  for (const file of list) bytes[file] = await site.read(file);
  return bytes;
}

/** The files as a line hands them out. @param {Site} site @param {{ [file: string]: Bytes }} bytes */
function byAddress(site, bytes) {
  const type = (/** @type {string} */ file) => (file.endsWith('.js') ? TYPES.js : TYPES.wasm);
  return new Map(
    Object.entries(bytes).map(([file, content]) => [urlOf(site, file), { bytes: content, type: type(file) }]),
  );
}

/** @param {Way['load']} load @returns {Promise<number>} of operations */
async function firstAddress(load) {
  if (!(await load())) throw new Error('createRecord returned 0: there was no memory for one Record.');
  return 1;
}

/**
 * @param {Site} site
 * @param {SlowLine} line
 * @param {string[]} scripts of the loader
 * @param {{ parallel: boolean, streaming: boolean }} how
 * @returns {Promise<number>} the first address
 */
async function loadWithOurs(site, line, scripts, { parallel, streaming }) {
  await Promise.all(scripts.map((file) => line.transfer(urlOf(site, file))));
  const steps = parallel ? [PARTS] : PARTS.map((file) => [file]);
  const modules = [];
  for (const files of steps) {
    const answers = files.map((file) => line.fetch(urlOf(site, file)));
    modules.push(...(await fetchAndCompileWasmModules(answers, { streaming })));
  }
  const [memory, program] = modules;
  const { exports } = await link({ memory, program });
  return /** @type {any} */ (exports.program).createRecord(EXAMPLE.id, EXAMPLE.x, EXAMPLE.y);
}

/**
 * @param {Site} site
 * @param {SlowLine} line
 * @param {string} glue the script that Emscripten made
 * @param {Function} start what this script exports
 * @returns {Promise<number>} the first address
 */
async function loadWithTheirs(site, line, glue, start) {
  await line.transfer(urlOf(site, glue));
  // Emscripten's loader fetches its files by these two. Both lead to the line for as long as it loads.
  const { fetch, XMLHttpRequest } = globalThis;
  Object.assign(globalThis, { fetch: line.fetch.bind(line), XMLHttpRequest: requestsOver(line) });
  try {
    const module = await start({
      dynamicLibraries: [urlOf(site, 'program.wasm')],
      locateFile: (/** @type {string} */ file) => (/^https?:/.test(file) ? file : urlOf(site, inBench(file))),
    });
    return module._createRecord(EXAMPLE.id, EXAMPLE.x, EXAMPLE.y);
  } finally {
    Object.assign(globalThis, { fetch, XMLHttpRequest });
  }
}

/** What “parallel, streaming” is compared with, and what a sentence calls the two. */
const COMPARISONS = [
  { other: 'sequential, streaming', says: ['loading both files at once', 'loading one after the other'] },
  {
    other: 'parallel, buffered',
    says: ['compiling while the bytes arrive', 'compiling after the last byte'],
  },
  { other: 'Emscripten', says: ['our loader', 'Emscripten’s'] },
];

/** @type {import('./kind.js').Kind['sentences']} */
function sentences({ tasks }) {
  return tasks.flatMap((task) =>
    COMPARISONS.flatMap(({ other, says }) => {
      const [a, b] = ['parallel, streaming', other].map((name) => samplesOf(task, name));
      return a && b ? [comparison(a, b, says)] : [];
    }),
  );
}

/** @param {number[]} a samples of ours @param {number[]} b of the other @param {string[]} says their names */
function comparison(a, b, [ours, other]) {
  const { verdict, ratio } = compare(a, b);
  const [mine, its] = [a, b].map((samples) => `${figures(median(samples) / 1e6)} ms`);
  const faster = times(ratio.median);
  const slower = times(1 / ratio.median);
  const text = {
    a: `${capitalized(ours)} is ${faster} as fast as ${other}`,
    b: `${capitalized(ours)} takes ${slower} the time of ${other}`,
    same: `No difference was seen between ${ours} and ${other}`,
    noisy: `The machine was too noisy to say whether ${ours} is faster than ${other}`,
  }[verdict];
  const both = `${mine} against ${its}; ${span(ratio.interval)} times as fast`;
  return { met: verdict === 'a' || verdict === 'same', text: `${text} (${both}).` };
}
