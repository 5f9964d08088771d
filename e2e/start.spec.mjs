/** The start page: the first address, the wirings, creating and deleting, and all that can go wrong. */
import { barriers, distFile, expect, pixel, test } from './fixtures.mjs';

const firstAddress = '[data-testid=first-address]';

/** @param {import('@playwright/test').Page} page */
async function opened(page, url = './') {
  await page.goto(url);
  await expect(page.locator(firstAddress)).toHaveText(/^0x[0-9a-f]{5,}$/);
}

/** @param {import('@playwright/test').Page} page */
const rows = (page) => page.locator('#records tbody tr');

/**
 * @param {import('@playwright/test').Page} page
 * @param {Record<string, string>} values
 */
async function create(page, values) {
  for (const [name, value] of Object.entries(values)) await page.fill(`#create [name=${name}]`, value);
  await page.getByRole('button', { name: 'Create' }).click();
}

for (const wiring of [null, 'shared', 'parallel', 'callbacks']) {
  test(`shows the first address without a click, wiring ${wiring ?? 'by default'}`, async ({ page }) => {
    const logged = page.waitForEvent('console', (message) =>
      message.text().startsWith('createRecord(2, 1.1, 2.2)'),
    );
    await opened(page, wiring ? `./?wiring=${wiring}` : './');
    const address = await page.locator(firstAddress).textContent();

    expect((await logged).text()).toBe(`createRecord(2, 1.1, 2.2) returned ${address}`);
    await expect(page.locator('.bytes-row td')).toHaveText('02 00 00 00 cd cc 8c 3f cd cc 0c 40'.split(' '));
    await expect(page.locator('.bytes .values td')).toHaveText(['2', '1.1', '2.2']);
    await expect(rows(page)).toHaveCount(1);
    await expect(rows(page).locator('td').first()).toHaveText(String(address));
    await expect(page.locator('.wirings [aria-current]')).toHaveAttribute(
      'href',
      `index.html?wiring=${wiring ?? 'shared'}`,
    );
    await expect(page.locator('#alert')).toBeEmpty();
  });
}

test('callbacks fetches one module after the other, the other wirings both at once', async ({ page }) => {
  /** @type {(() => void)[]} */
  const held = [];
  await page.route('**/*.wasm', (route) => void held.push(() => route.continue()));
  for (const [wiring, atOnce] of [
    ['shared', 2],
    ['parallel', 2],
    ['callbacks', 1],
  ]) {
    held.length = 0;
    await page.goto(`./?wiring=${wiring}`);
    await expect.poll(() => held.length).toBe(atOnce);
    await page.waitForTimeout(100);
    expect(held.length).toBe(atOnce);
    held.splice(0).forEach((go) => {
      go();
    });
    if (wiring === 'callbacks') {
      await expect.poll(() => held.length).toBe(1);
      held[0]();
    }
    await expect(page.locator(firstAddress)).toHaveText(/^0x/);
  }
});

test('creates Records, reads them back and deletes them', async ({ page }) => {
  await opened(page);
  await create(page, { id: '-7', x: '0.1', y: '1e-3' });
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).first().locator('td')).toHaveText([/^0x/, '-7', '0.1', '0.001', 'Delete']);
  await create(page, { id: '10', x: '1', y: '2', count: '3' });
  await expect(rows(page)).toHaveCount(5);
  await expect(rows(page).locator('td:nth-child(2)')).toHaveText(['12', '11', '10', '-7', '2']);
  const addresses = await rows(page).locator('td:first-child').allTextContents();
  expect(new Set(addresses).size).toBe(5);

  await rows(page).nth(1).getByRole('button').click();
  await expect(rows(page).locator('td:nth-child(2)')).toHaveText(['12', '10', '-7', '2']);
  await expect(rows(page).nth(1).getByRole('button')).toBeFocused();
  await page.getByRole('button', { name: 'Delete all' }).click();
  await expect(page.locator('#records')).toContainText('No Record lives now');
  await create(page, { count: '1' });
  await expect(rows(page)).toHaveCount(1);
});

test('deletes once, however fast one clicks', async ({ page }) => {
  await opened(page);
  await create(page, { count: '4' });
  const button = rows(page).first().getByRole('button');
  await button.evaluate((/** @type {HTMLButtonElement} */ element) => {
    element.click();
    element.click();
  });
  await expect(rows(page)).toHaveCount(4);
  await expect(page.locator('#outcome')).toHaveText('Deleted 1 Record.');
});

test('a double click on Delete deletes one Record, and the next click deletes again', async ({ page }) => {
  await opened(page);
  await create(page, { count: '4' });
  await rows(page).first().getByRole('button').dblclick();
  await expect(rows(page).locator('td:nth-child(2)')).toHaveText(['5', '4', '3', '2']);
  await expect(page.locator('#outcome')).toHaveText('Deleted 1 Record.');
  await page.waitForTimeout(600); // a click so much later is another one, at the same place too
  await rows(page).first().getByRole('button').click();
  await expect(rows(page).locator('td:nth-child(2)')).toHaveText(['4', '3', '2']);
  await rows(page).nth(1).getByRole('button').click();
  await expect(rows(page).locator('td:nth-child(2)')).toHaveText(['4', '2']);
});

test('deletes by keyboard, one row after the other, as fast as the keys come', async ({ page }) => {
  await opened(page);
  await create(page, { count: '4' });
  await rows(page).first().getByRole('button').focus();
  for (const key of ['Enter', 'Space', 'Enter']) await page.keyboard.press(key);
  await expect(rows(page).locator('td:nth-child(2)')).toHaveText(['3', '2']);
  await expect(rows(page).first().getByRole('button')).toBeFocused();
});

const bad = /** @type {const} */ ([
  ['id', '', 'id is empty'],
  ['id', 'seven', 'not a whole number'],
  ['id', '1.5', 'has a fraction'],
  ['id', '2147483648', 'from -2147483648 to 2147483647'],
  ['id', '-2147483649', 'does not fit'],
  ['id', 'NaN', 'NaN and Infinity are not taken'],
  ['x', 'abc', 'not a number'],
  ['x', '1,5', 'Use a point'],
  ['x', 'Infinity', 'NaN and Infinity are not taken'],
  ['y', '1e39', 'it would make Infinity of 1e39'],
  ['y', '-1e400', 'it would make Infinity'],
  ['count', '0', 'from 1 to 100,000'],
]);
test('refuses what is no int or float, and says why', async ({ page }) => {
  await opened(page);
  for (const [field, text, message] of bad) {
    const input = page.locator(`#create [name=${field}]`);
    const before = await input.inputValue();
    await create(page, { [field]: text });
    await expect(page.locator('#outcome')).toContainText(message);
    await expect(input).toHaveAttribute('aria-invalid', 'true');
    await expect(input).toBeFocused();
    await expect(rows(page)).toHaveCount(1);
    await input.fill(before);
  }
  await create(page, {});
  await expect(rows(page)).toHaveCount(2);
});

test('takes the extremes of int and float', async ({ page }) => {
  await opened(page);
  await create(page, { id: '-2147483648', x: '3.4028234663852886e38', y: '1e-50' });
  await expect(rows(page).first().locator('td').nth(1)).toHaveText('-2147483648');
  await expect(rows(page).first().locator('td').nth(2)).toHaveText('3.4028235e+38');
  await expect(page.locator('#outcome')).toContainText('too small for a float and became 0');
});

test('says NULL when the memory is full, and goes on after some were deleted', async ({ page }) => {
  await opened(page, './?pages=2');
  await create(page, { count: '5000' });
  await expect(page.locator('#outcome')).toContainText('createRecord returned 0, which is NULL');
  const full = await page.locator('#records .note').textContent();
  await create(page, { count: '1' });
  await expect(page.locator('#outcome')).toContainText('No Record was created: createRecord returned 0');
  expect(await page.locator('#records .note').textContent()).toBe(full);
  await rows(page).first().getByRole('button').click();
  await create(page, { id: '77', count: '1' });
  await expect(page.locator('#outcome')).toContainText('Created 1 Record');
  await expect(rows(page).first().locator('td').nth(1)).toHaveText('77');
});

test('refuses an unknown wiring, and pages that are none, and loads nothing', async ({ page }) => {
  /** @type {string[]} */
  const asked = [];
  page.on('request', (request) => void asked.push(request.url()));
  await page.goto('./?wiring=telepathy');
  await expect(page.getByRole('alert')).toContainText('no wiring named “telepathy”');
  await expect(page.getByRole('alert')).toContainText('shared, parallel, callbacks');
  for (const pages of ['0', 'many', '65537', '1.5']) {
    await page.goto(`./?pages=${pages}`);
    await expect(page.getByRole('alert')).toContainText(`pages=${pages} is no number of pages`);
  }
  await page.goto('./?wiring=callbacks&pages=3');
  await expect(page.getByRole('alert')).toContainText('cannot bound a memory that program.wasm makes');
  expect(asked.filter((url) => url.endsWith('.wasm'))).toEqual([]);
  await page.goto('./?pages=1');
  await expect(page.getByRole('alert')).toContainText('need 2 pages');
});

/** Each: what the server does with program.wasm, what the page then says. */
const broken = {
  'a module that is missing': {
    answer: () => ({ status: 404, headers: {}, body: 'no' }),
    says: [/Unable to fetch Web Assembly file http\S+program\.wasm\./, /404/],
    console: /404/,
  },
  'a server that fails': {
    answer: () => ({ status: 500, headers: {}, body: 'no' }),
    says: [/Unable to fetch Web Assembly file http\S+program\.wasm\./, /500/],
    console: /500/,
  },
  'HTML in place of wasm': {
    answer: () => ({
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<!doctype html><p>Hello',
    }),
    says: [/program\.wasm cannot be compiled/, /often an HTML page/],
  },
  'HTML that claims to be wasm': {
    answer: () => ({
      status: 200,
      headers: { 'content-type': 'application/wasm' },
      body: '<!doctype html><p>Hello',
    }),
    says: [/program\.wasm cannot be compiled/, /often an HTML page/],
  },
  'an empty file': {
    answer: () => ({ status: 200, headers: { 'content-type': 'text/plain' }, body: '' }),
    says: [/program\.wasm cannot be compiled/],
  },
  'a truncated module': {
    answer: async () => cut(await distFile('program.wasm'), 200),
    says: [/program\.wasm cannot be compiled/, /damaged, cut short/],
  },
  'a module with a damaged dylink.0': {
    answer: async () => {
      const file = await distFile('program.wasm');
      const body = Buffer.from(file.body);
      body[body.indexOf('dylink.0') + 'dylink.0'.length + 1] = 0x7f; // the length of its first part
      return { ...file, body };
    },
    says: [/dynamic-linking section of program is damaged/],
  },
  'a module that needs what nobody supplies': {
    answer: async () => {
      const file = await distFile('program.wasm');
      return {
        ...file,
        body: Buffer.from(file.body.toString('latin1').replace('malloc', 'mallox'), 'latin1'),
      };
    },
    says: [/program needs the function env\.mallox/, /Link a module that exports it/],
  },
};

/**
 * @param {import('./fixtures.mjs').Answer} answer
 * @param {number} length
 */
function cut(answer, length) {
  return { ...answer, body: answer.body.slice(0, length) };
}

for (const [what, { answer, says, ...rest }] of Object.entries(broken)) {
  test(`says what is wrong with ${what}`, async ({ page, servedBy, faults, browserName }) => {
    const inConsole = 'console' in rest ? rest.console : null;
    if (inConsole && browserName === 'chromium') faults.allow(inConsole);
    const site = await servedBy((file) => (file === 'program.wasm' ? answer() : distFile(file)));
    await page.goto(site.url);
    for (const words of says) await expect(page.getByRole('alert')).toContainText(words);
    await expect(page.locator(firstAddress)).not.toHaveText(/^0x[0-9a-f]+$/);
    await expect(page.getByRole('button', { name: 'Create' })).toBeDisabled();
  });
}

test('says so when the server is gone', async ({ page, servedBy, faults, browserName }) => {
  if (browserName === 'chromium') faults.allow(/ERR_EMPTY_RESPONSE|ERR_CONNECTION/);
  const site = await servedBy((file) => (file.endsWith('.wasm') ? null : distFile(file)));
  await page.goto(site.url);
  await expect(page.getByRole('alert')).toContainText(
    /Unable to fetch Web Assembly file http\S+\.wasm\. No answer/,
  );
  await expect(page.getByRole('alert')).toContainText('Check that the server is running');
});

test('says so when its scripts do not load', async ({ page, servedBy, faults }) => {
  faults.allow(/404|Loading module|Loading failed/);
  for (const lost of ['app/start/main.js', 'app/records.js']) {
    const site = await servedBy((file) => distFile(file === lost ? 'no-such-file' : file));
    await page.goto(site.url);
    await expect(page.getByRole('alert')).toContainText(
      /app\/start\/main\.js, or a script that it needs, did not/,
    );
    await expect(page.getByRole('alert')).toContainText('Check that the server is running');
  }
});

test('says which script did not come after the first address, and what to do', async ({
  page,
  servedBy,
  faults,
}) => {
  faults.allow(/404|ERR_EMPTY_RESPONSE|ERR_CONNECTION|Loading module|Loading failed|module/);
  for (const [lost, named] of [
    ['app/start/bytes.js', 'app/start/bytes.js'],
    ['app/start/table.js', 'app/start/table.js'],
    ['app/start/memory.js', 'app/start/table.js'],
  ]) {
    const site = await servedBy((file) => (file === lost ? null : distFile(file)));
    await opened(page, site.url);
    const alert = page.getByRole('alert');
    await expect(alert).toContainText(`${site.url}${named}, or a script that it needs, did not load`);
    await expect(alert).toContainText('Check that the server is running and has every file');
    await expect(alert.getByRole('button', { name: 'Load the page again' })).toBeVisible();
  }
});

test('says what nobody has caught', async ({ page, faults }) => {
  faults.allow(/lost/);
  for (const lose of [
    () => void setTimeout(() => Promise.reject(new Error('a lost promise'))),
    () =>
      void setTimeout(() => {
        throw new Error('a lost error');
      }),
  ]) {
    await opened(page);
    await page.evaluate(lose);
    await expect(page.getByRole('alert')).toContainText(/Something went wrong: a lost (promise|error)/);
  }
});

test('the script for old browsers is in syntax that they know', async () => {
  const { body } = await distFile('early.js');
  const code = String(body).replace(/"[^"]*"/g, '""');
  expect(code).not.toMatch(/=>|`|\b(let|const|async)\b|\?\.|\?\?|,\s*\)/);
});

test('works with a wrong MIME type', async ({ page, servedBy }) => {
  const site = await servedBy(async (file) => {
    const answer = await distFile(file);
    return file.endsWith('.wasm')
      ? { ...answer, headers: { 'content-type': 'application/octet-stream' } }
      : answer;
  });
  await opened(page, site.url);
});

test('says so where there is no WebAssembly', async ({ page }) => {
  await page.addInitScript(() => {
    // @ts-expect-error: taken away as a hardened browser does
    delete window.WebAssembly;
  });
  await page.goto('./');
  await expect(page.getByRole('alert')).toContainText('This browser has no WebAssembly');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test('says what is missing', async ({ page, browserName }) => {
    test.skip(browserName === 'firefox', 'Playwright cannot switch JavaScript off in this Firefox');
    await page.goto('./');
    await expect(page.locator('noscript p')).toBeVisible();
  });
});

test('can be used by keyboard alone', async ({ page }) => {
  await opened(page);
  await expect(page.getByRole('button', { name: 'Create' })).toBeEnabled();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the page' })).toBeFocused();
  await page.keyboard.press('Enter');
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press('Tab');
    if (await page.locator('#create [name=id]').evaluate((element) => element === document.activeElement))
      break;
  }
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('42');
  await page.keyboard.press('Enter');
  await expect(rows(page).first().locator('td').nth(1)).toHaveText('42');
});

test('axe finds nothing, light or dark', async ({ page }) => {
  await opened(page);
  await create(page, { count: '2' });
  expect(await barriers(page)).toEqual([]);
});

test('says by the reader’s own colours what it says by its own', async ({ page, browserName }) => {
  test.skip(browserName === 'firefox', 'Playwright cannot force colours on this Firefox');
  await page.emulateMedia({ forcedColors: 'active' });
  await opened(page);
  const size = await page.evaluate(() =>
    Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
  );
  const dot = { x: 0.45 * size, y: 0.85 * size };
  const [chosen, other] = await page.locator('.wirings li').all();
  expect(await pixel(chosen, dot)).not.toEqual(await pixel(other, dot));

  const legend = page.locator('.strip .legend');
  expect(await pixel(legend.locator('.used'))).not.toEqual(await pixel(legend.locator('.free')));
});

test('nothing jumps when the address arrives', async ({ page, browserName }) => {
  test.skip(browserName !== 'chromium', 'only Chromium reports layout shifts');
  await page.addInitScript(() => {
    const shifts = /** @type {any} */ (window);
    shifts.total = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.total += /** @type {any} */ (entry).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  for (const width of [360, 768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await opened(page);
    await page.waitForTimeout(200);
    expect(await page.evaluate(() => /** @type {any} */ (window).total)).toBeLessThan(0.01);
  }
});

test('fits a phone', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await opened(page);
  await create(page, {
    id: '-2147483648',
    x: '-3.4028234663852886e38',
    y: '-1.1754943508222875e-38',
    count: '60',
  });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});
