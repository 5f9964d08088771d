/**
 * The site as a site, every page of dist/ alike: what a page asks for, under which policy, from which servers
 * and folders it works, and that anyone can read it.
 *
 * Every test also fails on a warning, an error or a request to another host: fixtures.mjs watches for them.
 */
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { barriers, distFile, expect, test } from './fixtures.mjs';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const pages = (await readdir(dist)).filter((file) => file.endsWith('.html'));
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'";

/** @typedef {import('@playwright/test').Page} Page */

/** @param {Page} page */
const firstAddress = (page) => page.getByTestId('first-address');

/** Waits until the page has asked for nothing for a while. @param {Page} page */
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
    const policy = await page.getAttribute('meta[http-equiv="Content-Security-Policy"]', 'content');
    expect(policy?.trim().replace(/\s+/g, ' ')).toBe(POLICY);
    expect(elsewhere.filter((url) => !url.startsWith('data:'))).toEqual([]);
  });

  test(`${file} refers only to files that are there`, async ({ page }) => {
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
    const answers = await page.evaluate(
      (asked) => Promise.all(asked.map(async (url) => ({ url, status: (await fetch(url)).status }))),
      inside,
    );
    expect(answers).toEqual(inside.map((url) => ({ url, status: 200 })));
  });

  test(`${file} is the one current page of the navigation, and axe finds nothing in it`, async ({ page }) => {
    await page.goto(file);
    await settle(page);
    const current = page.locator('nav[aria-label=Sections] [aria-current=page]');
    await expect(current).toHaveCount(1);
    const leadsTo = await current.evaluate((link) => /** @type {HTMLAnchorElement} */ (link).href);
    expect(leadsTo.replace(/\/$/, '/index.html')).toBe(page.url());
    expect(await barriers(page)).toEqual([]);
  });

  test(`${file} works from a sub-folder of a plain server that sends no isolation headers`, async ({
    page,
    servedBy,
  }) => {
    const folder = 'a folder/lab/';
    const server = await servedBy((asked) =>
      distFile(asked.startsWith(folder) ? asked.slice(folder.length) : 'is not there'),
    );
    await page.goto(`${server.url}a%20folder/lab/${file === 'index.html' ? '' : file}`);
    if (file === 'index.html') await expect(firstAddress(page)).toHaveText(/^0x[0-9a-f]+$/i);
    await settle(page);
    await expect(page.locator('.alert:visible')).toHaveCount(0);
    expect(server.requests.filter((asked) => !asked.startsWith(folder) && asked !== 'favicon.ico')).toEqual(
      [],
    );
  });

  test.describe('without JavaScript', () => {
    test.use({ javaScriptEnabled: false });
    test(`${file} can be read, and says what is missing`, async ({ page, browserName }) => {
      test.skip(browserName === 'firefox', 'Playwright cannot switch JavaScript off in this Firefox');
      await page.goto(file);
      await expect(page.locator('h1')).toBeVisible();
      await expect(page.locator('noscript p')).toContainText('JavaScript is off');
      await expect(page.locator('noscript p')).toBeVisible();
      await expect(page.locator('footer')).toContainText('Licences');
      // Where scripts are off, the page never says that it waits for one.
      await expect(page.locator('#alert')).toHaveCSS('display', 'none');
    });
  });

  test(`${file} keeps silent about its first script while that is on its way`, async ({ page }) => {
    /** @type {() => void} */
    let send = () => {};
    await page.route('**/early.js', (route) => {
      send = () => route.continue();
    });
    await page.goto(file, { waitUntil: 'commit' });
    await expect(page.locator('#alert')).toContainText('waits for its first script');
    await expect(page.getByRole('contentinfo')).toBeVisible();
    await expect(page.locator('#alert')).toBeHidden(); // and so no screen reader reads it out
    send();
    await settle(page);
    await expect(page.locator('#alert')).toBeEmpty();
    expect(await page.locator('#alert').evaluate((alert) => alert.getAnimations().length)).toBe(0);
  });
}

test('says so when the server is gone before the first script comes', async ({
  context,
  servedBy,
  faults,
}) => {
  faults.allow(/ERR_EMPTY_RESPONSE|ERR_CONNECTION|Loading failed|Loading module/);
  const isScript = (/** @type {string} */ file) => file.endsWith('.js');
  const isEarly = (/** @type {string} */ file) => file === 'early.js';
  const opened = [];
  for (const isLost of [isScript, isEarly]) {
    const server = await servedBy((file) => (isLost(file) ? null : distFile(file)));
    for (const file of pages) {
      const page = await context.newPage();
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await page.goto(`${server.url}${file}`);
      opened.push(page);
    }
  }
  for (const page of opened) {
    await expect(page.locator('#alert')).toBeVisible({ timeout: 15_000 });
    await expect(page.locator('#alert')).toContainText('still waits for its first script, early.js');
    await expect(page.locator('#alert')).toContainText('Check that the server is running');
  }
});

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
  faults.allow(/file:|CORS|Cross-Origin|Content.Security/i); // the browser's words on modules from files
  await page.goto(`file://${dist}/index.html`);
  await expect(page.getByRole('alert')).toContainText('npm start');
});

test('fits a phone whose letters are twice as big, and breaks no byte, address or word of a title', async ({
  playwright,
  browserName,
  baseURL,
}, { project }) => {
  test.skip(browserName !== 'chromium', 'only Chromium takes the size at its start');
  const { launchOptions } = project.use;
  const args = [...(launchOptions?.args ?? []), '--blink-settings=defaultFontSize=32'];
  const browser = await playwright.chromium.launch({ ...launchOptions, args });
  const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
  /** @param {string} address */
  const open = async (address) => {
    await page.goto('about:blank'); // so that another #hash is another load
    await page.goto(`${baseURL}${address}`);
    await settle(page);
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
    expect(outside, address).toEqual([]);
    const broken = await page.locator('h1').evaluate((heading) => {
      const text = /** @type {Text} */ (heading.firstChild);
      return [...text.data.matchAll(/\S+/g)]
        .filter(({ index, 0: { length } }) => {
          const word = document.createRange();
          word.setStart(text, index);
          word.setEnd(text, index + length);
          return word.getClientRects().length > 1;
        })
        .map(([word]) => word);
    });
    expect(broken, address).toEqual([]);
    return page.locator('.addresses th, .bytes-row td, .byte').evaluateAll((cells) =>
      cells.map((cell) => {
        const digits = document.createRange();
        digits.selectNodeContents(cell);
        const lines = digits.getClientRects().length;
        return { lines, fits: digits.getBoundingClientRect().width <= cell.clientWidth };
      }),
    );
  };

  const bytes = [];
  for (const file of pages) {
    bytes.push(...(await open(file)));
    const steps = await page
      .locator('.toc a')
      .evaluateAll((links) => links.map((a) => a.getAttribute('href')));
    for (const step of steps) bytes.push(...(await open(file + step)));
  }
  expect(bytes.length).toBeGreaterThan(24);
  expect(bytes.filter(({ lines, fits }) => lines > 1 || !fits).length).toBe(0);
  await browser.close();
});
