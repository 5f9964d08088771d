/**
 * `npm test`: installs what is missing, builds, runs every test, and counts.
 *
 *   npm test                            every section
 *   npm test -- --only lint,chromium    a build, then these sections alone
 *
 * A section has one or more parts. Each part prints one line when it is done. The output of the parts that
 * failed follows at the end. The last line is always `N passed, N failed`. The exit status is 0 only if at
 * least one test passed and none failed.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { run } from './run.mjs';

process.chdir(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const logs = 'build/test';
const bin = 'node_modules/.bin';

/**
 * @typedef {{ passed: number, failed: number, output: string, skipped?: string }} Result `skipped` says why
 * @typedef {{ name: string, title: string, test: () => Promise<Result> }} Part
 * @typedef {{ needs: string[], parts: Part[] }} Section `needs`: what scripts/install.sh installs first
 */

/** @type {Record<string, Section>} */
const sections = {
  build: {
    needs: ['packages', 'emscripten'],
    parts: [{ name: 'build', title: 'build.sh', test: () => oneTest('./build.sh') }],
  },
  lint: {
    needs: ['packages', 'clang-format'],
    parts: [
      {
        name: 'biome',
        title: 'JavaScript, JSON, CSS: format and lint',
        test: () => oneTest(`${bin}/biome`, ['check', '--error-on-warnings', '.']),
      },
      {
        name: 'types',
        title: 'JSDoc types (tsc --checkJs --strict)',
        test: () => oneTest(`${bin}/tsc`, ['--project', '.']),
      },
      { name: 'clang-format', title: 'C: format', test: clangFormat },
    ],
  },
  host: {
    needs: ['clang'],
    parts: (await readdir('native'))
      .map((folder) => ({ folder, script: `native/${folder}/test.sh` }))
      .filter(({ script }) => existsSync(script))
      .map(({ folder, script }) => ({
        name: `host ${folder}`,
        title: 'C on this machine, under sanitizers',
        test: () => hostTests(script),
      })),
  },
  modules: {
    needs: ['packages'],
    parts: [{ name: 'modules', title: 'the built modules, in Node.js', test: moduleTests }],
  },
  chromium: { needs: ['packages', 'chromium'], parts: [browser('chromium')] },
  firefox: { needs: ['packages', 'firefox'], parts: [browser('firefox')] },
  webkit: {
    needs: ['packages', 'webkitgtk'],
    parts: [
      browser('webkit'),
      { name: 'webkitgtk', title: "smoke check in Debian's WebKit", test: webkitgtkTests },
    ],
  },
};

/**
 * The stages run one after the other. The sections of one stage run side by side. The build is the first
 * stage, because the other sections test what it made. Each browser has a stage to itself, because a browser
 * needs the whole machine.
 */
const stages = [['build'], ['lint', 'host', 'modules'], ['chromium'], ['firefox'], ['webkit']];

/**
 * A command that is one test by itself.
 * @param {string} command @param {string[]} [args] @returns {Promise<Result>}
 */
async function oneTest(command, args) {
  const { status, output } = await runPlain(command, args);
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, output };
}

/** @returns {Promise<Result>} */
async function clangFormat() {
  if (!(await answers('clang-format'))) return skip('clang-format is not on this machine');
  const files = (await readdir('native', { recursive: true })).filter((file) => /\.[ch]$/.test(file));
  return oneTest('clang-format', ['--dry-run', '--Werror', ...files.map((file) => `native/${file}`)]);
}

/** @param {string} script its last line is `N passed, N failed` @returns {Promise<Result>} */
async function hostTests(script) {
  if (!(await answers('clang'))) return skip('clang is not on this machine');
  const { status, output } = await runPlain(script);
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(output) ?? [];
  return counted(status, { passed: Number(passed ?? 0), failed: Number(failed ?? 0), output });
}

/** @returns {Promise<Result>} */
async function moduleTests() {
  const files = (await readdir('tests')).filter((file) => file.endsWith('.test.mjs'));
  return nodeTests(files.map((file) => `tests/${file}`));
}

/** @returns {Promise<Result>} */
async function webkitgtkTests() {
  const isHere = existsSync('/usr/bin/WebKitWebDriver') && existsSync('/usr/bin/Xvfb');
  if (!isHere) return skip('WebKitGTK with its driver and Xvfb is not on this machine');
  return nodeTests(['e2e/webkitgtk.test.mjs']);
}

/** In milliseconds: Node.js then names and ends a file of tests that hangs. The longest file takes 30 s. */
const FILE_LIMIT = 300_000;

/**
 * Without this flag, the longest file hung in 2 of 155 runs: at the end of the process, a thread of V8 that
 * optimised JavaScript and the main thread waited for one another (nodejs/node#54918).
 */
const NO_DEADLOCK = '--no-concurrent-recompilation';

/** Files of tests for node:test. @param {string[]} files @returns {Promise<Result>} */
async function nodeTests(files) {
  const tap = `${logs}/node-test.tap`;
  const reporters = ['spec', 'stdout', 'tap', tap];
  const flags = reporters.map((value, i) => `--test-reporter${i % 2 ? '-destination' : ''}=${value}`);
  const args = [NO_DEADLOCK, '--test', `--test-timeout=${FILE_LIMIT}`, ...flags, ...files];
  const { status, output } = await runPlain(process.execPath, args);
  const text = await readFile(tap, 'utf8').catch(() => '');
  const count = (/** @type {string} */ word) =>
    Number([...text.matchAll(new RegExp(`^# ${word} (\\d+)`, 'gm'))].at(-1)?.[1] ?? 0);
  return counted(status, { passed: count('pass'), failed: count('fail') + count('cancelled'), output });
}

/** The tests of e2e/ in one browser. @param {string} engine @returns {Part} */
function browser(engine) {
  return { name: engine, title: 'the site in a browser (Playwright)', test: () => browserTests(engine) };
}

/** @param {string} engine @returns {Promise<Result>} */
async function browserTests(engine) {
  const { engines } = await import('./engines.mjs'); // not at the top: its packages may not be installed then
  if (!engines[engine]) {
    return skip(`${engine === 'webkit' ? "Playwright's WebKit" : engine} is not on this machine`);
  }
  const report = path.resolve(`${logs}/${engine}.json`);
  const { status, output } = await runPlain(
    `${bin}/playwright`,
    ['test', '--config=e2e/playwright.config.mjs', `--project=${engine}`, '--reporter=list,json'],
    { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  );
  const { stats } = JSON.parse(await readFile(report, 'utf8').catch(() => '{}'));
  if (!stats) return { passed: 0, failed: 1, output };
  if (stats.flaky) {
    console.log(`     ${stats.flaky} passed only at the second try: see ${logs}/${engine}.log`);
  }
  const skipped = stats.skipped ? `${stats.skipped} tests` : undefined;
  return counted(status, { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped, output });
}

/** Runs a command without colours, because its output goes into a file. */
const runPlain = (/** @type {string} */ command, /** @type {string[]} */ args = [], env = {}) =>
  run(command, args, { env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...env } });

/** @param {string} command */
const answers = async (command) => (await run(command, ['--version'])).status === 0;

/** @param {string} why @returns {Result} */
const skip = (why) => ({ passed: 0, failed: 0, skipped: why, output: '' });

/**
 * A failure that shows in no count is one failure more: a command that crashed, or one that found no test.
 * @param {number} status @param {Result} result @returns {Result}
 */
function counted(status, result) {
  const { passed, failed, skipped } = result;
  const crashed = status !== 0 && failed === 0;
  const ranNothing = passed === 0 && failed === 0 && !skipped;
  return crashed || ranNothing ? { ...result, failed: 1 } : result;
}

/** @type {{ name: string, log: string, result: Result }[]} the parts that are done */
const done = [];

/** Runs one part, writes its log and prints its line. @param {Part} part */
async function runPart({ name, title, test }) {
  const start = performance.now();
  const result = await test();
  const log = `${logs}/${name.replace(/\W+/g, '-')}.log`;
  await writeFile(log, result.output);
  done.push({ name, log, result });

  const { passed, failed, skipped } = result;
  const mark = failed ? 'FAIL' : passed ? 'ok  ' : 'skip';
  const counts = [];
  if (passed || failed) counts.push(`${passed} passed, ${failed} failed`);
  if (skipped) counts.push(`skipped: ${skipped}`);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${mark} ${name.padEnd(12)} ${title.padEnd(52)} ${seconds.padStart(6)} s   ${counts.join('; ')}`,
  );
}

/** The parts of one section run one after the other. @param {string} name */
async function runSection(name) {
  for (const part of sections[name].parts) await runPart(part);
}

/** What the command line chose. The build is always part of it. @returns {string[]} */
function chosenSections() {
  const names = stages.flat();
  try {
    const { values } = parseArgs({
      options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) {
      console.log(`Usage: npm test [-- --only SECTION,...]\n\nThe sections: ${names.join(', ')}.`);
      process.exit();
    }
    if (values.only === undefined) return names;
    const only = values.only.split(',');
    const unknown = only.filter((name) => !names.includes(name));
    if (unknown.length) throw new Error(`No such section: ${unknown.join(', ')}.`);
    return names.filter((name) => name === 'build' || only.includes(name));
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}\nThe sections are: ${names.join(', ')}.`);
    process.exit(2);
  }
}

const start = performance.now();
const chosen = chosenSections();
await rm(logs, { recursive: true, force: true });
await mkdir(logs, { recursive: true });

const needs = [...new Set(chosen.flatMap((name) => sections[name].needs))];
process.stdout.write((await runPlain('scripts/install.sh', ['--try', ...needs])).output);

for (const stage of stages) {
  await Promise.all(stage.filter((name) => chosen.includes(name)).map(runSection));
  const theBuildFailed = stage[0] === 'build' && done.some(({ result }) => result.failed);
  if (theBuildFailed) break;
}

for (const { name, log, result } of done.filter(({ result }) => result.failed)) {
  console.log(`\n${'='.repeat(20)} ${name}: ${result.failed} failed ${'='.repeat(20)}`);
  console.log((await readFile(log, 'utf8')).trimEnd());
}

const passed = done.reduce((sum, { result }) => sum + result.passed, 0);
const failed = done.reduce((sum, { result }) => sum + result.failed, 0);
const seconds = ((performance.now() - start) / 1000).toFixed(0);
console.log(`\nTook ${seconds} s. The whole output of each part is in ${logs}/.`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
