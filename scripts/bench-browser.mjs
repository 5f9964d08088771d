/**
 * Drives the Measure page in a real browser, for `npm run bench -- --browser`. It opens the link that starts
 * a run, waits, and takes the run that the page keeps in the browser's storage.
 */
import * as playwright from '@playwright/test';
import { RunStore } from '../app/measure/run-store.js';
import { engines } from './engines.mjs';
import { freePort, serve } from './serve.mjs';

const nothing = { setItem() {}, removeItem() {} };

/**
 * @typedef {{ task: string, name: string, done: number, of: number, started: number, result?: unknown }} At
 */

/**
 * @param {string} name chromium or firefox
 * @param {{ [name: string]: string }} settings as a link to the page has them
 * @param {(at: At | null) => void} progress null at the end
 * @returns {Promise<import('../app/measure/run.js').Run>}
 */
export async function measureInBrowser(name, settings, progress) {
  const engine = engines[name];
  if (!engine)
    throw new Error(`There is no ${name} on this machine. Install it, or leave it out of --browser.`);
  const type = /** @type {any} */ (playwright)[name];
  const { launchOptions = {}, channel } = engine.use ?? {};
  const browser = await type.launch({ ...launchOptions, channel });
  /** @type {Awaited<ReturnType<typeof serve>> | undefined} */
  let server;
  try {
    server = await serve(await freePort());
    const page = await browser.newPage();
    const section = page.locator(`#${settings.kind}`);
    const started = Date.now();
    await page.goto(`${server.url}measure.html?${new URLSearchParams(settings)}`);
    const save = section.getByRole('button', { name: 'Save as JSON' });
    for (;;) {
      const alert = (await page.getByRole('alert').allTextContents()).join('');
      if (alert) throw new Error(`${name}: ${alert}`);
      const isMeasuring = (await section.getByRole('button', { name: 'Cancel' }).count()) > 0;
      if (!isMeasuring && (await save.count()) > 0) break;
      const done = Number((await section.locator('progress').getAttribute('value')) ?? 0);
      const task = (await section.getByRole('status').textContent()) ?? '';
      progress({
        task: `${name}: ${task.replace(/^.*? left\. /, '')}`,
        name: '',
        done: Math.max(done, 0.001),
        of: 1,
        started,
      });
      await page.waitForTimeout(250);
    }
    progress(null);
    const stored = /** @type {Record<string, string>} */ (await page.evaluate(() => ({ ...localStorage })));
    const kept = new RunStore(() => ({ ...nothing, getItem: (key) => stored[key] ?? null }));
    const [latest] = kept.list();
    const run = latest && kept.load(latest.date);
    if (!run) throw new Error(`${name} kept no run.`);
    return run;
  } finally {
    await browser.close();
    server?.stop();
  }
}
