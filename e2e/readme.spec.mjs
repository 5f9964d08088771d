/** The page of README.md's example; tests/readme.test.mjs has what it says of Node.js. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { followReadme } from '../tests/readme.mjs';
import { expect, TYPES, test } from './fixtures.mjs';

test('the page that README.md shows works as it stands there', async ({ page, servedBy }) => {
  const { folder, output, remove } = await followReadme();
  const { url } = await servedBy(async (file) => ({
    status: 200,
    headers: { 'content-type': TYPES[path.extname(file)] ?? 'text/plain' },
    body: await readFile(path.join(folder, file)).catch(() => ''), // a browser may ask for an icon
  }));
  await page.goto(url);
  await expect(page.locator('output')).toHaveText('0 1 4 9 16');
  expect(output).toContain('0 1 4 9 16');
  await remove();
});
