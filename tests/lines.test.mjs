/** The length of lines, as .editorconfig sets it. No formatter applies it to comments and prose. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesOfProject, read } from './sources.mjs';

/** Files whose lines are not ours to break. */
const EXEMPT_FILES = [
  /^package-lock\.json$/, // npm writes it
  /^LICENSE$|\/LICENSES\.txt$/, // the words of others
  /^native\/memory\/test\/corpus\//, // inputs for the allocator, found by a fuzzer
  /^native\/workloads\/traces\/(.*\.trace|programs\/.*)$/, // traces, and the programs that were recorded
];

/** Lines that cannot be broken. */
const EXEMPT_LINES = [
  { files: /\.md$/, line: /^\s*\|.*\|$/ }, // a row of a table
  { files: /./, line: /^[^\w]*\S+$/ }, // one long word, such as a URL, perhaps after the sign of a comment
];

/** @param {string} editorconfig @returns {number} of columns, of one code point each */
const limitIn = (editorconfig) => Number(/^max_line_length = (\d+)$/m.exec(editorconfig)?.[1]);

/**
 * The lines of a file that could be broken and have more columns.
 * @param {string} file @param {string} text @param {number} limit
 */
function tooLong(file, text, limit) {
  if (text.includes('\0') || text.includes('\ufffd')) return []; // not text
  if (EXEMPT_FILES.some((each) => each.test(file))) return [];
  return text
    .split('\n')
    .map((line, i) => ({ line, place: `${file}:${i + 1}`, columns: [...line].length }))
    .filter(({ columns }) => columns > limit)
    .filter(({ line }) => !EXEMPT_LINES.some((each) => each.files.test(file) && each.line.test(line)))
    .map(({ place, columns }) => `${place} has ${columns} columns`);
}

test('no line that a person writes is longer than .editorconfig says', () => {
  const limit = limitIn(read('.editorconfig'));
  assert.ok(limit > 0);
  const found = filesOfProject().flatMap((file) => tooLong(file, read(file), limit));
  assert.ok(found.length === 0, `\n${found.join('\n')}`);
});

test('a line that is too long is named, if it can be broken', () => {
  const words = 'word '.repeat(4);
  const of = (/** @type {string} */ file, /** @type {string} */ text) => tooLong(file, text, 20);
  assert.deepEqual(of('app/a.js', `// ${words}x`), ['app/a.js:1 has 24 columns']);
  assert.deepEqual(of('README.md', `\n| a |\n${words}x\n`), ['README.md:3 has 21 columns']);
  assert.deepEqual(of('web/a.html', `${words}\n${'😀'.repeat(10)} ${'ü'.repeat(9)}`), []);
  assert.deepEqual(of('README.md', `| ${words}${words}|`), []);
  assert.deepEqual(of('app/a.js', `| ${words}${words}|`), ['app/a.js:1 has 43 columns']);
  assert.deepEqual(of('app/a.js', ` * https://example.org/${'x'.repeat(20)}`), []);
  assert.deepEqual(of('app/a.js', `${words}https://example.org/x`), ['app/a.js:1 has 41 columns']);
  assert.deepEqual(of('package-lock.json', `${words}${words}`), []);
  assert.deepEqual(of('docs/a.png', `\0${words}${words}`), []);
});
