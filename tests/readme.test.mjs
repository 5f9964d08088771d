/** README.md's examples in Node.js. e2e/readme.spec.mjs opens the page of the first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followReadme } from './readme.mjs';

const { status, output, remove } = await followReadme();
await remove();
const [linked, ...looked] = output.split('\n');

test('what README.md says on linking one’s own module works as it stands there', () => {
  assert.equal(linked, '0 1 4 9 16');
  assert.equal(status, 0);
});

test('what README.md says on looking into a heap works as it stands there', () => {
  assert.match(
    looked.join('\n'),
    /^blocks: 1, bytes in them: 20\ndouble free: 0x[0-9a-f]+\nbroken invariant: none\n$/,
  );
});
