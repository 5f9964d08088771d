/**
 * Measures in the terminal what the Measure page measures in a browser: `npm run bench`.
 *
 * The kinds of measurement, the tables and the sentences are those of the page. With --browser it drives the
 * page itself and prints the page's runs. Except with --from, all that it prints was measured at this call.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { percent } from '../app/measure/figures.js';
import { asJson, asText } from '../app/measure/formats.js';
import { KINDS, kindOf } from '../app/measure/kinds/index.js';
import { checkSettings } from '../app/measure/kinds/kind.js';
import { isRun } from '../app/measure/run.js';
import { openRun } from '../app/measure/series.js';
import { PACES } from '../app/timing/race.js';
import { intoReadme } from './bench-readme.mjs';
import { builtSite } from './bench-site.mjs';
import { readJson } from './files.mjs';

/** @typedef {import('../app/measure/run.js').Run} Run */
/** @typedef {import('../app/measure/kinds/kind.js').Kind} Kind */

const USAGE = `Usage: npm run bench -- [options]

Times memory.wasm against every allocator of the installed Emscripten, on the same workloads, in turns.

  --what KINDS       ${KINDS.map(nameAndNeed).join(', ')} (comma-separated; allocators if left out)
  --only WORDS       only workloads whose name has one of these words in it (comma-separated)
  --list             names the workloads and stops
  --pace NAME        ${Object.keys(PACES).join(', ')} (normal if left out)
  --browser NAMES    chromium, firefox (comma-separated): drives the Measure page in them
  --json [FILE]      all samples and the verdicts as JSON: to FILE, or in place of the tables
  --from FILE        measures nothing: prints the runs in such a file, saved here or on the page
  --readme           puts the tables of this run into README.md, between its bench marks
  --memory FILE      another build of the allocator, a side module; if given often, the first is "ours"
  --floor            also a yardstick that merges and checks nothing: what the calls and the loops alone cost
  --bench FOLDER     where native/workloads/build.sh put workloads and peers (dist/bench if left out)
  --sdk FOLDER       builds the peers with the emcc in this folder, into build/bench-VERSION
  --help             shows this`;

/** The value of an option that is left out. @type {{ [option: string]: string }} */
const DEFAULTS = { what: 'allocators', only: '', pace: 'normal' };
const options = readOptions();
if (options.help) console.log(USAGE);
else {
  await main().catch((error) => {
    const isSlip = error instanceof TypeError || error instanceof ReferenceError;
    console.error(isSlip ? error : [error.message, error.remedy].filter(Boolean).join(' '));
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
      // --json alone means standard output.
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
  const kinds = words(options.what).map(kindOf);
  for (const kind of kinds) checkSettings(kind, settingsFor(kind));
  checkTogether();
  if (options.list) {
    for (const { id, title } of await allTasks(kinds)) console.log(`${id.padEnd(24)} ${title}`);
    return;
  }
  const runs = await (options.from
    ? runsIn(options.from)
    : awake(options.browser ? inBrowsers(kinds) : here(kinds)));
  if (options.json === '-') process.stdout.write(asJson(runs));
  else {
    if (options.json) writeFileSync(options.json, asJson(runs));
    console.log(runs.map(asText).join('\n\n\n'));
  }
  if (options.readme) {
    const place = options.browser ? 'bench in browsers' : 'bench';
    intoReadme(place, command().join(' '), runs);
  }
}

/** Refuses options that say nothing together. */
function checkTogether() {
  const forTerminal = /** @type {const} */ (['memory', 'bench', 'sdk']).find((name) => options[name]);
  if (options.browser && forTerminal) {
    throw new Error(`The page measures what was built into dist/: leave out --${forTerminal} or --browser.`);
  }
  if (options.from && options.readme) {
    throw new Error(
      '--readme is for runs that were measured at the same call: leave out --from or --readme.',
    );
  }
}

/** @param {Kind} kind */
function nameAndNeed({ id, needsBrowser }) {
  return needsBrowser ? `${id} (needs --browser)` : id;
}

/** The options that are settings of a kind, as a link to the page has them. @param {Kind} kind */
function settingsFor({ settings }) {
  const { pace, only, floor } = options;
  const given = { ...(only && { only }), pace, ...(floor && { floor: 'yes' }) };
  const names = settings.map(({ name }) => name);
  return Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)));
}

/** @param {string} text */
function words(text) {
  const all = text.split(',').map((word) => word.trim());
  return all.filter(Boolean);
}

/**
 * Keeps the event loop from running empty. Node can wait for ever when nothing but a compilation in V8's own
 * threads is under way (nodejs/node#54918). @template T @param {Promise<T>} work
 */
function awake(work) {
  const timer = setInterval(() => {}, 1000);
  return work.finally(() => clearInterval(timer));
}

/** @param {string} file @returns {Promise<Run[]>} */
async function runsIn(file) {
  const runs = await readJson(file);
  if (Array.isArray(runs) && runs.every(isRun)) return runs;
  throw new Error(`${file} has no runs in it, or is not there.`);
}

/** @param {Kind[]} kinds */
async function allTasks(kinds) {
  const site = builtSite(options);
  const opened = [];
  for (const kind of kinds) opened.push(await kind.open(site, settingsFor(kind)));
  return opened.flatMap(({ tasks }) => tasks);
}

/** @param {Kind[]} kinds @returns {Promise<Run[]>} */
async function here(kinds) {
  const inBrowser = kinds.find(({ needsBrowser }) => needsBrowser);
  if (inBrowser) throw new Error(`${inBrowser.id} needs a browser: add --browser chromium,firefox.`);
  const { node, v8 } = process.versions;
  const engine = `Node ${node} (V8 ${v8}), ${cpus()[0]?.model.trim() ?? 'processor unknown'}`;
  const site = builtSite(options);
  const runs = [];
  for (const kind of kinds) {
    const about = { settings: settingsFor(kind), engine, cores: availableParallelism() };
    const { run, steps } = await openRun(kind, site, about);
    const started = Date.parse(run.date);
    let step = await steps.next();
    while (!step.done) {
      progress(step.value, started);
      step = await steps.next();
    }
    progress(null, started);
    runs.push(step.value);
  }
  return runs;
}

/** @param {Kind[]} kinds */
async function inBrowsers(kinds) {
  const { measureInBrowser } = await import('./bench-browser.mjs');
  const runs = [];
  for (const browser of words(options.browser ?? '')) {
    for (const kind of kinds) {
      const settings = { kind: kind.id, ...settingsFor(kind) };
      runs.push(await measureInBrowser(browser, settings, (at) => progress(at, at?.started ?? 0)));
    }
  }
  return runs;
}

/**
 * Shows the progress: on a terminal one line that is written over, elsewhere one line for each task.
 * @param {{ task: string, name: string, done: number, of: number, result?: unknown } | null} at null at the
 *   end
 * @param {number} started
 */
function progress(at, started) {
  const { isTTY, columns = 80 } = process.stderr;
  if (isTTY) process.stderr.write('\r\x1b[K');
  if (!at) return;
  const { task, name, done, of } = at;
  const left = ((Date.now() - started) / done) * (of - done);
  const line = `${percent(done / of, 0)} %  ${Math.ceil(left / 1000)} s left  ${task}  ${name}`;
  if (isTTY) process.stderr.write(line.slice(0, columns - 1));
  else if (at.result) process.stderr.write(`${line.trimEnd()}\n`);
}

/** The options of this call. A path of this machine means nothing on another, so it is left out. */
function command() {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === DEFAULTS[name]) return [];
    if (value === true) return [`--${name}`];
    const isPath = ['memory', 'bench', 'sdk'].includes(name) || (name === 'json' && value !== '-');
    return [value].flat().flatMap((one) => [`--${name}`, isPath ? 'PATH' : String(one)]);
  });
}
