/**
 * A smoke check in WebKit, the engine of Safari: Debian's WebKitGTK on a virtual display. Playwright cannot
 * drive this one, so the tests speak WebDriver themselves. Playwright's own WebKit, where it is installed,
 * runs all of e2e/.
 *
 * The tests open each page, reach the first address with each wiring, and make and delete a record.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort, serve } from '../scripts/serve.mjs';

const dist = fileURLToPath(new URL('../dist', import.meta.url));

/** @type {import('node:child_process').ChildProcess[]} */
const children = [];
let site = '';
let session = '';
let stopServing = () => {};

/** @param {string} command @param {string[]} args @param {import('node:child_process').StdioOptions} stdio */
function start(command, args, stdio, env = {}) {
  const child = spawn(command, args, { stdio, env: { ...process.env, ...env } });
  children.push(child);
  return child;
}

/**
 * Sends one WebDriver command, and returns its value.
 * @param {string} method @param {string} path @param {object} [body]
 */
async function driver(method, path, body) {
  const response = await fetch(session + path, { method, body: body && JSON.stringify(body) });
  const { value } = /** @type {{ value: any }} */ (await response.json());
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

const evaluate = (/** @type {string} */ script) => driver('POST', '/execute/sync', { script, args: [] });

/** Waits until a script is true, or fails with the text of the page. @param {string} script */
async function eventually(script) {
  const until = Date.now() + 15_000;
  while (!(await evaluate(`return ${script}`))) {
    if (Date.now() > until)
      assert.fail(`never true: ${script}\n${await evaluate('return document.body.innerText')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A script: the text of all alerts on the page. */
const ALERTS = `[...document.querySelectorAll('[role=alert]')].map((p) => p.textContent.trim()).join('')`;
const assertNoAlert = async () => assert.equal(await evaluate(`return ${ALERTS}`), '');

/**
 * Opens a page, waits until it is ready, and asserts that it shows no alert. Until a page is ready, it has a
 * part that is busy, or a form whose button is disabled.
 * @param {string} path
 */
async function open(path) {
  await driver('POST', '/url', { url: site + path });
  const isWaiting = `document.querySelector('[aria-busy=true], form button:disabled')`;
  await eventually(`document.readyState === 'complete' && (!${isWaiting} || ${ALERTS})`);
  await assertNoAlert();
}

/** WebKitGTK's own small browser: /usr/lib/ARCHITECTURE/webkit2gtk-VERSION/MiniBrowser. */
async function miniBrowser() {
  for (const architecture of await readdir('/usr/lib')) {
    for (const library of await readdir(`/usr/lib/${architecture}`).catch(() => [])) {
      const program = `/usr/lib/${architecture}/${library}/MiniBrowser`;
      if (library.startsWith('webkit2gtk-') && existsSync(program)) return program;
    }
  }
  throw new Error('This machine has WebKitWebDriver, but not the MiniBrowser that it drives.');
}

before(async () => {
  const server = await serve(await freePort());
  stopServing = server.stop;
  site = server.url;

  const xvfb = start(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'],
    ['ignore', 'ignore', 'ignore', 'pipe'],
  );
  const [display] = await once(/** @type {import('node:stream').Readable} */ (xvfb.stdio[3]), 'data');

  const port = await freePort();
  start('WebKitWebDriver', [`--port=${port}`], 'ignore', {
    DISPLAY: `:${String(display).trim()}`,
    // The sandbox needs namespaces, and containers often have none.
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
  });
  session = `http://127.0.0.1:${port}/session`;
  const options = { binary: await miniBrowser(), args: ['--automation'] };
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } };
  for (let tries = 0; ; tries += 1) {
    try {
      session += `/${(await driver('POST', '', { capabilities })).sessionId}`;
      return;
    } catch (error) {
      // A TypeError says that the driver does not listen yet.
      if (tries === 50 || !(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
});

after(async () => {
  await driver('DELETE', '').catch(() => {});
  for (const child of children) child.kill();
  stopServing();
});

for (const wiring of ['shared', 'parallel', 'callbacks']) {
  test(`the first address stands, wired as ${wiring}`, async () => {
    await open(`index.html?wiring=${wiring}`);
    const address = await evaluate(
      `return document.querySelector('[data-testid=first-address]').textContent`,
    );
    assert.match(address, /^0x[0-9a-f]+$/i);
  });
}

test('a record is made and deleted', async () => {
  await open('index.html');
  const cells = `[...document.querySelectorAll('#records tbody td:nth-child(2)')]`;
  const ids = `${cells}.map((cell) => cell.textContent).join()`;
  await eventually(`${ids} === '2'`);
  await evaluate(`document.querySelector('#create button').click()`);
  await eventually(`${ids} === '3,2'`);
  await evaluate(`document.querySelector('#records tbody button').click()`);
  await eventually(`${ids} === '2'`);
  await assertNoAlert();
});

for (const page of (await readdir(dist)).filter((file) => file.endsWith('.html')))
  test(`${page} opens and shows no alert`, () => open(page));
