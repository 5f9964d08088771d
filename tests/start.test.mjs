/** `npm start`: it serves the site, says why it cannot, and leaves no process behind. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { freePort } from '../scripts/serve.mjs';
import { addProgram, makeProject, run } from './project.mjs';

/** @type {Awaited<ReturnType<typeof makeProject>>} */
let project;
before(async () => {
  project = await makeProject();
});
after(() => project.remove());

/** @param {string} port */
const environment = (port) => ({
  PATH: `${process.env.PATH}`,
  HOME: `${process.env.HOME}`,
  CI: 'true', // opens no browser
  PORT: port,
});
const script = () => path.join(project.folder, 'scripts/start.mjs');

/** Starts scripts/start.mjs and waits until it is ready. @param {string} port */
async function start(port, command = process.execPath, args = [script()], env = {}) {
  const child = spawn(command, args, {
    cwd: project.folder,
    env: { ...environment(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  while (!output.includes('Ctrl-C')) {
    assert.equal(child.exitCode, null, output);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { child, output };
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGHUP'])) {
  test(`serves until it gets ${signal}, and then nothing of it is left`, async () => {
    const port = String(await freePort());
    const { child, output } = await start(port);
    const url = `http://localhost:${port}/`;
    assert.ok(output.includes(url), output);
    const wasm = await fetch(`${url}memory.wasm`);
    assert.equal(wasm.status, 200);
    assert.equal(wasm.headers.get('content-type'), 'application/wasm');
    assert.ok((await fetch(url)).ok);

    child.kill(signal);
    await once(child, 'exit');
    await assert.rejects(fetch(url), /fetch failed/);
    await freePort(Number(port)); // fails if a process still listens
  });
}

for (const signal of /** @type {const} */ (['SIGTERM', 'SIGKILL'])) {
  test(`npm start that gets ${signal} alone leaves nothing behind either`, async () => {
    const port = String(await freePort());
    const { child } = await start(port, 'npm', ['start']);
    child.kill(signal);
    await once(child, 'exit');
    const until = Date.now() + 5000;
    while (await fetch(`http://localhost:${port}/`).catch(() => null))
      assert.ok(Date.now() < until, 'still served');
    await freePort(Number(port));
  });
}

test('opens a browser where there is a display', async () => {
  const opened = path.join(project.tools, 'opened');
  await addProgram(path.join(project.tools, 'bin/xdg-open'), `#!/bin/sh\necho "$1" >'${opened}'\n`);
  const port = String(await freePort());
  const { child } = await start(port, process.execPath, [script()], {
    DISPLAY: ':0',
    CI: '',
    PATH: `${project.tools}/bin:${process.env.PATH}`,
  });
  while (!existsSync(opened)) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(await readFile(opened, 'utf8'), `http://localhost:${port}/\n`);
  child.kill();
  await once(child, 'exit');
});

test('says which port is taken, before it builds anything', async () => {
  const other = createServer().listen(0, 'localhost');
  await once(other, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (other.address());
  const { status, output } = await run(process.execPath, [script()], environment(String(port)));
  other.close();
  assert.equal(status, 1);
  assert.match(output, new RegExp(`^Port ${port} is taken`));
  assert.match(output, /PORT=\d+ npm start/);
});

test('says what a PORT is', async () => {
  for (const port of ['0', '65536', '-1', '80a', ' ']) {
    const { status, output } = await run(process.execPath, [script()], environment(port));
    assert.equal(status, 1);
    assert.match(output, /which is no port/);
  }
});

test('serves nothing after a build that failed', async () => {
  await project.write('app/two.js', 'export const = 2;\n');
  const { status, output } = await run(process.execPath, [script()], environment(String(await freePort())));
  assert.equal(status, 1);
  assert.match(output, /app\/two\.js.*Nothing is served/s);
});
