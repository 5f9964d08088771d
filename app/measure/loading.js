/**
 * What loading costs: the bytes, and the time until createRecord has returned its first address, for several ways to
 * load the same two parts over a line of a given latency and bandwidth.
 *
 * It always holds that each way gets the same line, that it starts with nothing but its first script's address, and
 * that its time ends with an address that is not 0. Scripts travel over the line like the modules; reading them is
 * not in the time, for a browser reads a script once and then keeps it.
 */
import { fetchAndCompileWasmModules, link } from '../../lib/loader/index.js';
import { gzipSize, readJson } from './bench.js';
import { Line, requestsOver } from './line.js';

const TYPES = /** @type {Record<string, string>} */ ({ js: 'text/javascript', wasm: 'application/wasm' });

/**
 * @param {import('./bench.js').Read} read a file of the site
 * @param {string} base address of the site
 * @param {{ latency: number, megabits: number }} speed
 * @returns {Promise<{ entrants: import('./series.js').Entrant[], tasks: import('./series.js').Task[] }>}
 */
export async function openLoading(read, base, speed) {
  const url = (/** @type {string} */ file) => new URL(file, base).href;
  const { sizes } = await readJson(read, 'build.json');
  const loader = Object.keys(sizes).filter((file) => /^lib\/loader\/.*\.js$/.test(file));
  const ours = [...loader, 'memory.wasm', 'program.wasm'];
  const theirs = ['bench/emscripten.js', 'bench/emscripten.wasm', 'program.wasm'];

  /** @type {ConstructorParameters<typeof Line>[1]} */
  const files = new Map();
  for (const file of new Set([...ours, ...theirs])) {
    files.set(url(file), { bytes: await read(file), type: TYPES[file.split('.').at(-1) ?? ''] });
  }
  const size = async (/** @type {string[]} */ list) => {
    const all = list.map((file) => files.get(url(file))?.bytes ?? new Uint8Array());
    const gzip = await Promise.all(all.map(gzipSize));
    const sum = (/** @type {number[]} */ numbers) => numbers.reduce((a, b) => a + b, 0);
    return { bytes: sum(all.map(({ length }) => length)), gzip: sum(gzip) };
  };

  /** @param {{ parallel: boolean, streaming: boolean }} how */
  const withOurs = ({ parallel, streaming }) =>
    async function load() {
      const line = new Line(speed, files);
      await Promise.all(loader.map((file) => line.transfer(url(file))));
      const get = (/** @type {string} */ file) => line.fetch(url(file));
      const compile = (/** @type {Promise<Response>[]} */ ...answers) =>
        fetchAndCompileWasmModules(answers, { streaming });
      /** @type {WebAssembly.Module[]} */
      let modules;
      if (parallel) modules = await compile(get('memory.wasm'), get('program.wasm'));
      else modules = [...(await compile(get('memory.wasm'))), ...(await compile(get('program.wasm')))];
      const linked = await link({ memory: modules[0], program: modules[1] });
      return /** @type {any} */ (linked.exports.program).createRecord(2, 1.1, 2.2);
    };

  const glue = url('bench/emscripten.js');
  const { default: startEmscripten } = await import(glue);
  const withTheirs = async () => {
    const line = new Line(speed, files);
    await line.transfer(glue);
    // Emscripten's loader asks for its files by these two; both lead to the line for as long as it loads.
    const { fetch, XMLHttpRequest } = globalThis;
    Object.assign(globalThis, { fetch: line.fetch.bind(line), XMLHttpRequest: requestsOver(line) });
    try {
      const module = await startEmscripten({
        dynamicLibraries: [url('program.wasm')],
        locateFile: (/** @type {string} */ file) => (/^https?:/.test(file) ? file : url(`bench/${file}`)),
      });
      return module._createRecord(2, 1.1, 2.2);
    } finally {
      Object.assign(globalThis, { fetch, XMLHttpRequest });
    }
  };

  const ways = [
    {
      name: 'parallel, streaming',
      ours: true,
      load: withOurs({ parallel: true, streaming: true }),
      list: ours,
    },
    { name: 'parallel, buffered', load: withOurs({ parallel: true, streaming: false }), list: ours },
    { name: 'sequential, streaming', load: withOurs({ parallel: false, streaming: true }), list: ours },
    { name: 'sequential, buffered', load: withOurs({ parallel: false, streaming: false }), list: ours },
    { name: 'Emscripten', load: withTheirs, list: theirs },
  ];
  return {
    entrants: await Promise.all(
      ways.map(async ({ name, ours, list }) => ({ name, ours, ...(await size(list)) })),
    ),
    tasks: [
      {
        id: 'first-address',
        title: `${speed.latency} ms, ${speed.megabits} Mbit/s`,
        contestants: ways.map(({ name, load }) => ({
          name,
          open: () => ({
            async round() {
              if (!(await load()))
                throw new Error('createRecord returned 0: there was no memory for one Record.');
              return 1;
            },
          }),
        })),
      },
    ],
  };
}
