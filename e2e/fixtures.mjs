/**
 * What every browser test starts from: Playwright's `test`, made strict.
 *
 * - A warning or an error in the console, an uncaught error, and a request to another host each fail the
 *   test. A test that provokes one declares it first: `faults.allow(/pattern/)`.
 * - `servedBy(handler)` starts a web server for this test alone, where emrun cannot answer as the test needs.
 * - `barriers(page)` lists what axe finds wrong with the page's accessibility.
 * - `pixel(locator)` reads a colour as it was painted.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect } from '@playwright/test';
import axe from 'axe-core';

export { expect };

const dist = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'dist');
/** The media type of a file, by the end of its name. @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

/** The answer of a server to a request for a file of a folder. @param {string} folder @param {string} file */
export async function fileOf(folder, file) {
  const body = await readFile(path.join(folder, file)).catch(() => null);
  return body
    ? { status: 200, headers: { 'content-type': TYPES[path.extname(file)] ?? 'text/plain' }, body }
    : { status: 404, headers: { 'content-type': 'text/plain' }, body: Buffer.from('not found') };
}

/** The same for the built site. @param {string} file */
export const distFile = (file) => fileOf(dist, file);

/**
 * @typedef {{ status: number, headers: Record<string, string>, body: Buffer | string }} Answer
 * @typedef {(file: string) => Answer | null | Promise<Answer | null>} Handler null cuts the connection
 * @typedef {{ url: string, requests: string[], stop: () => Promise<void> }} Server
 */

/** @param {Handler} handler @returns {Promise<Server>} */
async function startServer(handler) {
  /** @type {string[]} */
  const requests = [];
  const server = createServer(async (request, response) => {
    const file = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname).slice(1);
    requests.push(file);
    const answer = await handler(file.endsWith('/') || !file ? `${file}index.html` : file);
    if (!answer) {
      response.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise((resolve) => server.listen(0, 'localhost', () => resolve(null)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://localhost:${port}/`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * What axe finds wrong in the page as it is now, each with its elements: by all rules in the light scheme, by
 * the rules about colours in the dark one.
 *
 * Axe is put into the page only once, because its half a megabyte takes longer to get there than to run.
 * @param {import('@playwright/test').Page} page
 */
export async function barriers(page) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  /** @type {string[]} */
  const found = [];
  for (const [colorScheme, rules] of /** @type {const} */ ([
    ['light', {}],
    ['dark', { runOnly: ['color-contrast', 'link-in-text-block'] }],
  ])) {
    await page.emulateMedia({ colorScheme });
    const violations = await page.evaluate(
      async (options) => {
        const { violations } = await /** @type {any} */ (globalThis).axe.run(options);
        return violations.map(
          (/** @type {import('axe-core').Result} */ { id, nodes }) =>
            `${id}: ${nodes.map(({ html }) => html).join(' | ')}`,
        );
      },
      /** @type {import('axe-core').RunOptions} */ ({ ...rules, resultTypes: ['violations'] }),
    );
    found.push(...violations.map((/** @type {string} */ violation) => `${colorScheme}: ${violation}`));
  }
  return found;
}

/**
 * The colour of one pixel, as it was painted. The computed style of an element can be another.
 *
 * @param {import('@playwright/test').Locator} locator
 * @param {{ x?: number, y?: number }} [at] from the element's top left corner; by default its middle
 * @returns {Promise<number[]>} red, green and blue, from 0 to 255
 */
export async function pixel(locator, { x, y } = {}) {
  await locator.scrollIntoViewIfNeeded();
  const box = await locator.boundingBox();
  if (!box) throw new Error('An element that is not shown has no colour.');
  const clip = { x: box.x + (x ?? box.width / 2), y: box.y + (y ?? box.height / 2), width: 1, height: 1 };
  const png = (await locator.page().screenshot({ clip })).toString('base64');
  return locator.evaluate(async (_, data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const ctx = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));
    ctx.drawImage(image, 0, 0);
    return [...ctx.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  }, png);
}

/** The faults that a page showed while a test ran, and the patterns of those that the test expects. */
class Faults {
  /** @type {string[]} */ seen = [];
  /** @type {RegExp[]} */ allowed = [];

  /** @param {RegExp} pattern */
  allow(pattern) {
    this.allowed.push(pattern);
  }

  unexpected() {
    return this.seen.filter((fault) => !this.allowed.some((pattern) => pattern.test(fault)));
  }

  /** @param {import('@playwright/test').BrowserContext} context */
  watch(context) {
    context.on('console', (message) => {
      if (!['warning', 'error'].includes(message.type())) return;
      const { url, lineNumber } = message.location();
      this.seen.push(`console.${message.type()}: ${message.text()} (${url}:${lineNumber})`);
    });
    context.on('weberror', (error) => this.seen.push(`uncaught: ${error.error().stack ?? error.error()}`));
    context.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      const local = ['data:', 'blob:', 'file:'].includes(protocol) || hostname === 'localhost';
      if (!local) this.seen.push(`request to another host: ${request.url()}`);
    });
  }
}

/**
 * @typedef {{ faults: Faults, servedBy: (handler?: Handler) => Promise<Server> }} Own
 * @type {import('@playwright/test').Fixtures<Own, {}, import('@playwright/test').PlaywrightTestArgs>}
 */
const fixtures = {
  faults: [
    async ({ context }, use) => {
      const faults = new Faults();
      faults.watch(context);
      await use(faults);
      expect(faults.unexpected(), 'nothing goes wrong in the page or its console').toEqual([]);
    },
    { auto: true },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: the pattern tells Playwright that no fixture is needed
  servedBy: async ({}, use) => {
    /** @type {Server[]} */
    const servers = [];
    await use(async (handler = distFile) => {
      const server = await startServer(handler);
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.stop();
  },
};

export const test = base.extend(fixtures);
