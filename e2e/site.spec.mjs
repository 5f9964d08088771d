/**
 * The site as a site: what it asks for, under which policy, and from which servers and folders it works.
 *
 * That no page makes a warning, an error or a request to another host is checked in every test, by fixtures.mjs.
 */
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { distFile, expect, test } from './fixtures.mjs';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const pages = (await readdir(dist)).filter((file) => file.endsWith('.html'));
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'";

/** @param {import('@playwright/test').Page} page */
const firstAddress = (page) => page.getByTestId('first-address');

/** Whether the page is done with the network for a while. @param {import('@playwright/test').Page} page */
async function settle(page) {
  await page.waitForLoadState('networkidle');
}

for (const file of pages) {
  test(`${file} has the policy, and what it needs is in its own folder`, async ({ page, baseURL }) => {
    /** @type {string[]} */
    const elsewhere = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(String(baseURL))) elsewhere.push(request.url());
    });
    await page.goto(file);
    await settle(page);
    await expect(page.locator('meta[http-equiv="Content-Security-Policy"]')).toHaveAttribute(
      'content',
      POLICY,
    );
    expect(elsewhere.filter((url) => !url.startsWith('data:'))).toEqual([]);
  });

  test(`${file} refers only to files that are there`, async ({ page, request }) => {
    await page.goto(file);
    const urls = await page
      .locator('a[href], link[href], script[src], img[src]')
      .evaluateAll((elements) =>
        elements.map((element) => /** @type {any} */ (element).href || /** @type {any} */ (element).src),
      );
    const here = new URL('.', page.url()).href;
    const inside = [...new Set(urls.map((url) => url.replace(/#.*/, '')))].filter((url) =>
      url.startsWith(here),
    );
    expect(inside.length).toBeGreaterThan(0);
    for (const url of inside) expect((await request.get(url)).status(), url).toBe(200);
  });
}

test('asks for nothing twice until the first address stands', async ({ page }) => {
  /** @type {string[]} */
  const urls = [];
  page.on('request', (request) => urls.push(request.url()));
  await page.goto('./');
  await expect(firstAddress(page)).toHaveText(/^0x[0-9a-f]+$/i);
  expect(urls.length).toBe(new Set(urls).size);
});

test('opens a wiring at the bare address of emrun, which adds a slash to it', async ({ page }) => {
  await page.goto('./?wiring=parallel');
  await expect(firstAddress(page)).toHaveText(/^0x[0-9a-f]+$/i);
});

test('works from a sub-folder of a plain server that sends no isolation headers', async ({
  page,
  servedBy,
}) => {
  const server = await servedBy((file) =>
    file.startsWith('a folder/lab/')
      ? distFile(file.slice('a folder/lab/'.length))
      : distFile('is not there'),
  );
  await page.goto(`${server.url}a%20folder/lab/`);
  await expect(firstAddress(page)).toHaveText(/^0x[0-9a-f]+$/i);
  await settle(page);
  expect(
    server.requests.filter((file) => !file.startsWith('a folder/lab/') && file !== 'favicon.ico'),
  ).toEqual([]);
});

test('works where the server knows no type for wasm', async ({ page, servedBy }) => {
  const server = await servedBy(async (file) => {
    const answer = await distFile(file);
    if (file.endsWith('.wasm')) answer.headers['content-type'] = 'application/octet-stream';
    return answer;
  });
  await page.goto(server.url);
  await expect(firstAddress(page)).toHaveText(/^0x[0-9a-f]+$/i);
});

test('says what to do when it is opened as a file', async ({ page, faults }) => {
  faults.allow(/file:|CORS|Cross-Origin|Content.Security/i); // the browser's own words about modules from files
  await page.goto(`file://${dist}/index.html`);
  await expect(page.getByRole('alert')).toContainText('npm start');
});

test('fits a phone whose letters are twice as big', async ({ playwright, browserName, baseURL }, {
  project,
}) => {
  test.skip(browserName !== 'chromium', 'only Chromium takes the size at its start');
  const { launchOptions } = project.use;
  const args = [...(launchOptions?.args ?? []), '--blink-settings=defaultFontSize=32'];
  const browser = await playwright.chromium.launch({ ...launchOptions, args });
  const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
  const steps = ['record', 'functions', 'wasm', 'imports', 'callbacks', 'parallel', 'shared', 'cost'];
  for (const file of ['', 'measure.html', ...steps.map((step) => `lesson.html#${step}`)]) {
    await page.goto(`${baseURL}${file}`);
    await page.waitForLoadState('networkidle');
    const outside = await page.evaluate(() =>
      [...document.querySelectorAll('main *, header *')]
        .filter((element) => {
          const { left, right, width } = element.getBoundingClientRect();
          return (
            width > 1 && (left < 0 || right > innerWidth) && !element.closest('.scroll, pre, .listing, .bar')
          );
        })
        .map((element) => element.outerHTML.slice(0, 80)),
    );
    expect(outside, file).toEqual([]);
  }
  await browser.close();
});
