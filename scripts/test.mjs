/**
 * `npm test`: installs what is missing, builds, runs every test there is, and counts.
 *
 *   npm test                            all of it
 *   npm test -- --only lint,chromium    these sections (after a build)
 *
 * Each section prints one line when it is done; what failed follows in full at the end. The last line is always
 * `N passed, N failed`, and the exit status is 0 only if something passed and nothing failed.
 */
import { spawn } from 'node:child_process';
import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const logs = 'build/test';
const bin = 'node_modules/.bin';

/**
 * @typedef {{ passed: number, failed: number, skipped?: string }} Count
 * @typedef {{ status: number, output: string }} Run
 */

/** @type {{ name: string, log: string, count: Count }[]} */
const done = [];

/**
 * Runs a command to its end. @param {string} command @param {string[]} args @param {Record<string, string>} env
 * @returns {Promise<Run>}
 */
function run(command, args = [], env = {}) {
  return new Promise((resolve) => {
    // No colours, whatever the terminal: the output goes into a file first.
    const child = spawn(command, args, {
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const add = (/** @type {Buffer} */ text) => {
      output += text;
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('error', (error) => resolve({ status: 127, output: `${command}: ${error.message}\n` }));
    child.on('close', (status) => resolve({ status: status ?? 1, output }));
  });
}

/** A command that is one test by itself. @param {Run} run @returns {Count} */
const asOne = ({ status }) => ({ passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 });

/** A failure that no count shows (a crash, no test found) counts as one. @param {Run} run @param {Count} count @returns {Count} */
function honest({ status }, count) {
  const failed = status !== 0 && count.failed === 0 ? 1 : count.failed;
  return count.passed + failed === 0 && !count.skipped ? { ...count, failed: 1 } : { ...count, failed };
}

/** The last number after a word. @param {string} output @param {RegExp} pattern */
const last = (output, pattern) => Number([...output.matchAll(pattern)].pop()?.[1] ?? 0);

/** @param {string} file */
const exists = (file) =>
  access(file).then(
    () => true,
    () => false,
  );

/** @param {string} name @param {string} what @param {() => Promise<{ run: Run, count: Count }>} body */
async function section(name, what, body) {
  const start = performance.now();
  const { run, count } = await body();
  const log = `${logs}/${name.replace(/\W+/g, '-')}.log`;
  await writeFile(log, run.output);
  done.push({ name, log, count });
  const mark = count.failed ? 'FAIL' : count.passed ? 'ok  ' : 'skip';
  const parts = [];
  if (count.passed || count.failed) parts.push(`${count.passed} passed, ${count.failed} failed`);
  if (count.skipped) parts.push(`skipped: ${count.skipped}`);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${mark} ${name.padEnd(12)} ${what.padEnd(52)} ${seconds.padStart(6)} s   ${parts.join('; ')}`);
}

/** Each part of the suite. `needs`: what scripts/install.sh is to install first. */
const sections = {
  build: {
    needs: ['packages', 'emscripten'],
    async run() {
      await section('build', 'build.sh', async () => {
        const build = await run('./build.sh');
        return { run: build, count: asOne(build) };
      });
    },
  },

  lint: {
    needs: ['packages', 'clang-format'],
    async run() {
      await section('biome', 'JavaScript, JSON, CSS: format and lint', async () => {
        const check = await run(`${bin}/biome`, ['check', '--error-on-warnings', '.']);
        return { run: check, count: asOne(check) };
      });
      await section('types', 'JSDoc types (tsc --checkJs --strict)', async () => {
        const check = await run(`${bin}/tsc`, ['--project', '.']);
        return { run: check, count: asOne(check) };
      });
      await section('clang-format', 'C: format', async () => {
        if ((await run('clang-format', ['--version'])).status !== 0) return missing('clang-format');
        const files = (await readdir('native', { recursive: true })).filter((file) => /\.[ch]$/.test(file));
        const check = await run('clang-format', [
          '--dry-run',
          '--Werror',
          ...files.map((file) => `native/${file}`),
        ]);
        return { run: check, count: asOne(check) };
      });
    },
  },

  host: {
    needs: ['clang'],
    async run() {
      for (const folder of await readdir('native')) {
        const script = `native/${folder}/test.sh`;
        if (!(await exists(script))) continue;
        await section(`host ${folder}`, 'C on this machine, under sanitizers', async () => {
          if ((await run('clang', ['--version'])).status !== 0) return missing('clang');
          const test = await run(script);
          const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(test.output) ?? [0, 0, 0];
          return { run: test, count: honest(test, { passed: Number(passed), failed: Number(failed) }) };
        });
      }
    },
  },

  modules: {
    needs: ['packages'],
    async run() {
      const files = (await readdir('tests')).filter((file) => file.endsWith('.test.mjs'));
      await section('modules', 'the built modules, in Node.js', () =>
        nodeTests(files.map((file) => `tests/${file}`)),
      );
    },
  },

  chromium: { needs: ['packages', 'chromium'], run: () => browser('chromium') },
  firefox: { needs: ['packages', 'firefox'], run: () => browser('firefox') },
  webkit: {
    needs: ['packages', 'webkitgtk'],
    async run() {
      await browser('webkit');
      await section('webkitgtk', "smoke check in Debian's WebKit", async () =>
        (await exists('/usr/bin/WebKitWebDriver')) && (await exists('/usr/bin/Xvfb'))
          ? nodeTests(['e2e/webkitgtk.test.mjs'])
          : missing('WebKitGTK with its driver and Xvfb'),
      );
    },
  },
};

/** @param {string} name @returns {{ run: Run, count: Count }} */
const missing = (name) => ({
  run: { status: 0, output: '' },
  count: { passed: 0, failed: 0, skipped: `${name} is not on this machine` },
});

/** What a file of tests may take, in milliseconds: one that hangs is to be told by its name. The longest takes 30 s. */
const FILE_LIMIT = 300_000;

/**
 * Without it the longest file hung in 2 of 155 runs: Node waited for V8's threads, and one of these, which optimised
 * JavaScript, for a garbage collection in the thread that waited (nodejs/node#54918).
 */
const NO_DEADLOCK = '--no-concurrent-recompilation';

/** Files of node:test tests. @param {string[]} files @returns {Promise<{ run: Run, count: Count }>} */
async function nodeTests(files) {
  const tap = `${logs}/node-test.tap`;
  const reporters = ['spec', 'stdout', 'tap', tap];
  const flags = reporters.map((value, i) => `--test-reporter${i % 2 ? '-destination' : ''}=${value}`);
  const test = await run(process.execPath, [
    NO_DEADLOCK,
    '--test',
    `--test-timeout=${FILE_LIMIT}`,
    ...flags,
    ...files,
  ]);
  const text = await readFile(tap, 'utf8').catch(() => '');
  const failed = last(text, /^# fail (\d+)/gm) + last(text, /^# cancelled (\d+)/gm);
  const count = { passed: last(text, /^# pass (\d+)/gm), failed };
  return { run: test, count: honest(test, count) };
}

/** All of e2e/ in one engine. @param {string} engine */
async function browser(engine) {
  await section(engine, 'the site in a browser (Playwright)', async () => {
    const { engines } = await import('../e2e/playwright.config.mjs');
    if (!engines[engine]) return missing(engine === 'webkit' ? "Playwright's WebKit" : engine);
    const report = path.resolve(`${logs}/${engine}.json`);
    const args = [
      'test',
      '--config=e2e/playwright.config.mjs',
      `--project=${engine}`,
      '--reporter=list,json',
    ];
    const test = await run(`${bin}/playwright`, args, { PLAYWRIGHT_JSON_OUTPUT_NAME: report });
    const { stats } = JSON.parse(await readFile(report, 'utf8').catch(() => '{}'));
    if (!stats) return { run: test, count: { passed: 0, failed: 1 } };
    const count = { passed: stats.expected + stats.flaky, failed: stats.unexpected };
    if (stats.flaky)
      console.log(`     ${stats.flaky} passed only at the second try: see ${logs}/${engine}.log`);
    const skipped = stats.skipped ? `${stats.skipped} tests` : undefined;
    return { run: test, count: honest(test, { ...count, skipped }) };
  });
}

/**
 * One after the other; what is in one runs side by side, which no browser does. The build comes first, since all others
 * look at what it made.
 * @type {(keyof typeof sections)[][]}
 */
const stages = [['build'], ['lint', 'host', 'modules'], ['chromium'], ['firefox'], ['webkit']];

const asked = process.argv.slice(2);
const only = asked.includes('--only') ? (asked[asked.indexOf('--only') + 1] ?? '').split(',') : null;
const names = stages.flat();
const unknown = only?.filter((name) => !names.includes(/** @type {any} */ (name)));
if (unknown?.length) {
  console.error(`No such section: ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
  process.exit(2);
}

const start = performance.now();
await rm(logs, { recursive: true, force: true });
await mkdir(logs, { recursive: true });
const chosen = names.filter((name) => name === 'build' || !only || only.includes(name));

const needs = [...new Set(chosen.flatMap((name) => sections[name].needs))];
const install = await run('scripts/install.sh', ['--try', ...needs]);
process.stdout.write(install.output);

for (const stage of stages) {
  await Promise.all(stage.filter((name) => chosen.includes(name)).map((name) => sections[name].run()));
  if (stage[0] === 'build' && done.some(({ count }) => count.failed)) break;
}

for (const { name, log, count } of done.filter(({ count }) => count.failed)) {
  console.log(`\n${'='.repeat(20)} ${name}: ${count.failed} failed ${'='.repeat(20)}`);
  console.log((await readFile(log, 'utf8')).trimEnd());
}

const total = (/** @type {'passed' | 'failed'} */ key) =>
  done.reduce((sum, { count }) => sum + count[key], 0);
console.log(
  `\nTook ${((performance.now() - start) / 1000).toFixed(0)} s. The whole output of each section is in ${logs}/.`,
);
console.log(`${total('passed')} passed, ${total('failed')} failed`);
process.exit(total('failed') === 0 && total('passed') > 0 ? 0 : 1);
