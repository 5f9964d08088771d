/**
 * Serves dist/ with emrun, on the loopback interface.
 *
 *   node scripts/serve.mjs PORT        serves until a signal ends it, or until its parent has ended
 *
 * emrun never outlives this process, unless the process is ended by a signal that nobody can catch (SIGKILL).
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const HOST = 'localhost';

/**
 * A port on which no program listens now, under either address of localhost. Throws if `wanted` is taken.
 * @param {number} wanted 0 stands for any port
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
 * Starts emrun and waits until it answers. What emrun prints is shown only if it ends before that.
 * @param {number} port
 * @returns {Promise<{ url: string, stop: () => void, ended: Promise<void> }>}
 */
export async function serve(port) {
  const folder = execFileSync(path.join(root, 'scripts/emscripten.sh'), { encoding: 'utf8' }).trim();
  const options = ['--no_browser', '--no_emrun_detect', '--hostname', HOST, '--port', String(port)];
  const emrun = spawn(path.join(folder, 'emrun'), [...options, path.join(root, 'dist')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C reaches this process alone, which then ends emrun. By itself, emrun would print a stack trace.
    detached: true,
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

/** Ends this process soon after its parent has ended, even if the parent was killed and could not end it. */
export function endWithParent() {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.exit(1), 200).unref();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  endWithParent();
  const { ended } = await serve(Number(process.argv[2]));
  await ended;
}
