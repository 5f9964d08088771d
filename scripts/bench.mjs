/**
 * Measures in the terminal what the Measure page measures in a browser: `npm run bench`.
 *
 * The workloads, the way they are run, the tables and the sentences are those of the page. With --browser the page
 * itself is driven, and its records are printed. Whatever is printed was measured in this run, but with --from.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openAllocators, openWiring } from '../app/measure/bench.js';
import { isRecord } from '../app/measure/history.js';
import { beginRecord, endRecord, runAll } from '../app/measure/series.js';
import { asJson, asMarkdown, asText } from '../app/measure/text.js';
import { PACES } from '../app/timing/race.js';
import { readJson } from './files.mjs';

/** @typedef {import('../app/measure/series.js').Record} Record */

const USAGE = `Usage: npm run bench -- [options]

Times memory.wasm against every allocator of the installed Emscripten, on the same workloads, in turns.

  --what KINDS       allocators, wiring, loading (comma-separated; allocators if left out; loading needs --browser)
  --only WORDS       only workloads whose name has one of these words in it (comma-separated)
  --list             names the workloads and stops
  --pace NAME        ${Object.keys(PACES).join(', ')} (normal if left out)
  --browser NAMES    chromium, firefox (comma-separated): drives the Measure page in them
  --json [FILE]      all samples and the verdicts as JSON, to FILE, or to standard output in place of the tables
  --from FILE        measures nothing: prints what such a file has in it, from here or from the page
  --readme           puts the tables of this run into README.md, between its bench marks
  --memory FILE      another build of the allocator, a side module; may be given often, the first is then "ours"
  --floor            also a yardstick that merges and checks nothing: what the calls and the loops alone cost
  --bench FOLDER     workloads and peers that native/workloads/build.sh made elsewhere (dist/bench if left out)
  --sdk FOLDER       build the peers with the emcc in this folder, into build/bench-VERSION
  --help             shows this`;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** @type {string | undefined} where bench.json is, once that is known */
let folder;

/** What an option is that is left out. @type {{ [option: string]: string }} */
const DEFAULTS = { what: 'allocators', only: '', pace: 'normal' };
const options = readOptions();
if (options.help) console.log(USAGE);
else {
  await main().catch((error) => {
    console.error(error instanceof TypeError || error instanceof ReferenceError ? error : error.message);
    process.exitCode = 1;
  });
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        what: { type: 'string', default: DEFAULTS.what },
        only: { type: 'string', default: DEFAULTS.only },
        list: { type: 'boolean' },
        pace: { type: 'string', default: DEFAULTS.pace },
        browser: { type: 'string' },
        json: { type: 'string' },
        from: { type: 'string' },
        readme: { type: 'boolean' },
        memory: { type: 'string', multiple: true },
        floor: { type: 'boolean' },
        bench: { type: 'string' },
        sdk: { type: 'string' },
        help: { type: 'boolean' },
      },
      // --json alone is for standard output.
      args: process.argv.slice(2).flatMap((arg, i, all) => {
        const isBare = arg === '--json' && (all[i + 1] === undefined || all[i + 1].startsWith('--'));
        return isBare ? ['--json', '-'] : [arg];
      }),
    }).values;
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}. See --help.`);
    process.exit(2);
  }
}

async function main() {
  const kinds = words(options.what);
  const unknown = kinds.find((kind) => !['allocators', 'wiring', 'loading'].includes(kind));
  if (unknown) throw new Error(`Nothing called "${unknown}" can be measured. See --help.`);
  if (!PACES[options.pace]) {
    throw new Error(`There is no pace "${options.pace}". There is ${Object.keys(PACES).join(', ')}.`);
  }
  const forTerminal = /** @type {const} */ (['memory', 'bench', 'sdk']).find((name) => options[name]);
  if (options.browser && forTerminal)
    throw new Error(`The page measures what was built into dist/: leave out --${forTerminal} or --browser.`);
  if (options.from && options.readme)
    throw new Error('--readme is for what was measured in the same run: leave out --from or --readme.');
  if (options.list) {
    const { works } = await openAll();
    for (const { id, title } of works) console.log(`${id.padEnd(24)} ${title}`);
    return;
  }
  /** @type {Record[]} */
  let records;
  if (options.from) {
    records = await readJson(options.from);
    if (!Array.isArray(records) || !records.every(isRecord))
      throw new Error(`${options.from} has no runs in it, or is not there.`);
  } else records = await awake(options.browser ? inBrowsers(kinds) : here(kinds));

  if (options.json === '-') process.stdout.write(asJson(records));
  else {
    if (options.json) writeFileSync(options.json, asJson(records));
    console.log(records.map(asText).join('\n\n\n'));
  }
  if (options.readme) intoReadme(records);
}

/**
 * Keeps the event loop from running empty. Node can wait for ever where all that is under way is a compilation in V8's
 * own threads (nodejs/node#54918). @template T @param {Promise<T>} work
 */
function awake(work) {
  const timer = setInterval(() => {}, 1000);
  return work.finally(() => clearInterval(timer));
}

/** @param {string} text */
function words(text) {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}

/** @param {string[]} kinds */
async function here(kinds) {
  if (kinds.includes('loading'))
    throw new Error('Loading is measured in a browser: add --browser chromium,firefox.');
  const records = [];
  for (const kind of kinds) {
    const { sdk, tasks, entrants } =
      kind === 'wiring' ? await openWiring(read, ownMemory()) : await openAll();
    if (!tasks.length) throw new Error(`No workload has "${options.only}" in its name. See --list.`);
    const pace = PACES[options.pace];
    const record = beginRecord({
      kind: /** @type {Record['kind']} */ (kind),
      engine: `Node ${process.versions.node} (V8 ${process.versions.v8}), ${cpus()[0]?.model.trim() ?? 'processor unknown'}`,
      cores: availableParallelism(),
      build: buildOf(sdk),
      settings: runSettings(kind),
      pace,
      entrants,
    });
    const started = Date.parse(record.date);
    const runs = runAll(tasks, pace, { step: record.clockStep });
    let step = await runs.next();
    while (!step.done) {
      progress(step.value, started);
      step = await runs.next();
    }
    progress(null, started);
    records.push(endRecord(record, step.value));
  }
  return records;
}

/** Who built what: with --sdk the peers are another's work than what is in dist/. @param {string} sdk of the peers */
function buildOf(sdk) {
  if (options.memory) return `workloads and peers by Emscripten ${sdk}`;
  const { emscripten } = JSON.parse(readFileSync(path.join(root, 'dist/build.json'), 'utf8'));
  return `Emscripten ${sdk}${emscripten === sdk ? '' : `, but ${emscripten} for memory.wasm`}`;
}

/** The settings of a run, as the page has them. @param {string} kind */
function runSettings(kind) {
  const { pace, only, floor } = options;
  return kind === 'allocators' ? { ...(only && { only }), pace, ...(floor && { floor: 'yes' }) } : { pace };
}

async function openAll() {
  const files = options.memory ?? [path.join(root, 'dist/memory.wasm')];
  const own = files.map((file) => ({ name: path.basename(file), bytes: bytesOf(file) }));
  return openAllocators(read, own, { only: words(options.only), floor: options.floor });
}

function ownMemory() {
  return bytesOf(options.memory?.[0] ?? path.join(root, 'dist/memory.wasm'));
}

/** @param {string} file */
function bytesOf(file) {
  if (!existsSync(file)) throw new Error(`${file} is missing. Run npm run build first.`);
  return new Uint8Array(readFileSync(file));
}

/** @param {string} file */
async function read(file) {
  folder ??= benchFolder();
  return new Uint8Array(await readFile(path.join(folder, file)));
}

/** Where bench.json is. */
function benchFolder() {
  if (options.bench) return path.resolve(options.bench);
  if (!options.sdk) {
    const built = path.join(root, 'dist/bench');
    if (!existsSync(path.join(built, 'bench.json')))
      throw new Error('dist/bench is missing. Run npm run build first.');
    return built;
  }
  const env = { ...process.env, PATH: `${path.resolve(options.sdk)}:${process.env.PATH}` };
  const version = execFileSync('emcc', ['--version'], { env, encoding: 'utf8' }).match(/\d+\.\d+\.\d+/)?.[0];
  const target = path.join(root, 'build', `bench-${version}`);
  execFileSync(path.join(root, 'native/workloads/build.sh'), [target], { env, stdio: ['ignore', 2, 2] });
  return target;
}

/** @param {string[]} kinds */
async function inBrowsers(kinds) {
  const { measureInBrowser } = await import('./bench-browser.mjs');
  const records = [];
  for (const browser of words(options.browser ?? '')) {
    for (const kind of kinds) {
      const settings = { kind, ...runSettings(kind) };
      records.push(await measureInBrowser(browser, settings, (at) => progress(at, at?.started ?? 0)));
    }
  }
  return records;
}

/**
 * One line that is written over on a terminal; elsewhere one line a task.
 * @param {{ task: string, name: string, done: number, of: number, result?: unknown } | null} at
 * @param {number} started
 */
function progress(at, started) {
  const { isTTY, columns = 80 } = process.stderr;
  if (isTTY) process.stderr.write('\r\x1b[K');
  if (!at) return;
  const left = ((Date.now() - started) / at.done) * (at.of - at.done);
  const line = `${Math.floor((100 * at.done) / at.of)} %  ${Math.ceil(left / 1000)} s left  ${at.task}  ${at.name}`;
  if (isTTY) process.stderr.write(line.slice(0, columns - 1));
  else if (at.result) process.stderr.write(`${line.trimEnd()}\n`);
}

/**
 * README.md has a place for what was measured in the terminal, and one for what was measured in browsers. Each says by
 * which command it was made.
 * @param {Record[]} records
 */
function intoReadme(records) {
  const file = path.join(root, 'README.md');
  const text = readFileSync(file, 'utf8');
  const place = options.browser ? 'bench in browsers' : 'bench';
  const [start, end] = [`<!-- ${place} -->`, `<!-- /${place} -->`];
  const [from, to] = [text.indexOf(start) + start.length, text.indexOf(end)];
  if (from < start.length || to < from)
    throw new Error(`README.md has no ${start} and ${end} to put the tables between.`);
  const command = `Made by \`npm run bench -- ${said().join(' ')}\`.`;
  writeFileSync(
    file,
    `${text.slice(0, from)}\n\n${[command, ...records.map(asMarkdown)].join('\n\n')}\n\n${text.slice(to)}`,
  );
}

/** The options of this run. Paths are of this machine and mean nothing on another. */
function said() {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === DEFAULTS[name]) return [];
    if (value === true) return [`--${name}`];
    const isPath = ['memory', 'bench', 'sdk'].includes(name) || (name === 'json' && value !== '-');
    return [value].flat().flatMap((one) => [`--${name}`, isPath ? 'PATH' : String(one)]);
  });
}
