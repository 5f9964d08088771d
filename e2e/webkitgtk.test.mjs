/**
 * A smoke check in WebKit, the engine of Safari: Debian's WebKitGTK under a virtual display. Playwright's own
 * WebKit, where it is installed, runs all of e2e/; Debian's is driven through WebDriver, spoken here by hand.
 *
 * It checks that each page opens, that each wiring reaches its first address, and that a record is made and deleted.
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

/** One WebDriver command. @param {string} method @param {string} path @param {object} [body] */
async function driver(method, path, body) {
  const response = await fetch(session + path, { method, body: body && JSON.stringify(body) });
  const { value } = /** @type {{ value: any }} */ (await response.json());
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

const evaluate = (/** @type {string} */ script) => driver('POST', '/execute/sync', { script, args: [] });

/** Waits until a script's value is true, and fails with what the page says if it never is. @param {string} script */
async function eventually(script) {
  const until = Date.now() + 15_000;
  while (!(await evaluate(`return ${script}`))) {
    if (Date.now() > until)
      assert.fail(`never true: ${script}\n${await evaluate('return document.body.innerText')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What the page says is wrong. */
const ALERT = `[...document.querySelectorAll('[role=alert]')].map((alert) => alert.textContent.trim()).join('')`;
const assertNoAlert = async () => assert.equal(await evaluate(`return ${ALERT}`), '');

/**
 * Opens a page, waits until it has done what it does by itself, and holds it to having said that nothing is wrong.
 * Until then a part that is being opened is busy, or a form has nothing yet to act on.
 * @param {string} path
 */
async function open(path) {
  await driver('POST', '/url', { url: site + path });
  const isWaiting = `document.querySelector('[aria-busy=true], form button:disabled')`;
  await eventually(`document.readyState === 'complete' && (!${isWaiting} || ${ALERT})`);
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
  throw new Error('WebKitWebDriver is here, but not the MiniBrowser that it drives.');
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
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', // its sandbox needs namespaces, which containers often lack
  });
  session = `http://127.0.0.1:${port}/session`;
  const options = { binary: await miniBrowser(), args: ['--automation'] };
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } };
  for (let tries = 0; ; tries += 1) {
    try {
      session += `/${(await driver('POST', '', { capabilities })).sessionId}`;
      return;
    } catch (error) {
      if (tries === 50 || !(error instanceof TypeError)) throw error; // TypeError: it does not listen yet
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
  const ids = `[...document.querySelectorAll('#records tbody td:nth-child(2)')].map((cell) => cell.textContent).join()`;
  await eventually(`${ids} === '2'`);
  await evaluate(`document.querySelector('#create button').click()`);
  await eventually(`${ids} === '3,2'`);
  await evaluate(`document.querySelector('#records tbody button').click()`);
  await eventually(`${ids} === '2'`);
  await assertNoAlert();
});

for (const page of (await readdir(dist)).filter((file) => file.endsWith('.html')))
  test(`${page} opens and says nothing is wrong`, () => open(page));
