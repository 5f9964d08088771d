/**
 * The Measure page: that a run shows what it measured in words, chart and table alike; that it can be
 * cancelled, survives what goes wrong, leaves the page responsive; and that runs are kept, compared, saved
 * and linked to.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { KINDS } from '../app/measure/kinds/index.js';
import { barriers, distFile, expect, pixel, test } from './fixtures.mjs';

/** @typedef {import('@playwright/test').Page} Page */

const LIMIT = 90_000;
test.setTimeout(LIMIT + 30_000);

/** @param {Page} page @param {string} kind */
const section = (page, kind) => page.locator(`#${kind}`);

/** Opens a link that starts a run. @param {Page} page @param {string} query @param {string} [base] */
async function start(page, query, base = '') {
  await page.goto(`${base}measure.html?${query}`);
}

/** @param {Page} page @param {string} kind */
async function done(page, kind) {
  await expect(section(page, kind).locator('.exports')).toBeVisible({ timeout: LIMIT });
  await expect(page.locator('.alert')).toHaveCount(0);
}

/** The run that the page kept last. @param {Page} page */
const latest = (page) =>
  page.evaluate(() => {
    const [head] = JSON.parse(localStorage.getItem('heap-lab-runs') ?? '[]');
    return head && JSON.parse(localStorage.getItem(`heap-lab-run ${head.date}`) ?? 'null');
  });

/** A site whose files may differ from the built ones. @param {{ [file: string]: Buffer }} changed */
const serving = (changed) => async (/** @type {string} */ file) =>
  changed[file]
    ? { status: 200, headers: { 'content-type': 'application/wasm' }, body: changed[file] }
    : distFile(file);

/** @param {number[]} content */
const part = (id = 0, content = [0]) => [id, content.length, ...content];
const name = (/** @type {string} */ text) => [text.length, ...Buffer.from(text)];
/** A module that exports the four functions, and each of them traps. */
const trapping = Buffer.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...part(1, [3, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 1, 0x7f, 0, 0x60, 2, 0x7f, 0x7f, 1, 0x7f]),
  ...part(2, [1, ...name('env'), ...name('memory'), 2, 0, 0]),
  ...part(3, [4, 0, 1, 2, 2]),
  ...part(7, [4, ...['malloc', 'free', 'calloc', 'realloc'].flatMap((one, i) => [...name(one), 0, i])]),
  ...part(10, [4, ...[0, 1, 2, 3].flatMap(() => [3, 0, 0, 0x0b])]),
]);

test('nothing is shown before something was measured', async ({ page }) => {
  await page.goto('measure.html');
  for (const kind of ['wiring', 'loading', 'allocators']) {
    await expect(section(page, kind).getByRole('button', { name: 'Measure' })).toBeEnabled();
    await expect(section(page, kind).locator('.result')).toBeEmpty();
  }
  // No figure with a unit of what is measured stands in the text.
  expect(await page.locator('main').innerText()).not.toMatch(/\d\s*ns\b|\d+(\.\d+)?x/);
  await expect(page.locator('#isolation')).toContainText('is isolated');
});

test('the wiring: words, chart and table say the same, and it is there when one comes back', async ({
  page,
}) => {
  await start(page, 'kind=wiring&pace=quick');
  await done(page, 'wiring');
  const wiring = section(page, 'wiring');
  const run = await latest(page);
  expect(run.kind).toBe('wiring');
  expect(run.tasks.map((/** @type {{ id: string }} */ { id }) => id)).toEqual(['from-js', 'in-wasm']);
  expect(run.entrants).toHaveLength(5);
  expect(run.build).toMatch(/^Heap Lab of .*, Emscripten \d/);
  expect(run.engine).toMatch(/^(Chromium|Firefox|Safari) \d+/);

  const cells = await wiring.locator('tbody tr').evaluateAll((rows) => rows.map((row) => row.textContent));
  expect(cells).toHaveLength(5);
  for (const [i, { name }] of run.entrants.entries()) {
    expect(cells[i]).toContain(name);
    const samples = run.tasks[1].results[i].samples.toSorted(
      (/** @type {number} */ a, /** @type {number} */ b) => a - b,
    );
    const median = samples[(samples.length - 1) / 2];
    expect(cells[i]).toContain(median < 100 ? median.toPrecision(3) : String(Math.round(median)));
  }
  await expect(wiring.locator('.verdicts')).toContainText(/the five percent .*are often claimed/);
  await expect(wiring.locator('.marks li')).toHaveText(
    run.entrants.map((/** @type {{ name: string }} */ { name }) => new RegExp(name)),
  );
  await expect(wiring.locator('canvas')).toBeVisible();

  await page.goto('measure.html');
  await expect(wiring.getByRole('status')).toHaveText('Measured earlier on this device:');
  await expect(wiring.locator('tbody tr').first()).toHaveText(cells[0] ?? '');
});

test('loading: every way reaches its first address, over the line that was asked for', async ({ page }) => {
  await start(page, 'kind=loading&pace=quick&latency=20&megabits=20');
  await done(page, 'loading');
  const { entrants, tasks } = await latest(page);
  const [ours, , sequential, , emscripten] = tasks[0].results;
  for (const result of tasks[0].results) expect(result.failure, result.name).toBeUndefined();
  const middle = (/** @type {{ samples: number[] }} */ { samples }) =>
    samples.toSorted((a, b) => a - b)[samples.length >> 1] / 1e6;
  // Two trips at least: the scripts, then the modules; one after the other is a third.
  expect(middle(ours)).toBeGreaterThan(40);
  expect(middle(sequential)).toBeGreaterThan(60);
  expect(emscripten.name).toBe('Emscripten');
  expect(middle(emscripten)).toBeGreaterThan(40);
  const built = JSON.parse((await distFile('build.json')).body.toString()).sizes;
  const files = Object.keys(built).filter((file) =>
    /^lib\/loader\/.*\.js$|^(memory|program)\.wasm$/.test(file),
  );
  expect(files).toEqual(expect.arrayContaining(['lib/loader/index.js', 'memory.wasm', 'program.wasm']));
  expect(entrants[0].bytes).toBe(files.reduce((sum, file) => sum + built[file].raw, 0));
  await expect(section(page, 'loading').locator('tbody tr').first()).toContainText(String(entrants[0].bytes));
});

test('allocators: every one on every chosen workload, with pages and bytes', async ({ page }) => {
  await start(page, 'kind=allocators&pace=quick&only=stack,jq');
  const allocators = section(page, 'allocators');
  // Results come while it runs.
  await expect(allocators.locator('tbody th', { hasText: 'stack-like' })).toBeVisible({ timeout: LIMIT });
  await done(page, 'allocators');
  const { entrants, tasks } = await latest(page);
  expect(entrants[0].name).toBe('memory.wasm');
  expect(entrants.map((/** @type {{ name: string }} */ { name }) => name)).toEqual(
    expect.arrayContaining(['dlmalloc', 'emmalloc']),
  );
  await expect(allocators.locator('tbody th')).toHaveText([
    'stack-like',
    'trace: jq',
    'geometric mean',
    'bytes',
    'with gzip',
  ]);
  const memory = (await distFile('memory.wasm')).body;
  await expect(allocators.locator('tbody tr', { hasText: 'bytes' }).locator('td').first()).toHaveText(
    String(memory.length),
  );
  for (const { results } of tasks) for (const { pages } of results) expect(pages).toBeGreaterThan(0);
  await expect(allocators.locator('.verdicts')).toContainText('Size: ');
});

test('it is cancelled at once, and can be started again', async ({ page }) => {
  await page.goto('measure.html');
  const allocators = section(page, 'allocators');
  await allocators.getByRole('button', { name: 'Measure' }).click();
  await expect(allocators.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await expect(section(page, 'wiring').getByRole('button', { name: 'Measure' })).toBeDisabled();
  // The first results are there, shown or not.
  await expect(allocators.getByRole('status')).toHaveText(/s left\. (?!stack-like)/, { timeout: LIMIT });
  await allocators.getByRole('button', { name: 'Cancel' }).click();
  await expect(allocators.getByRole('status')).toHaveText(
    'Cancelled. The samples taken until then are not kept.',
  );
  await expect(allocators.getByRole('button', { name: 'Measure' })).toBeFocused();
  expect(await latest(page)).toBeUndefined();
  await page.waitForTimeout(1000); // longer than the page waits before it shows results that came in
  await expect(allocators.locator('.result')).toBeEmpty();

  await allocators.getByRole('textbox').fill('stack');
  await page.keyboard.press('Enter');
  await done(page, 'allocators');
  const again = allocators.getByRole('link', { name: 'Link to a run with these settings' });
  await expect(again).toHaveAttribute('href', /[?&]only=stack&/);
  expect(new URL(page.url()).search, 'a reload measures nothing').toBe('');
});

test('what was cancelled leaves the page as it was before', async ({ page }) => {
  await start(page, 'kind=wiring&pace=quick');
  await done(page, 'wiring');
  const wiring = section(page, 'wiring');
  const before = await wiring.locator('tbody').textContent();
  await wiring.getByRole('combobox', { name: 'Pace' }).selectOption('normal');
  await wiring.getByRole('button', { name: 'Measure' }).click();
  await expect(wiring.locator('.exports')).toHaveCount(0);
  // The first results are there and wait to be shown.
  await expect(wiring.getByRole('status')).toContainText('in a loop inside wasm', { timeout: LIMIT });
  await wiring.getByRole('button', { name: 'Cancel' }).click();
  await page.waitForTimeout(1000);
  await expect(wiring.getByRole('status')).toHaveText(/^Cancelled\. .* The run before:$/);
  await expect(wiring.locator('tbody')).toHaveText(String(before));
  await expect(wiring.locator('.exports')).toBeVisible();
});

test('the chart is never that of another run than the table', async ({ page }) => {
  await start(page, 'kind=allocators&pace=quick&only=stack');
  await done(page, 'allocators');
  const allocators = section(page, 'allocators');
  await expect(allocators.locator('canvas')).toBeVisible();
  // The yardstick is one more entrant, so the two runs differ in what the chart and the table name.
  await page.evaluate(() => {
    const result = /** @type {Element} */ (document.querySelector('#allocators .result'));
    const mixed = new Set();
    const check = () => {
      const marks = result.querySelectorAll('.marks li').length;
      const columns = result.querySelectorAll('thead th').length;
      if (marks && marks !== columns) mixed.add(`${marks} marks, ${columns} columns`);
    };
    check();
    new MutationObserver(check).observe(result, { childList: true, subtree: true });
    /** @type {any} */ (window).mixed = () => [...mixed];
  });
  await allocators.getByRole('checkbox').check();
  await allocators.getByRole('textbox').fill('stack,queue,tree,trace');
  await allocators.getByRole('button', { name: 'Measure' }).click();
  await expect(allocators.locator('.exports')).toHaveCount(0);
  await expect(allocators.locator('canvas')).toBeVisible({ timeout: LIMIT });
  await allocators.getByRole('button', { name: 'Cancel' }).click();
  await expect(allocators.locator('.exports')).toBeVisible();
  await expect(allocators.locator('canvas')).toBeVisible();
  expect(await page.evaluate(() => /** @type {any} */ (window).mixed())).toEqual([]);
});

/**
 * The longest task of the main thread while something happens, in milliseconds of its own processor time:
 * what other processes on a busy machine take away is not the page's.
 * @param {Page} page @param {() => Promise<void>} happening
 */
async function longestTask(page, happening) {
  const browser = /** @type {import('@playwright/test').Browser} */ (page.context().browser());
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await happening();
  /** @type {{ traceEvents: any[] }} */
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const of = (/** @type {any} */ { pid, tid }) => `${pid} ${tid}`;
  const main = traceEvents
    .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
    .map(of);
  const tasks = traceEvents.filter(
    (event) => /RunTask/.test(event.name) && event.tdur >= 0 && main.includes(of(event)),
  );
  expect(tasks.length).toBeGreaterThan(100);
  return Math.max(...tasks.map(({ tdur }) => tdur)) / 1000;
}

test('the page stays responsive while it measures', async ({ page, browserName }) => {
  test.skip(browserName !== 'chromium', 'only Chromium tells how long its tasks are');
  await page.goto('measure.html');
  const allocators = section(page, 'allocators');
  await allocators.getByRole('combobox', { name: 'Pace' }).selectOption('quick');
  await allocators.getByRole('textbox').fill('stack,queue,tree,trace');
  // A processor that is shared is also slower by itself: one run of three shows that no task must be longer.
  const longest = [];
  for (let i = 0; i < 3; i++) {
    const most = await longestTask(page, async () => {
      await allocators.getByRole('button', { name: 'Measure' }).click();
      await expect(allocators.getByRole('status')).toContainText('Done', { timeout: LIMIT });
      await expect(allocators.locator('.exports')).toBeVisible();
      await page.waitForTimeout(500);
    });
    if (most <= 50) return;
    longest.push(most);
  }
  expect(longest, 'milliseconds of the longest task').toEqual([]);
});

test('a hidden page pauses, says so and goes on', async ({ page }) => {
  await start(page, 'kind=wiring&pace=normal');
  const wiring = section(page, 'wiring');
  await expect(wiring.getByRole('status')).toContainText('s left', { timeout: LIMIT });
  const hide = (/** @type {boolean} */ hidden) =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await hide(true);
  await expect(wiring.getByRole('status')).toHaveText(/^Paused, because this page is not on the screen/);
  await page.waitForTimeout(300);
  const value = await wiring.locator('progress').getAttribute('value');
  await page.waitForTimeout(700);
  expect(await wiring.locator('progress').getAttribute('value')).toBe(value);
  await expect(wiring.getByRole('status')).toHaveText(/^Paused/);
  await hide(false);
  await done(page, 'wiring');
});

test('an allocator that traps leaves the table, the others stay', async ({ page, servedBy }) => {
  const { url } = await servedBy(serving({ 'bench/dlmalloc.wasm': trapping }));
  await start(page, 'kind=allocators&pace=quick&only=queue', url);
  await done(page, 'allocators');
  const allocators = section(page, 'allocators');
  const row = allocators.locator('tbody tr', { hasText: 'queue' });
  await expect(row.locator('td').nth(1)).toHaveText('failed');
  await expect(row.locator('td').nth(0)).toContainText('±');
  await expect(row.locator('td').nth(2)).toContainText('±');
  await expect(allocators.locator('.verdicts')).toContainText(/dlmalloc failed on “queue”: .*unreachable/);
  await expect(allocators.locator('.result')).toContainText(
    '▸ What was lost, missed or could not be decided.',
  );
});

test('what is missing is said, with what to do', async ({ page, servedBy, faults }) => {
  faults.allow(/404/);
  const { url } = await servedBy(
    async (file) =>
      (file === 'bench/emmalloc.wasm' ? null : distFile(file)) ?? { status: 404, headers: {}, body: 'no' },
  );
  await start(page, 'kind=allocators&pace=quick&only=stack', url);
  const alert = section(page, 'allocators').locator('.alert');
  await expect(alert).toContainText(
    /Unable to fetch Web Assembly file http\S+bench\/emmalloc\.wasm\. The server answered 404/,
  );
  await expect(alert).toContainText('Check that the file was built');
  await expect(section(page, 'allocators').getByRole('button', { name: 'Measure' })).toBeEnabled();
});

test('a file that is damaged, or does not come, is said by name', async ({ page, servedBy, faults }) => {
  faults.allow(/ERR_EMPTY_RESPONSE/);
  const html = { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html>' };
  for (const [kind, file, answer, says] of /** @type {const} */ ([
    ['allocators', 'bench/emmalloc.wasm', html, /emmalloc\.wasm cannot be compiled: .*often an HTML page/],
    ['wiring', 'bench/bench.json', html, /bench\.json is no JSON: .*Build the site again/],
    ['loading', 'build.json', html, /build\.json is no JSON/],
    ['loading', 'build.json', null, /Unable to fetch file http\S+build\.json\. No answer/],
    ['wiring', 'memory.wasm', null, /file http\S+memory\.wasm\. No answer.*Check that the server is running/],
  ])) {
    const { url } = await servedBy((wanted) => (wanted === file ? answer : distFile(wanted)));
    await start(page, `kind=${kind}&pace=quick`, url);
    await expect(section(page, kind).locator('.alert')).toContainText(says);
    await expect(section(page, kind).locator('.result')).toBeEmpty();
  }
});

test('a link that asks for nothing there is says so', async ({ page }) => {
  await start(page, 'kind=magic');
  await expect(page.locator('#alert')).toContainText('Nothing called “magic” can be measured.');
  await start(page, 'kind=allocators&pace=quick&only=nonsense');
  const alert = section(page, 'allocators').locator('.alert');
  await expect(alert).toContainText('No workload has “nonsense” in its name.');
  await expect(alert).toContainText('Leave it out for all workloads');
  for (const [query, says] of [
    ['kind=loading&latency=45', 'no “45” for latency.Choose one of these: 0, 20, 60, 200'],
    ['kind=loading&megabits=many', 'no “many” for megabits'],
    ['kind=wiring&pace=wild', 'no “wild” for pace.Choose one of these: quick, normal, thorough'],
    ['kind=allocators&floor=no', 'no “no” for floor.Choose one of these: yes; or leave it out'],
  ]) {
    await start(page, query);
    await expect(page.locator('.measure .alert')).toContainText(says);
    await expect(page.getByRole('button', { name: 'Cancel' })).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Measure' })).toHaveCount(KINDS.length);
  }
});

test('without isolation the clock is coarser, and the page says so', async ({ page, servedBy }) => {
  const { url } = await servedBy();
  await start(page, 'kind=allocators&pace=quick&only=temporaries', url);
  await expect(page.locator('#isolation')).toContainText('is not isolated');
  await done(page, 'allocators');
  const { clockStep, tasks } = await latest(page);
  expect(clockStep).toBeGreaterThanOrEqual(0.04);
  for (const { results } of tasks) for (const { samples } of results) expect(samples).toHaveLength(15);
});

test.describe('storage', () => {
  test('that is full: the run is shown, and that it is not kept', async ({ page }) => {
    await page.goto('measure.html');
    await page.evaluate(() => {
      for (let size = 2 ** 22; size >= 1; size /= 2) {
        for (let i = 0; ; i++) {
          try {
            localStorage.setItem(`full-${size}-${i}`, 'x'.repeat(size));
          } catch {
            break;
          }
        }
      }
    });
    await start(page, 'kind=wiring&pace=quick');
    await done(page, 'wiring');
    await expect(section(page, 'wiring').getByRole('status')).toContainText(
      'There is no room in this browser',
    );
  });

  test('that is forbidden: the same', async ({ page }) => {
    await page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('no', 'SecurityError');
        },
      });
    });
    await start(page, 'kind=wiring&pace=quick');
    await done(page, 'wiring');
    await expect(section(page, 'wiring').getByRole('status')).toContainText(
      'does not let the page keep anything',
    );
    await expect(section(page, 'wiring').locator('tbody tr')).toHaveCount(5);
  });
});

test('runs are compared, saved as JSON, CSV, text and PNG, and linked to', async ({ page }) => {
  await page.addInitScript(() => {
    /** @type {any} */ (window).saved = [];
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      if (/** @type {Blob} */ (blob).type !== 'text/javascript') /** @type {any} */ (window).saved.push(blob);
      return make(blob);
    };
    // What is saved is looked at here; a download would end up in a file of the browser's.
    HTMLAnchorElement.prototype.click = function () {
      /** @type {any} */ (window).savedAs = this.download;
    };
  });
  await start(page, 'kind=wiring&pace=quick');
  await done(page, 'wiring');
  const wiring = section(page, 'wiring');
  await expect(wiring).toContainText('There is no earlier run of this kind');
  await wiring.getByRole('button', { name: 'Measure' }).click();
  await expect(wiring.getByRole('combobox', { name: 'Compare with' })).toBeVisible({ timeout: LIMIT });
  await wiring.getByRole('combobox', { name: 'Compare with' }).selectOption({ index: 1 });
  await expect(wiring.locator('.compare')).toContainText(/No difference seen in \d+ of 10 figures/);

  const run = await latest(page);
  /** @param {string} label */
  const saved = async (label) => {
    await wiring.getByRole('button', { name: label }).click();
    await expect.poll(() => page.evaluate(() => /** @type {any} */ (window).saved.length)).toBe(1);
    return page.evaluate(async () => {
      const [blob] = /** @type {any} */ (window).saved.splice(0);
      const bytes = new Uint8Array(await blob.arrayBuffer());
      return {
        name: /** @type {any} */ (window).savedAs,
        type: blob.type,
        text: await blob.text(),
        start: [...bytes.slice(0, 4)],
        size: bytes.length,
      };
    });
  };
  const json = await saved('Save as JSON');
  expect(json.name).toMatch(/^heap-lab-wiring-\d{4}-\d\d-\d\d-\d\d-\d\d\.json$/);
  expect(JSON.parse(json.text)).toMatchObject([run]);
  const csv = await saved('Save as CSV');
  expect(csv.text.split('\r\n')).toHaveLength(2 + 2 * 5 * 15);
  for (const field of [run.date, run.engine, String(run.cores), run.build])
    expect(csv.text).toContain(`"${field}"`);
  expect((await saved('Save as text')).text).toContain('ns per operation');
  const png = await saved('Save the chart as PNG');
  expect(png.start).toEqual([0x89, 0x50, 0x4e, 0x47]);
  expect(png.size).toBeGreaterThan(2000);

  const link = await wiring.getByRole('link', { name: 'Link to a run' }).getAttribute('href');
  expect(link).toMatch(/measure\.html\?pace=quick&kind=wiring#wiring$/);
  // While another kind is measured, nothing here can be started, and its progress stays on the page.
  const allocators = section(page, 'allocators');
  await allocators.getByRole('button', { name: 'Measure' }).click();
  await wiring.getByRole('button', { name: 'Forget all runs' }).click();
  await expect(wiring.getByRole('combobox', { name: 'Pace' })).toBeFocused();
  await expect(wiring.getByRole('status')).toContainText('This device keeps no runs any more');
  await expect(allocators.getByRole('status')).toHaveText(/^Loading|s left\./);
  expect(await latest(page)).toBeUndefined();
});

test('npm run bench drives this page and prints the same table', async ({ browserName }) => {
  const bench = fileURLToPath(new URL('../scripts/bench.mjs', import.meta.url));
  const file = test.info().outputPath('run.json');
  await mkdir(path.dirname(file), { recursive: true });
  const args = ['--browser', browserName, '--what', 'wiring', '--pace', 'quick', '--json', file];
  const { stdout } = await promisify(execFile)('node', [bench, ...args]);
  expect(stdout).toMatch(
    /ns per operation +static +direct +table +placeholders +rest stubs\ncalled from JavaScript /,
  );
  const again = await promisify(execFile)('node', [bench, '--from', file]);
  expect(again.stdout).toBe(stdout);
  const [{ engine }] = JSON.parse(await readFile(file, 'utf8'));
  expect(engine.toLowerCase()).toContain(browserName);
});

test('axe finds nothing, light or dark', async ({ page }) => {
  await start(page, 'kind=wiring&pace=quick');
  await done(page, 'wiring');
  expect(await barriers(page)).toEqual([]);
});

test('on a phone nothing sticks out', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await start(page, 'kind=allocators&pace=quick&only=stack,jq');
  await done(page, 'allocators');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await expect(section(page, 'allocators').locator('canvas')).toBeVisible();
});

test('a chart that was drawn in the dark, for a wide screen, is dark on paper, and all of it', async ({
  page,
  browserName,
}) => {
  test.skip(browserName === 'firefox', 'Playwright cannot switch this Firefox to print');
  await page.emulateMedia({ colorScheme: 'dark' });
  await start(page, 'kind=wiring&pace=quick');
  await done(page, 'wiring');
  const canvas = section(page, 'wiring').locator('canvas');
  await expect(canvas).toBeVisible();
  /** The middle of a mark of ink, as parts of the canvas. */
  const at = await canvas.evaluate((/** @type {HTMLCanvasElement} */ element) => {
    const { width, height } = element;
    const { data } = /** @type {CanvasRenderingContext2D} */ (element.getContext('2d')).getImageData(
      0,
      0,
      width,
      height,
    );
    const isInk = (/** @type {number} */ pixel) => data[4 * pixel + 3] === 255 && data[4 * pixel] > 200;
    const around = [-2, -1, 0, 1, 2].flatMap((dy) => [-2, -1, 0, 1, 2].map((dx) => dy * width + dx));
    for (let pixel = 2 * width; pixel < (height - 2) * width; pixel++) {
      if (around.every((other) => isInk(pixel + other))) {
        return { x: (pixel % width) / width, y: Math.floor(pixel / width) / height };
      }
    }
    throw new Error('There is no mark on the chart.');
  });
  // Browsers print in light colours, on what is narrower than the screen, and nothing is drawn anew for it.
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + LIMIT);
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  await page.setViewportSize({ width: 700, height: 900 });
  const box = await canvas.boundingBox();
  if (!box) throw new Error('There is no chart on paper.');
  expect(box.x + box.width).toBeLessThanOrEqual(700);
  const ink = await pixel(canvas, { x: at.x * box.width, y: at.y * box.height });
  expect(Math.max(...ink)).toBeLessThan(100);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test('the page can be read', async ({ page, browserName }) => {
    test.skip(browserName === 'firefox', 'Playwright cannot switch JavaScript off in this Firefox');
    await page.goto('measure.html');
    await expect(page.locator('noscript p')).toBeVisible();
    await expect(page.locator('#method')).toContainText('How it is measured');
  });
});
