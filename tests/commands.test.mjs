/** Each command refuses what it does not know, says so in words, and does nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../scripts/run.mjs';
import { root } from './sources.mjs';

/** @type {[string, string[], RegExp][]} the command, its arguments, and what it says */
const REFUSED = [
  ['build.sh', ['--debug', '--clean'], /^Usage: /],
  ['build.sh', ['--wrong'], /^Usage: /],
  ['scripts/start.mjs', ['9000'], /PORT=9000 npm start/],
  ['scripts/test.mjs', ['--wrong'], /'--wrong'\nThe sections are: build, /],
  ['scripts/test.mjs', ['chromium'], /'chromium'.*\nThe sections are: build, /],
  ['scripts/test.mjs', ['--only'], /argument missing\nThe sections are: build, /],
  ['scripts/test.mjs', ['--only', 'lint,chrome'], /No such section: chrome\.\nThe sections are: /],
  ['scripts/bench.mjs', ['--sdk', '/nowhere'], /\/nowhere has no emcc/],
  ['scripts/bench.mjs', ['--memory', '/nowhere.wasm', '--pace', 'quick'], /^\/nowhere\.wasm is missing\.$/m],
  ['scripts/encode-trace.mjs', [], /^Usage: /],
  ['native/memory/test/fuzz.sh', ['ten'], /^Usage: npm run fuzz.*'ten'/],
  ['native/memory/test/fuzz.sh', ['0'], /^Usage: npm run fuzz.*'0'/],
];

for (const [script, args, says] of REFUSED) {
  test(`refused: ${[script, ...args].join(' ')}`, async () => {
    const command = script.endsWith('.mjs') ? [process.execPath, `${root}/${script}`] : [`${root}/${script}`];
    const { status, output } = await run(command[0], [...command.slice(1), ...args], { timeout: 30_000 });
    assert.match(output, says);
    assert.ok(status === 1 || status === 2);
  });
}
