/** The page that README.md builds. tests/readme.test.mjs runs the same example in Node.js. */
import { followReadme } from '../tests/readme.mjs';
import { expect, fileOf, test } from './fixtures.mjs';

test('the page that README.md shows works as it stands there', async ({ page, servedBy }) => {
  const { folder, output, remove } = await followReadme();
  const noIcon = { status: 204, headers: {}, body: '' }; // a browser may ask for one, and the page has none
  const { url } = await servedBy((file) => (file === 'favicon.ico' ? noIcon : fileOf(folder, file)));
  await page.goto(url);
  await expect(page.locator('output')).toHaveText('0 1 4 9 16');
  expect(output).toContain('0 1 4 9 16');
  await remove();
});
