/** README.md's path through the code: its lines are those of the parts it names, and it is short enough. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf, MOST_WORDS, renewPath } from '../scripts/readme-path.mjs';
import { read } from './sources.mjs';

const README = read('README.md');
const ROWS = /^\| \d+ \|.*$/gm;

test('each row of README.md’s path has the lines of the part that it names', () => {
  const { renewed } = renewPath(README, read);
  const now = renewed.match(ROWS) ?? [];
  assert.ok(now.length > 10);
  assert.deepEqual(README.match(ROWS), now, 'Run node scripts/readme-path.mjs.');
  assert.ok(renewed === README, 'The number of words has changed. Run node scripts/readme-path.mjs.');
});

test('README.md’s path can be read in ten minutes', () => {
  const { words } = renewPath(README, read);
  assert.ok(words <= MOST_WORDS, `It has ${words} words; at most ${MOST_WORDS} are allowed.`);
});

const C = `// The head
// of a file.

#include "a.h"

INLINE int one(int a) { return a; }

// Two lines call one(1).
void two(int a,
         int b) {
  one(a);
}

struct three {
  int x;
};
`;

const JAVASCRIPT = `/**
 * The head.
 */
import { b } from './b.js';

/** @param {string} a */
export async function* one(
  a,
) {
  b(a);
}
/** Two calls one(2). */
export const two = { a: 1,
  b: [
    2,
  ],
};
const three = 3;
`;

test('a part begins with the comment above it and ends with its closing bracket', () => {
  const parts = ['head', 'one', 'two', 'three', 'four'];
  const found = (/** @type {string} */ text) =>
    parts.map((part) => linesOf(text, part)).map((lines) => lines && [lines.first, lines.last]);
  assert.deepEqual(found(C), [[1, 2], [6, 6], [8, 12], [14, 16], undefined]);
  assert.deepEqual(found(JAVASCRIPT), [[1, 3], [6, 11], [12, 17], [18, 18], undefined]);
});

test('a part that moved gets its new lines, and one that is gone is named', () => {
  const row = '| 1 | [a.c, lines 1–3](a.c#L1-L3) | `two` | 9 words of code and comment |';
  const { renewed, words } = renewPath(row, () => C);
  assert.equal(words, 13);
  assert.equal(renewed, '| 1 | [a.c, lines 8–12](a.c#L8-L12) | `two` | 13 words of code and comment |');
  assert.equal(
    renewPath('[a.c, lines 8–12](a.c#L8-L12) | `one`', () => C).renewed,
    '[a.c, line 6](a.c#L6) | `one`',
  );
  assert.throws(() => renewPath(row, () => JAVASCRIPT.replaceAll('two', '2')), /names two of a\.c/);
});
