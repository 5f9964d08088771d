/**
 * The lesson: its steps can be gone through forwards and backwards, and what they say agrees with the modules
 * that ship. Readers can use it by keyboard, on a phone, on paper, and without scripts.
 */
import { readFile } from 'node:fs/promises';
import * as lesson from '../app/lesson/steps.js';
import { Records } from '../app/records.js';
import { link } from '../lib/loader/index.js';
import { barriers, distFile, expect, pixel, test } from './fixtures.mjs';

/** @typedef {import('@playwright/test').Page} Page */

const STEPS = Object.keys(lesson.STEPS);

/** @param {string} name */
const bytesOf = async (name) => new Uint8Array((await distFile(name)).body.valueOf());
/** @param {string} name */
const moduleOf = async (name) => WebAssembly.compile(await bytesOf(name));

/** Links the same modules here: what the page should have found. */
async function linkHere() {
  const modules = { memory: await moduleOf('memory.wasm'), program: await moduleOf('program.wasm') };
  const linked = await link(modules);
  const records = new Records({ memory: linked.memory, program: linked.exports.program });
  return { ...linked, modules, records };
}

/** @param {number} address */
const hex = (address) => `0x${address.toString(16).padStart(5, '0')}`;
/** @param {Iterable<number>} bytes */
const hexBytes = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));

/** @param {Page} page @param {string} step */
async function opened(page, step) {
  await expect(page.locator('.step:visible')).toHaveCount(1);
  await expect(page.locator(`#${step}`)).toBeVisible();
  await expect(page.locator(`#${step}`)).toHaveAttribute('data-state', 'open', { timeout: 15_000 });
  await expect(page.locator('.alert:visible')).toHaveCount(0);
}

/** @param {Page} page @param {string} step */
async function goto(page, step) {
  await page.goto(`lesson.html#${step}`);
  await opened(page, step);
}

/** @param {Page} page @param {string} name */
const fact = (page, name) => page.locator(`[data-fact="${name}"]`).first();
/** @param {Page} page @param {string} step */
const said = (page, step) => page.locator(`[data-mistake="${step}"] samp`);

test('leads through every step, forwards, backwards and by the history', async ({ page }) => {
  test.setTimeout(60_000);
  await page.goto('lesson.html');
  await opened(page, STEPS[0]);
  expect(await page.locator('.step').evaluateAll((steps) => steps.map(({ id }) => id))).toEqual(STEPS);
  const toc = page.locator('.toc a');
  expect(await toc.evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual(
    STEPS.map((step) => `#${step}`),
  );
  for (const step of STEPS.slice(1)) {
    await page.locator('.turn a[rel=next]:visible').click();
    await opened(page, step);
    expect(new URL(page.url()).hash).toBe(`#${step}`);
    await expect(page.locator(`#${step}-title`)).toBeFocused();
    await expect(page.locator('.toc [aria-current]')).toHaveAttribute('href', `#${step}`);
    await expect(page).toHaveTitle(new RegExp(String(await page.locator(`#${step}-title`).textContent())));
  }
  await expect(page.locator('.turn a[rel=next]:visible')).toHaveCount(0);
  for (const step of STEPS.toReversed().slice(1)) {
    await page.locator('.turn a[rel=prev]:visible').click();
    await opened(page, step);
    await expect(page.locator(`#${step}-title`)).toBeFocused();
  }
  await page.goBack();
  await opened(page, STEPS[1]);
  await page.goForward();
  await opened(page, STEPS[0]);
  await page.locator('.toc').getByRole('link', { name: 'Shared memory' }).click();
  await opened(page, 'shared');
  await page.reload();
  await opened(page, 'shared');
});

test('loads what a step needs when it is opened, and not before', async ({ page }) => {
  /** @type {string[]} */
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await goto(page, 'record');
  const has = (/** @type {string} */ end) => asked.some((path) => path.endsWith(end));
  expect(has('/lesson/steps/record.js')).toBe(true);
  for (const step of STEPS.slice(1)) expect(has(`/lesson/steps/${step}.js`), step).toBe(false);
  expect(has('vendor/wasmparser.js')).toBe(false);
  await page.locator('.toc').getByRole('link', { name: 'What the compiler made' }).click();
  await opened(page, 'wasm');
  expect(has('vendor/wasmparser.js')).toBe(true);
  expect(has('/timing/race.js')).toBe(false);
});

test('step 1 shows the bytes that createRecord writes', async ({ page }) => {
  const here = await linkHere();
  const { records } = here;
  await goto(page, 'record');
  const address = records.create({ id: 2, x: 1.1, y: 2.2 });
  await expect(fact(page, 'record-size')).toHaveText(String(records.size));
  for (const { name, offset } of records.fields) {
    await expect(fact(page, `offset-${name}`)).toHaveText(`at ${offset}`);
  }
  await expect(fact(page, 'address')).toHaveText(hex(address));
  await expect(page.locator('#record .byte')).toHaveText(hexBytes(records.bytes(address)));
  // These digits of the float nearest to 1.1 are known from other sources.
  await expect(fact(page, 'exact-x')).toHaveText('1.10000002384185791015625');

  await page.locator('#record input[name=id]').fill('-2');
  await page.locator('#record input[name=y]').fill('1e-45');
  records.delete(address);
  const next = records.create({ id: -2, x: 1.1, y: 1e-45 });
  await expect(page.locator('#record .byte')).toHaveText(hexBytes(records.bytes(next)));
  await expect(fact(page, 'address')).toHaveText(hex(next));
  await page.locator('#record input[name=x]').fill('1,5');
  await expect(page.locator('#record .outcome')).toContainText('Use a point');
  await expect(page.locator('#record .byte')).toHaveText(hexBytes(records.bytes(next)));

  const slider = page.locator('#record input[type=range]');
  await slider.fill(String(records.size - 1));
  await expect(slider).toHaveAttribute('aria-valuetext', new RegExp(hex(next + records.size - 1)));
  await expect(page.locator('#record .byte.marked')).toHaveCount(1);
  await page.locator('#record a.ref[data-show=y]').first().click();
  await expect(page.locator('#record .byte.marked')).toHaveText(hexBytes(records.bytes(next)).slice(8));
});

test('step 2 shows the file that was compiled, and a life of a record', async ({ page }) => {
  await goto(page, 'functions');
  const source = await readFile(new URL('../native/record/record.c', import.meta.url), 'utf8');
  const shown = await page.locator('#functions .listing .line').allTextContents();
  expect(shown.map((line) => line.replace('\u200b', '')).join('\n')).toBe(source.trimEnd());

  const { records } = await linkHere();
  const earlier = records.create({ id: 7, x: 0.5, y: -3 });
  const old = records.bytes(earlier);
  records.delete(earlier);
  const found = records.bytes(earlier);
  const address = records.create({ id: 2, x: 1.1, y: 2.2 });
  expect(address).toBe(earlier);
  const slider = page.locator('#functions input[type=range]');
  await expect(page.locator('#functions .byte')).toHaveText(Array(12).fill(''));
  // malloc found the fields of the Record before, except the one over which free wrote its link.
  await slider.fill('1');
  await expect(page.locator('#functions .byte')).toHaveText(hexBytes(found));
  const linked = records.fields.filter(({ offset }) => found[offset] !== old[offset]);
  expect(linked.map(({ name }) => name)).toEqual(['id']);
  await expect(page.locator('#functions output')).toContainText(
    'The bytes of x and y were left by the Record before. Those of id were not: free put a link',
  );
  await slider.fill('2');
  await expect(page.locator('#functions .byte')).toHaveText(hexBytes(records.bytes(address)));
  await expect(page.locator('#functions output')).toContainText(hex(address));
  await expect(page.locator('#functions .line.marked')).toContainText('return record');
  records.delete(address);
  await slider.fill('4');
  await expect(page.locator('#functions .byte')).toHaveText(hexBytes(records.bytes(address)));
  await page.locator('#functions a.ref', { hasText: 'asks malloc' }).click();
  await expect(page.locator('#functions .line.marked')).toContainText('malloc(sizeof(struct Record))');
  await expect(said(page, 'functions')).toContainText('RuntimeError');
});

test('step 3 disassembles the bytes that run', async ({ page }) => {
  await goto(page, 'wasm');
  const bytes = await bytesOf('program.wasm');
  const { records } = await linkHere();
  const rows = await page.locator('#wasm .text-listing .line').evaluateAll((lines) =>
    lines.map((line) => ({
      place: Number(line.querySelector('.place')?.textContent),
      text: String(line.querySelector('.text')?.textContent).trim(),
      bytes: String(line.querySelector('.code-bytes')?.textContent),
    })),
  );
  // The bytes beside each instruction are those of the file at that place, and no byte is left out.
  let place = rows[0].place;
  for (const row of rows.filter((candidate) => candidate.bytes)) {
    const own = row.bytes.split(' ');
    expect(row.place).toBe(place);
    expect(own).toEqual(hexBytes(bytes.subarray(place, place + own.length)));
    place += own.length;
  }
  const texts = rows.map(({ text }) => text);
  const constant = texts.indexOf(`i32.const ${records.size}`);
  expect(rows[constant].bytes).toBe(`41 ${hexBytes([records.size])}`);
  expect(texts[constant + 1]).toBe('call $malloc');
  await expect(fact(page, 'instruction-size')).toHaveText(texts[constant]);
  await expect(fact(page, 'instruction-malloc')).toHaveText('call $malloc');
  await expect(fact(page, 'program-bytes')).toHaveText(String(bytes.length));
  await expect(fact(page, 'nested')).toHaveText('(call $free (get_local 0))');
  for (const { name, type, offset } of records.fields) {
    const store = `${type === 'int' ? 'i32' : 'f32'}.store${offset ? ` offset=${offset}` : ''}`;
    const row = rows[texts.indexOf(store)];
    expect(row.bytes.split(' ')).toEqual(hexBytes([type === 'int' ? 0x36 : 0x38, 2, offset]));
    await expect(fact(page, `instruction-${name}`)).toContainText(store);
  }
});

test('step 3 marks the counterparts of a line of C, of an instruction, of a byte', async ({ page }) => {
  await goto(page, 'wasm');
  const c = page.locator('#wasm pre.listing .line.marked');
  const text = page.locator('#wasm .text-listing .line.marked .text');
  const record = page.locator('#wasm .byte.marked');

  await page.locator('#wasm pre.listing .line', { hasText: 'record->x = x' }).click();
  await expect(text.last()).toHaveText(/f32\.store/);
  await expect(record).toHaveText('cd cc 8c 3f'.split(' '));
  await page.locator('#wasm .text-listing .line', { hasText: 'call $malloc' }).click();
  await expect(c).toContainText('malloc(sizeof(struct Record))');
  await expect(record).toHaveCount(0);
  await page.locator('#wasm .byte').first().click();
  await expect(c).toContainText('record->id = id');
  await expect(text.last()).toHaveText(/i32\.store/);
  await page.locator('#wasm .byte').first().locator('..').press('End');
  await expect(c).toContainText('record->y = y');
  await page.locator('#wasm a.ref', { hasText: 'call $free' }).click();
  await expect(c).toContainText('free(record)');

  await page.getByLabel('Show the older names').check();
  await expect(page.locator('#wasm .text-listing')).toContainText('get_local');
  await expect(page.locator('#wasm .text-listing')).not.toContainText('local.get');
  await expect(said(page, 'wasm')).toContainText('CompileError');
});

test('step 4 lists what the modules say, and shows the real LinkErrors', async ({ page }) => {
  await goto(page, 'imports');
  const { modules, bindings } = await linkHere();
  for (const [name, module] of Object.entries(modules)) {
    const imports = WebAssembly.Module.imports(module).map(
      (item) => `${item.module}.${item.name} ${item.kind}`,
    );
    await expect(page.locator(`#needs-${name}-imports li`)).toHaveText(imports);
    const exports = WebAssembly.Module.exports(module).map((item) => `${item.name} ${item.kind}`);
    await expect(page.locator(`#needs-${name}-exports li`)).toHaveText(exports);
  }
  const rows = page.locator('.resolution tbody tr:not(.outcome-row)');
  await expect(rows).toHaveCount(bindings.length);
  for (const [i, { module, from, name, by }] of bindings.entries()) {
    const row = rows.nth(i);
    await expect(row).toContainText(`${from}.${name}`);
    await expect(row).toContainText(`${module}.wasm`);
    if (by === 'module') await expect(row).toContainText('itself');
    await row.getByRole('button').click();
    const outcome = page.locator('.outcome-row:visible').nth(i);
    await expect(outcome.locator('samp')).toContainText(/^(LinkError|TypeError): .{10}/);
    await expect(outcome).toContainText('Remedy:');
  }
  const own = await page.evaluate(async () => {
    const module = await WebAssembly.compile(await (await fetch('program.wasm')).arrayBuffer());
    const memory = new WebAssembly.Memory({ initial: 2 });
    const env = { memory, __memory_base: 1024, free() {} };
    return WebAssembly.instantiate(module, { env }).then(String, String);
  });
  await expect(page.locator('.outcome-row samp').filter({ hasText: 'malloc' })).toHaveText(own);

  /** The labels that an arrowhead touches: an arrowhead reaches eight to each side of its middle. */
  const touched = () =>
    page.locator('.needs .arrow').evaluateAll((arrows) =>
      arrows.flatMap((arrow) => {
        const path = /** @type {SVGPathElement} */ (/** @type {unknown} */ (arrow));
        const middle = path.getPointAtLength(path.getTotalLength() - 8);
        const labels = /** @type {NodeListOf<SVGTextElement>} */ (document.querySelectorAll('.needs .label'));
        return [...labels]
          .filter((label) => {
            const { x, y, width, height } = label.getBBox();
            const [dx, dy] = [
              Math.max(x - middle.x, 0, middle.x - x - width),
              Math.max(y - middle.y, 0, middle.y - y - height),
            ];
            return Math.max(dx, dy) < 8;
          })
          .map((label) => label.textContent);
      }),
    );
  expect(await touched()).toEqual([]);
  await page.getByLabel('the program owns the memory').check();
  await expect(page.locator('#imports-figure')).toContainText('a circle');
  expect(await touched()).toEqual([]);
  await page.locator('#imports a.ref', { hasText: 'avoids the circle' }).click();
  await expect(page.locator('#imports-figure')).not.toContainText('a circle');
  await expect(said(page, 'imports')).toContainText('TypeError');
});

test('step 5 notes down a real call, and one fetch after the other', async ({ page }) => {
  /** @type {string[]} */
  const asked = [];
  page.on('request', (request) => request.url().includes('?load=') && asked.push(request.url()));
  await goto(page, 'callbacks');
  const address = String(await fact(page, 'callbacks-address').textContent());
  expect(address).toMatch(/^0x[0-9a-f]{5}$/);
  const { records } = await linkHere();
  const labels = await page.locator('#callbacks .hop .label').allTextContents();
  expect(labels.slice(1)).toEqual([
    `malloc(${records.size})`,
    `wasmMalloc(${records.size})`,
    address,
    address,
    address,
  ]);
  await expect(page.locator('#callbacks details pre')).toContainText(/wasm/);
  await page.locator('#callbacks a.ref', { hasText: 'out into the page' }).click();
  await expect(page.locator('#callbacks .hop.marked')).toContainText('malloc(');
  await expect(page.locator('#callbacks input[type=range]')).toHaveValue('1');

  expect(asked.map((url) => new URL(url).pathname.split('/').at(-1))).toEqual([
    'program-owns-memory.wasm',
    'memory.wasm',
  ]);
  const times = (await page.locator('#callbacks .clock li').allTextContents()).map((text) =>
    [...text.matchAll(/([\d.]+) ms/g)].map(([, time]) => Number(time)),
  );
  const [[, , came], [wanted]] = times;
  expect(wanted).toBeGreaterThanOrEqual(Math.floor(came));
  await expect(said(page, 'callbacks')).toHaveText(/TypeError: .*wasmMalloc/);
});

test('step 6 times both ways, says what it holds back, and saves a wait', async ({
  page,
  faults,
  browserName,
}) => {
  await goto(page, 'parallel');
  await expect(page.locator('#parallel .clock')).toHaveCount(2);
  await expect(page.locator('#parallel .clock').first()).not.toContainText('held back');
  await page.locator('#parallel a.ref', { hasText: 'one wait is saved' }).click();
  await expect(page.locator('#parallel .clock').first()).toContainText(/held back by this page for 3\d\d ms/);
  const verdict = fact(page, 'parallel-verdict');
  await expect(verdict).toContainText('held back by this page for 300 ms');
  const [, saved] = String(await verdict.textContent()).match(/([\d.]+) ms saved/) ?? [];
  expect(Number(saved)).toBeGreaterThan(200);
  await expect(said(page, 'parallel')).toContainText(/CompileError/);

  if (browserName === 'chromium') faults.allow(/404/);
  await page.getByRole('button', { name: 'Ask for a file that is not there' }).click();
  await expect(page.locator('#parallel-missing-words')).toContainText(
    /LoadError: Unable to fetch Web Assembly file http\S+no-such-file\.wasm\. .*404/,
  );
});

test('step 7 draws the owners, and lets two modules collide on a memory of their own', async ({ page }) => {
  await goto(page, 'shared');
  const { regions, records, memory, exports } = await linkHere();
  const address = records.create({ id: 2, x: 1.1, y: 2.2 });
  await expect(fact(page, 'shared-address')).toHaveText(hex(address));
  for (const { start } of regions) await expect(page.locator('#shared .legend')).toContainText(hex(start));
  await expect(page.locator('#shared-path')).toContainText('is true');
  await expect(page.locator('#shared .hop')).toHaveCount(4);
  await page.locator('#shared a.ref', { hasText: 'the stack' }).click();
  await expect(page.locator('#shared-map output')).toContainText('Stack');
  // The first and the last byte of each owner, unused bytes between two owners, and the Record in the heap.
  const end = memory.buffer.byteLength;
  const says = async (/** @type {number} */ at, /** @type {string} */ who) => {
    await page.locator('#shared-map input[type=range]').fill(String(at));
    await expect(page.locator('#shared-map output')).toHaveText(`${hex(at)}: ${who}`);
  };
  const names = {
    reserved: 'Reserved, so that nothing has address 0',
    stack: 'Stack',
    heap: 'Heap',
  };
  for (const [i, { kind, owner, start, end: to }] of regions.entries()) {
    const who = kind === 'statics' ? `Statics of ${owner}.wasm` : names[kind];
    for (const at of [start, (to ?? end) - 1]) await says(at, who);
    if (i > 0 && regions[i - 1].end !== start) {
      await says(start - 1, 'Unused, so that what follows is aligned');
    }
  }
  await says(address + records.size - 1, 'Heap, and in it: Record');
  await says(address + records.size, 'Heap');

  await page.getByRole('button', { name: 'Give both the same base' }).click();
  const statics = regions.find(({ owner }) => owner === 'program');
  const before = new Uint8Array(memory.buffer, statics?.start, (statics?.end ?? 0) - (statics?.start ?? 0));
  await expect(page.locator('.collision tr').first().locator('td')).toHaveText(hexBytes(before));
  const changed = await page.locator('.collision tr').last().locator('.hit').count();
  expect(changed).toBeGreaterThan(0);
  await expect(page.locator('#collision')).toContainText(`${changed} of the ${before.length} bytes`);
  // The page names each constant that was overwritten, with its value before and after.
  const after = (await page.locator('.collision tr').last().locator('td').allTextContents()).map((byte) =>
    Number.parseInt(byte, 16),
  );
  const now = new DataView(new Uint8Array(after).buffer);
  const hits = Object.entries(exports.program).flatMap(([name, at]) => {
    if (typeof at !== 'number') return [];
    const [was, is] = [
      new DataView(memory.buffer).getUint32(at, true),
      now.getUint32(at - (statics?.start ?? 0), true),
    ];
    return was === is ? [] : [`${name} was ${was} and now reads ${is}`];
  });
  expect(hits.length).toBeGreaterThan(0);
  for (const hit of hits) await expect(page.locator('#collision')).toContainText(hit);
  await expect(page.locator('#shared .legend')).toContainText(`16 bytes from ${hex(statics?.start ?? 0)}`);
  await expect(said(page, 'shared')).toContainText('TypeError');
});

test('step 8 measures the hop, with its spread', async ({ page }) => {
  await goto(page, 'cost');
  await expect(fact(page, 'cost-verdict')).toContainText(
    /takes \d+\.\d\d times as long .*\(between \d+\.\d\d and \d+\.\d\d\)/,
  );
  const medians = (await page.locator('.dot-row p').allTextContents()).map((text) =>
    Number(text.match(/([\d.]+) ns a Record/)?.[1]),
  );
  expect(medians).toHaveLength(2);
  for (const median of medians) expect(median).toBeGreaterThan(1);
  await expect(page.locator('.dot')).toHaveCount(42);
  await page.getByRole('button', { name: 'Measure again' }).click();
  await expect(page.locator('#cost .outcome')).toHaveText('Measured just now, in this page.', {
    timeout: 15_000,
  });
  await expect(page.locator('#cost a[href="measure.html"]')).toBeVisible();
  await expect(said(page, 'cost')).toContainText('No error; it returned');
});

test('explains a word where it is met, and gives the focus back', async ({ page }) => {
  await goto(page, 'imports');
  const link_ = page.locator('#imports a.word', { hasText: 'instance' });
  await link_.focus();
  await page.keyboard.press('Enter');
  const box = page.locator('#word');
  await expect(box).toBeVisible();
  await expect(box).toContainText('A module brought to life');
  await expect(box).not.toContainText('Global');
  await page.keyboard.press('Escape');
  await expect(box).toBeHidden();
  await expect(link_).toBeFocused();
  await page.locator('.glossary a', { hasText: 'heap' }).click();
  await page.locator('#word a').click();
  await opened(page, 'functions');
  await expect(page.locator('#w-heap')).toBeInViewport();
});

test('every word that is linked is explained, once, and every reference has its figure', async ({ page }) => {
  await page.goto('lesson.html');
  const { words, missing } = await page.evaluate(() => {
    const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (
      document.querySelectorAll('a.word, a.ref, .toc a, .turn a')
    );
    return {
      words: [...document.querySelectorAll('dfn')].map((word) => String(word.textContent).toLowerCase()),
      missing: [...links].map((link) => link.hash).filter((hash) => !document.querySelector(hash)),
    };
  });
  expect(missing).toEqual([]);
  expect(new Set(words).size).toBe(words.length);
  for (const word of ['heap', 'stack', 'pointer', 'module', 'instance', 'import'])
    expect(words).toContain(word);
});

test('can be used by keyboard alone, and traps nobody', async ({ page }) => {
  test.setTimeout(90_000);
  for (const step of STEPS) {
    await goto(page, step);
    await page.locator(`#${step}-title`).focus();
    const stops = await page
      .locator(`#${step} :is(a[href], button:enabled, input:enabled, select, summary, [tabindex="0"])`)
      .count();
    let isOut = false;
    for (let presses = 0; presses < stops + 5 && !isOut; presses++) {
      await page.keyboard.press('Tab');
      isOut = await page.evaluate((id) => !document.activeElement?.closest(`#${id}`), step);
    }
    expect(isOut, `${step}: the Tab key comes out at the other end`).toBe(true);
  }
});

test('turns the page with arrow keys, but never takes them from a control', async ({ page }) => {
  await goto(page, 'record');
  await page.keyboard.press('ArrowRight');
  await opened(page, 'functions');
  await page.keyboard.press('ArrowLeft');
  await opened(page, 'record');
  await page.locator('#record input[type=range]').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('#record input[type=range]')).toHaveValue('1');
  await page.locator('#record input[name=id]').focus();
  await page.keyboard.press('ArrowRight');
  await page.locator('#record .cells').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  expect(new URL(page.url()).hash).toBe('#record');
  await expect(page.locator('#record input[type=range]')).toHaveValue('1');
});

test('axe finds nothing in any step, light or dark', async ({ page }) => {
  test.setTimeout(90_000);
  for (const step of STEPS) {
    await goto(page, step);
    if (step === 'imports') await page.locator('.resolution button').first().click();
    if (step === 'shared') {
      await page.getByRole('button', { name: 'Give both the same base' }).click();
      await expect(page.locator('.collision')).toBeVisible();
    }
    expect(await barriers(page), step).toEqual([]);
  }
});

test('fits a phone in every step', async ({ page }) => {
  test.setTimeout(60_000);
  await page.setViewportSize({ width: 360, height: 740 });
  for (const step of STEPS) {
    await goto(page, step);
    if (step === 'imports') {
      for (const button of await page.locator('.resolution button').all()) await button.click();
    }
    if (step === 'shared') await page.getByRole('button', { name: 'Give both the same base' }).click();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, step).toBeLessThanOrEqual(0);
  }
});

test('says by the reader’s own colours what it says by its own', async ({ page, browserName }) => {
  test.skip(browserName === 'firefox', 'Playwright cannot force colours on this Firefox');
  await page.emulateMedia({ forcedColors: 'active' });
  /** @param {string} selector @param {Parameters<typeof pixel>[1]} [at] */
  const colour = (selector, at) => pixel(page.locator(selector).first(), at);

  await goto(page, 'functions');
  const corner = { x: 6, y: 1 };
  expect(await colour('.line.marked', corner)).not.toEqual(await colour('.line:not(.marked)', corner));
  await goto(page, 'imports');
  expect(await colour('.needs rect', { x: 9, y: 9 })).toEqual(await colour('.needs', { x: 1, y: 1 }));

  await goto(page, 'callbacks');
  const paper = await colour('body', { x: 1, y: 1 });
  expect(await colour('.hop.left .arrow', { x: 2, y: 1 })).not.toEqual(paper);
  expect(await colour('.hop.left .arrow', { x: -4, y: -3 }), 'an arrowhead has a point').toEqual(paper);
  const kinds = [];
  for (const kind of ['waiting', 'coming', 'done']) kinds.push(await colour(`.clock-legend .${kind}`));
  expect(new Set([paper, ...kinds].map(String)).size).toBe(4);
  expect(await colour('.track .done')).toEqual(kinds[2]);

  await goto(page, 'cost');
  const [median, ground] = ['#cost .track .median', '#cost .track'];
  expect(await colour(median, { x: 1, y: 1 })).not.toEqual(await colour(ground, { x: 1, y: 1 }));
});

test('moves nothing by itself', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const step of ['record', 'callbacks']) {
    await goto(page, step);
    const moving = await page.evaluate(() => document.getAnimations().length);
    expect(moving).toBe(0);
  }
});

test('prints every step', async ({ page, servedBy, browserName }) => {
  if (browserName === 'firefox') {
    // Firefox's driver cannot emulate print, so the styles for paper are served as styles for the screen.
    const site = await servedBy(async (file) => {
      const answer = await distFile(file);
      if (!file.endsWith('.css')) return answer;
      const css = String(answer.body).replaceAll('@media screen', '@media not all');
      return { ...answer, body: css.replaceAll('@media print', '@media all') };
    });
    await page.goto(`${site.url}lesson.html#wasm`);
    await expect(page.locator('#wasm')).toHaveAttribute('data-state', 'open');
  } else {
    await goto(page, 'wasm');
    await page.emulateMedia({ media: 'print' });
  }
  for (const step of STEPS) await expect(page.locator(`#${step} h2`)).toBeVisible();
  await expect(page.locator('#wasm figcaption')).toBeVisible();
  await expect(page.locator('#cost figcaption')).toBeHidden(); // it was not opened, so there is no figure
  await expect(page.locator('.toc')).toBeHidden();
});

test('reads from top to bottom without any script, with its code', async ({ page, servedBy }) => {
  const site = await servedBy(async (file) => {
    const answer = await distFile(file);
    if (file !== 'lesson.html') return answer;
    const html = String(answer.body).replace(/<script[\s\S]*?<\/script>/g, '');
    return { ...answer, body: html.replace(/<\/?noscript>/g, '') };
  });
  await page.goto(`${site.url}lesson.html`);
  for (const step of STEPS) await expect(page.locator(`#${step} h2`)).toBeVisible();
  await expect(page.locator('#functions .listing')).toContainText('struct Record *createRecord(int id');
  await expect(page.locator('#shared')).toContainText('async function openShared');
  await expect(page.locator('#record')).toContainText(
    'sizeof(struct Record) tells how many: a handful of bytes',
  );
  await expect(page.locator('#main')).toContainText('JavaScript is off');
  await expect(page.locator('pre code:empty')).toHaveCount(0);
});

test('says so when a module cannot be loaded, and the text stays', async ({
  page,
  servedBy,
  faults,
  browserName,
}) => {
  if (browserName === 'chromium') faults.allow(/404/);
  const site = await servedBy((file) =>
    file === 'memory.wasm' ? { status: 404, headers: {}, body: 'no' } : distFile(file),
  );
  await page.goto(`${site.url}lesson.html`);
  await expect(page.locator('#record .alert')).toContainText(
    /Unable to fetch Web Assembly file http\S+memory\.wasm/,
  );
  await expect(page.locator('#record')).toContainText(
    'A record is a group of values that describe one thing',
  );
});

test('names the element that a document lacks, where a step needs it', async ({ page, servedBy }) => {
  const site = await servedBy(async (file) => {
    const answer = await distFile(file);
    if (file !== 'lesson.html') return answer;
    return { ...answer, body: String(answer.body).replace('data-fact="exact-y"', '') };
  });
  await page.goto(`${site.url}lesson.html`);
  await expect(page.locator('#record .alert')).toContainText(
    'The page has no HTMLElement [data-fact="exact-y"].',
  );
});

test('says so when the server is gone, with the file, until it is there again', async ({
  page,
  servedBy,
  faults,
  browserName,
}) => {
  if (browserName === 'chromium') faults.allow(/ERR_EMPTY_RESPONSE|ERR_CONNECTION/);
  let isGone = true;
  const site = await servedBy((file) => (isGone && file.endsWith('.wasm') ? null : distFile(file)));
  await page.goto(`${site.url}lesson.html`);
  await expect(page.locator('#record .alert')).toContainText(
    /Unable to fetch Web Assembly file http\S+\.wasm\. No answer.*Check that the server is running/,
  );
  isGone = false;
  await page.locator('.turn a[rel=next]:visible').click();
  await opened(page, 'functions');

  await page.locator('.toc').getByRole('link', { name: 'Callbacks' }).click();
  await opened(page, 'callbacks');
  isGone = true;
  await page.locator('#callbacks').getByRole('button', { name: 'Load again' }).click();
  await expect(page.locator('#callbacks .alert')).toContainText(
    /program-owns-memory\.wasm\?load=\d+\. No answer/,
  );
  isGone = false;
  await page.locator('#callbacks').getByRole('button', { name: 'Load again' }).click();
  await expect(page.locator('.alert:visible')).toHaveCount(0);
});

test('a step whose script does not come says what to do, and asks for it again', async ({
  page,
  servedBy,
  faults,
  browserName,
}) => {
  faults.allow(/ERR_EMPTY_RESPONSE|ERR_CONNECTION|module/);
  let isGone = true;
  const site = await servedBy((file) =>
    isGone && file === 'app/lesson/steps/functions.js' ? null : distFile(file),
  );
  await page.goto(`${site.url}lesson.html#functions`);
  await expect(page.locator('#functions .alert')).toContainText('Check that the server is running');
  isGone = false;
  await page.locator('.toc').getByRole('link', { name: 'Callbacks' }).click();
  await page.locator('.toc').getByRole('link', { name: 'Create and delete' }).click();
  // Firefox remembers that a module failed to load until the page is loaded again.
  if (browserName === 'firefox') await page.getByRole('button', { name: 'Load the page again' }).click();
  await opened(page, 'functions');
  await expect(page.locator('.alert:visible')).toHaveCount(0);
});

test('a problem stays in its step, which is started only once', async ({
  page,
  servedBy,
  faults,
  browserName,
}) => {
  if (browserName === 'chromium') faults.allow(/404|ERR_EMPTY_RESPONSE|ERR_CONNECTION/);
  let isGone = false;
  const site = await servedBy((file) => (isGone && file.endsWith('.wasm') ? null : distFile(file)));
  await page.goto(`${site.url}lesson.html`);
  await opened(page, 'record');
  isGone = true;
  const toc = page.locator('.toc');
  await toc.getByRole('link', { name: 'Parallel' }).click();
  const problem = page.locator('#parallel .alert');
  await expect(problem).toContainText('No answer');
  isGone = false;
  await toc.getByRole('link', { name: 'A record' }).click();
  await opened(page, 'record');
  await toc.getByRole('link', { name: 'Parallel' }).click();
  await expect(problem.getByRole('button', { name: 'Load the page again' })).toBeVisible();
  await page.getByRole('button', { name: 'Ask for a file that is not there' }).click();
  await expect(page.locator('#parallel-missing-words')).toContainText('404');
  expect(site.requests.filter((file) => file === 'no-such-file.wasm')).toHaveLength(1);
});

test('loads that are asked for at once are timed one after the other', async ({ page }) => {
  await goto(page, 'parallel');
  await goto(page, 'callbacks');
  await page.locator('#callbacks select').selectOption('300');
  const first = page.waitForResponse(/program-owns-memory\.wasm\?load=/);
  await page.locator('#callbacks').getByRole('button', { name: 'Load again' }).click();
  await page.locator('.turn a[rel=next]:visible').click();
  await first; // the second file is held back
  await page.getByRole('button', { name: 'Load both ways' }).click();
  await expect(page.locator('#parallel .clock')).toHaveCount(2);
  await expect(page.locator('#callbacks .clock')).toContainText('held back by this page');
  await page.waitForTimeout(1200); // as long as a clock waits for an entry that was cleared away
  await expect(page.locator('.alert:visible')).toHaveCount(0);
});

test('an address that names nothing opens the first step', async ({ page }) => {
  await page.goto('lesson.html#%');
  await opened(page, STEPS[0]);
});

test('says so where there is no WebAssembly, and the text stays', async ({ page }) => {
  await page.addInitScript(() => {
    // @ts-expect-error: taken away as a hardened browser does
    delete window.WebAssembly;
  });
  await page.goto('lesson.html#shared');
  await expect(page.locator('#alert')).toContainText('This browser has no WebAssembly');
  await expect(page.locator('#shared')).toContainText('Two modules in one memory');
  await page.locator('.turn a[rel=next]:visible').click();
  await expect(page.locator('#cost-title')).toBeFocused();
});
