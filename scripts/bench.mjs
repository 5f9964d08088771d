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
import { checkSettings, commaSeparated, withInitials } from '../app/measure/kinds/kind.js';
import { openRun } from '../app/measure/open-run.js';
import { secondsLeft } from '../app/measure/progress.js';
import { isRun } from '../app/measure/run.js';
import { intoReadme } from './bench-readme.mjs';
import { builtSite } from './bench-site.mjs';
import { readJson } from './files.mjs';

/** @typedef {import('../app/measure/run.js').Run} Run */
/** @typedef {import('../app/measure/kinds/kind.js').Kind} Kind */
/** @typedef {import('../app/measure/kinds/kind.js').Setting} Setting */

/** The settings of all kinds, each once: several kinds have a pace. */
const SETTINGS = [
  ...new Map(KINDS.flatMap(({ settings }) => settings).map((one) => [one.name, one])).values(),
];

/**
 * The value of an option that is left out. The form of a kind may begin with a quicker pace, since a reader
 * waits for it.
 * @type {{ [option: string]: string }}
 */
const DEFAULTS = { what: 'allocators', pace: 'normal' };

const USAGE = `Usage: npm run bench -- [options]

Times memory.wasm against every allocator of the installed Emscripten, on the same workloads, in turns.

  --what KINDS       ${KINDS.map(nameAndNeed).join(', ')} (comma-separated; allocators if left out)
  --list             names the workloads and stops
  --browser NAMES    chromium, firefox (comma-separated): drives the Measure page in them
  --json [FILE]      all samples and the verdicts as JSON: to FILE, or in place of the tables
  --from FILE        measures nothing: prints the runs in such a file, saved here or on the page
  --readme           puts the tables of this run into README.md, between its bench marks
  --memory FILE      another build of the allocator, a side module; if given often, the first is "ours"
  --bench FOLDER     where native/workloads/build.sh put workloads and peers (dist/bench if left out)
  --sdk FOLDER       builds the peers with the emcc in this folder, into build/bench-VERSION
  --help             shows this

The settings of each kind, as on the page:

${SETTINGS.map(usageOf).join('\n')}`;

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
        ...Object.fromEntries(SETTINGS.map((one) => [one.name, optionOf(one)])),
        what: { type: 'string', default: DEFAULTS.what },
        list: { type: 'boolean' },
        browser: { type: 'string' },
        json: { type: 'string' },
        from: { type: 'string' },
        readme: { type: 'boolean' },
        memory: { type: 'string', multiple: true },
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
  const kinds = commaSeparated(options.what).map(kindOf);
  for (const kind of kinds) checkSettings(kind, settingsFor(kind));
  checkTogether(kinds);
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

/** Refuses options that say nothing together. @param {Kind[]} kinds */
function checkTogether(kinds) {
  const idle = SETTINGS.map(({ name }) => name).find(
    (name) =>
      given(name) !== undefined &&
      given(name) !== DEFAULTS[name] &&
      !kinds.some(({ settings }) => settings.some((one) => one.name === name)),
  );
  if (idle) {
    const whose = kinds.map(({ id }) => id).join(', ');
    throw new Error(`--${idle} is no setting of ${whose}: leave it out, or choose another --what.`);
  }
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

/** @param {Setting} setting @returns {{ type: 'boolean' | 'string' }} */
function optionOf({ type }) {
  return { type: type === 'switch' ? 'boolean' : 'string' };
}

/** @param {Setting} setting */
function usageOf(setting) {
  const { name, type, help } = setting;
  const option = `--${name}${type === 'switch' ? '' : type === 'text' ? ' TEXT' : ' VALUE'}`;
  const kinds = KINDS.filter(({ settings }) => settings.some((one) => one.name === name));
  const whose = kinds.map(({ id }) => id).join(', ');
  const values =
    type === 'choice'
      ? `: ${Object.keys(setting.choices).join(', ')} (${DEFAULTS[name] ?? setting.initial} if left out)`
      : '';
  return `  ${option.padEnd(18)} ${whose}: ${help}${values}`;
}

/** The value of a setting as a link to the page has it; none if it is left out. @param {string} name */
function given(name) {
  const value = /** @type {{ [option: string]: unknown }} */ (options)[name] ?? DEFAULTS[name];
  return value === true ? 'yes' : typeof value === 'string' && value !== '' ? value : undefined;
}

/** The options that are settings of a kind. @param {Kind} kind @returns {{ [name: string]: string }} */
function settingsFor({ settings }) {
  const all = settings.map(({ name }) => [name, given(name)]);
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

/**
 * Keeps a timer running until the work is done. While nothing but a compilation in V8's own threads is under
 * way, Node may otherwise sleep and miss its end, so that the work hangs for ever (nodejs/node#54918).
 * @template T @param {Promise<T>} work
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
  for (const kind of kinds) opened.push(await kind.open(site, withInitials(kind, settingsFor(kind))));
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
  for (const browser of commaSeparated(options.browser ?? '')) {
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
  const left = secondsLeft(at, Date.now() - started);
  const line = `${percent(done / of, 0)} %  ${left} s left  ${task}  ${name}`;
  if (isTTY) process.stderr.write(line.slice(0, columns - 1));
  else if (at.result) process.stderr.write(`${line.trimEnd()}\n`);
}

/** The options of this call. A path of this machine means nothing on another, so it is left out. */
function command() {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === DEFAULTS[name] || value === '') return [];
    if (value === true) return [`--${name}`];
    const isPath = ['memory', 'bench', 'sdk'].includes(name) || (name === 'json' && value !== '-');
    return [value].flat().flatMap((one) => [`--${name}`, isPath ? 'PATH' : String(one)]);
  });
}
