/**
 * Serves dist/ with emrun, on the loopback interface.
 *
 *   node scripts/serve.mjs PORT        until it is told to end, or its parent has gone
 *
 * One promise is kept throughout: when this process ends, by whatever signal it can catch, so does emrun.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const HOST = 'localhost';

/**
 * A port that nobody listens on right now, under either address of localhost; `wanted` itself, where it is free.
 * @param {number} wanted 0: any
 */
export async function freePort(wanted = 0) {
  let port = wanted;
  for (const address of ['127.0.0.1', '::1']) {
    const server = createServer().listen(port, address);
    try {
      await once(server, 'listening');
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (address === '::1' && code !== 'EADDRINUSE') break; // this machine has no IPv6
      throw error;
    }
    ({ port } = /** @type {import('node:net').AddressInfo} */ (server.address()));
    server.close();
    await once(server, 'close');
  }
  return port;
}

/**
 * Starts emrun and waits until it answers. It says nothing but what went wrong.
 * @param {number} port
 * @returns {Promise<{ url: string, stop: () => void, ended: Promise<void> }>}
 */
export async function serve(port) {
  const folder = execFileSync(path.join(root, 'scripts/emscripten.sh'), { encoding: 'utf8' }).trim();
  const options = ['--no_browser', '--no_emrun_detect', '--hostname', HOST, '--port', String(port)];
  const emrun = spawn(path.join(folder, 'emrun'), [...options, path.join(root, 'dist')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // Ctrl-C in a terminal goes to this process alone, which then ends emrun without its stack trace
  });
  let output = '';
  emrun.stderr.on('data', (text) => {
    output = (output + text).slice(-2000);
  });
  let gone = false;
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    const end = (/** @type {unknown} */ error) => {
      if (error instanceof Error) output += error.message;
      gone = true;
      resolve();
    };
    emrun.on('error', end).on('exit', end);
  });

  const stop = () => emrun.kill('SIGTERM');
  process.on('exit', stop);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143));
  }

  const url = `http://${HOST}:${port}/`;
  for (;;) {
    if (gone) throw new Error(`emrun ended at once:\n${output}`);
    const answer = await fetch(url).catch(() => null);
    if (answer) return { url, stop, ended };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Ends this process when the one that started it has gone: one that is killed outright takes nothing with it. */
export function endWithParent() {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.exit(1), 200).unref();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  endWithParent();
  const { ended } = await serve(Number(process.argv[2]));
  await ended;
}
