/** README.md's example in Node.js. e2e/readme.spec.mjs opens its page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followReadme } from './readme.mjs';

test('what README.md says on linking one’s own module works as it stands there', async () => {
  const { status, output, remove } = await followReadme();
  await remove();
  assert.equal(output, '0 1 4 9 16\n');
  assert.equal(status, 0);
});
