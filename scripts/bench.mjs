/**
 * Compares memory.wasm with the allocators of the installed Emscripten, in the terminal: `npm run bench`.
 *
 * The workloads, the way they are run and the sentences are those of the Measure page. Whatever it prints was
 * measured in this run.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { compareAllocators, listTasks } from '../app/measure/allocators.js';
import { clockStep } from '../app/measure/clock.js';
import { PACES } from '../app/measure/race.js';
import { rows, sentences, standing } from '../app/measure/report.js';
import { readTrace } from '../app/measure/trace.js';

const USAGE = `Usage: npm run bench -- [options]

Times memory.wasm against every allocator of the installed Emscripten, on the same workloads, in turns.

  --only WORDS       only workloads whose name has one of these words in it (comma-separated)
  --list             names the workloads and stops
  --pace NAME        ${Object.keys(PACES).join(', ')} (normal if left out)
  --memory FILE      another build of the allocator, a side module; several may be given (then the first is "ours")
  --bench FOLDER     workloads and peers built by native/workloads/build.sh elsewhere (dist/bench if left out)
  --sdk PATH         build the peers with the emcc in this folder, into build/bench-VERSION
  --json [FILE]      all samples and the summary as JSON, to FILE, or to standard output in place of the table
  --help             shows this`;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    list: { type: 'boolean' },
    pace: { type: 'string', default: 'normal' },
    memory: { type: 'string', multiple: true },
    bench: { type: 'string' },
    sdk: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean' },
  },
  args: process.argv.slice(2).flatMap((arg, i, all) => {
    const isBare = arg === '--json' && (all[i + 1] === undefined || all[i + 1].startsWith('--'));
    return isBare ? ['--json', '-'] : [arg];
  }),
});

if (options.help) {
  console.log(USAGE);
} else {
  process.exitCode = await main();
}

async function main() {
  const pace = PACES[options.pace];
  if (!pace)
    throw new Error(`There is no pace "${options.pace}". There is ${Object.keys(PACES).join(', ')}.`);
  const bench = readBench(findBench());
  const tasks = await chooseTasks(bench);
  if (options.list) {
    for (const { id, title } of tasks) console.log(`${id.padEnd(28)} ${title}`);
    return 0;
  }
  if (!tasks.length) throw new Error(`No workload has "${options.only}" in its name. See --list.`);

  const started = Date.now();
  const runs = compareAllocators({ ...bench, tasks }, pace);
  let step = await runs.next();
  while (!step.done) {
    progress(step.value, started);
    step = await runs.next();
  }
  clearProgress();

  const result = standing(step.value, bench.entrants);
  const record = {
    version: 1,
    kind: 'allocators',
    date: new Date(started).toISOString(),
    seconds: Math.round((Date.now() - started) / 1000),
    engine: `Node ${process.versions.node}, V8 ${process.versions.v8}`,
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    sdk: bench.sdk,
    clockStepMs: clockStep(),
    pace: { name: options.pace, ...pace },
    entrants: bench.entrants.map(({ name, bytes, gzip, ours }) => ({
      name,
      bytes,
      gzip,
      ours: ours ?? false,
    })),
    tasks: step.value,
    summary: { ...result, sentences: sentences(result, bench.entrants) },
  };
  if (options.json === '-') console.log(JSON.stringify(record, null, 1));
  else print(record, bench.entrants, result);
  if (options.json && options.json !== '-')
    writeFileSync(options.json, `${JSON.stringify(record, null, 1)}\n`);
  return 0;
}

/** @returns {string} the folder with bench.json in it */
function findBench() {
  if (options.bench) return path.resolve(options.bench);
  if (!options.sdk) {
    const built = path.join(root, 'dist/bench');
    if (!existsSync(path.join(built, 'bench.json')))
      throw new Error('dist/bench is missing. Run npm run build first.');
    return built;
  }
  const env = { ...process.env, PATH: `${path.resolve(options.sdk)}:${process.env.PATH}` };
  const version = execFileSync('emcc', ['--version'], { env, encoding: 'utf8' }).match(/\d+\.\d+\.\d+/)?.[0];
  const folder = path.join(root, 'build', `bench-${version}`);
  execFileSync(path.join(root, 'native/workloads/build.sh'), [folder], { env, stdio: ['ignore', 2, 2] });
  return folder;
}

/** @param {string} folder */
function readBench(folder) {
  const read = (/** @type {string} */ file) => readFileSync(path.join(folder, file));
  const { sdk, reserved, workloads, allocators, traces } = JSON.parse(read('bench.json').toString());
  const size = (/** @type {Buffer} */ bytes) => ({
    bytes: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
  });

  /** @type {import('../app/measure/allocators.js').Entrant[]} */
  const entrants = [];
  const files = options.memory ?? [path.join(root, 'dist/memory.wasm')];
  for (const [i, file] of files.entries()) {
    if (!options.memory && !existsSync(file)) {
      console.error('dist/memory.wasm is missing: only the others are compared.');
      continue;
    }
    const bytes = readFileSync(file);
    const module = new WebAssembly.Module(bytes);
    const exported = new Set(WebAssembly.Module.exports(module).map((one) => one.name));
    const missing = ['malloc', 'free', 'calloc', 'realloc'].filter((one) => !exported.has(one));
    if (missing.length) {
      console.error(`${file} exports no ${missing.join(', no ')}: it is left out.`);
      continue;
    }
    const name = files.length > 1 || options.memory ? path.basename(file, '.wasm') : 'memory.wasm';
    entrants.push({ name, module, ...size(bytes), ours: i === 0 });
  }
  for (const { name, file, small, pages } of allocators) {
    entrants.push({ name, pages, module: new WebAssembly.Module(read(file)), ...size(read(small)) });
  }
  return {
    sdk,
    reserved,
    entrants,
    workloads: new WebAssembly.Module(read(workloads)),
    traces: /** @type {string[]} */ (traces).map((file) => readTrace(read(file))),
  };
}

/** @param {ReturnType<typeof readBench>} bench */
async function chooseTasks({ workloads, entrants, reserved, traces }) {
  const tasks = await listTasks(workloads, entrants[0], reserved, traces);
  const words = options.only
    ?.toLowerCase()
    .split(',')
    .map((word) => word.trim());
  return tasks.filter(
    ({ id, title }) => !words || words.some((word) => `${id} ${title}`.toLowerCase().includes(word)),
  );
}

/** @param {{ task: { title: string }, name: string, done: number, of: number }} at @param {number} started */
function progress({ task, name, done, of }, started) {
  if (!process.stderr.isTTY) return;
  const left = ((Date.now() - started) / done) * (of - done);
  const line = `${Math.floor((100 * done) / of)} %  ${Math.ceil(left / 1000)} s left  ${task.title}  ${name}`;
  process.stderr.write(`\r\x1b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
}

function clearProgress() {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

/**
 * @param {any} record
 * @param {import('../app/measure/allocators.js').Entrant[]} entrants
 * @param {import('../app/measure/report.js').Standing} result
 */
function print(record, entrants, result) {
  console.log(
    `${record.date.slice(0, 16).replace('T', ' ')} UTC  ${record.engine}  ${record.cores} cores, ${record.processor}`,
  );
  console.log(`Allocators of Emscripten ${record.sdk}. Pace ${record.pace.name}, ${record.seconds} s.\n`);

  const lines = rows(record.tasks).map(({ title, cells }) => {
    const best = Math.min(...cells.map(({ time }) => time?.median ?? Number.POSITIVE_INFINITY));
    const time = cells.map(({ time, steady }) =>
      time
        ? `${time.median === best ? '*' : ''}${nanoseconds(time.median)} ±${(100 * time.spread).toFixed(0)}%${steady ? '' : '~'}${time.outliers.length ? `!${time.outliers.length}` : ''}`
        : 'failed',
    );
    return [title, ...time, ...cells.map(({ pages }) => String(pages))];
  });
  const means = [
    'geometric mean',
    ...result.means.map(({ time }) => nanoseconds(time)),
    ...result.means.map(({ pages }) => pages.toFixed(1)),
  ];
  const names = entrants.map(({ name }) => name);
  table(
    [['ns per operation', ...names, ...names.map((name) => `${name} pages`)], ...lines, means],
    entrants.length,
  );
  console.log(
    '\n* the fastest  ± half the 95 % interval of the median  ! outliers  ~ times had not settled\n',
  );
  table(
    [
      ['', ...names],
      ['bytes', ...entrants.map(({ bytes }) => String(bytes))],
      ['gzip', ...entrants.map(({ gzip }) => String(gzip))],
    ],
    0,
  );
  console.log();
  for (const { met, text } of sentences(result, entrants)) console.log(`${met ? '  ok ' : 'LOSES'}  ${text}`);
}

/** @param {number} value */
function nanoseconds(value) {
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}

/** Columns as wide as they need to be, numbers to the right. @param {string[][]} cells @param {number} group */
function table(cells, group) {
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  for (const row of cells) {
    const line = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[i])));
    console.log(
      [...line.slice(0, 1 + group), ...(group ? [' '] : []), ...line.slice(1 + group)].join('  ').trimEnd(),
    );
  }
}
