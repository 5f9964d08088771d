/**
 * `npm start`: installs what is missing, builds, serves dist/ with emrun, and opens it in a browser.
 *
 * The variable PORT sets the port. Without a display, no browser is opened. Ctrl-C ends the server too.
 */
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithParent, freePort, serve } from './serve.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** @param {string[]} lines @returns {never} */
function fail(...lines) {
  for (const line of lines) console.error(line);
  process.exit(1);
}

if (process.argv.length > 2) {
  fail('npm start takes no arguments. The variable PORT sets the port: PORT=9000 npm start');
}
const wanted = process.env.PORT || '8080';
const port = Number(wanted);
if (!/^\d+$/.test(wanted) || port < 1 || port > 65535) {
  fail(`PORT is '${wanted}', which is no port: give a number from 1 to 65535.`);
}

const portIsTaken = (/** @type {NodeJS.ErrnoException} */ error) =>
  error.code === 'EACCES'
    ? fail(`Port ${port} needs root. Give another: PORT=${port + 8000} npm start`)
    : fail(
        `Port ${port} is taken: another program listens on it, perhaps an earlier npm start.`,
        `End that program, or give another port: PORT=${port < 65535 ? port + 1 : port - 1} npm start`,
      );
if (process.env.npm_lifecycle_event) endWithParent();
await freePort(port).catch(portIsTaken); // now already, because the build takes long

const build = spawnSync(path.join(root, 'build.sh'), { stdio: 'inherit' });
if (build.status !== 0) fail('Nothing is served, because the build failed (above).');

await freePort(port).catch(portIsTaken); // again, because a program may have taken the port during the build
const { url, ended } = await serve(port);
console.log(`\nHeap Lab is at ${url}\nCtrl-C ends it.`);

const opener = { darwin: 'open', win32: 'explorer' }[/** @type {string} */ (process.platform)] ?? 'xdg-open';
const hasDisplay = opener !== 'xdg-open' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
if (hasDisplay && !process.env.CI) {
  spawn(opener, [url], { stdio: 'ignore', detached: true })
    .on('error', () => console.log('No browser could be opened: open the address in yours.'))
    .unref();
}
await ended;
fail('emrun has ended by itself.');
