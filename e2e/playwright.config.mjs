/**
 * Playwright drives the built site as emrun serves it, in every engine this machine has: Playwright's own
 * browsers where they are installed, else Debian's Chromium and Firefox ESR.
 *
 * `engines` says for each engine whether it is here and how it is started; scripts/test.mjs reports the rest as
 * skipped.
 */
import { existsSync } from 'node:fs';
import { chromium, defineConfig, devices, firefox, webkit } from '@playwright/test';
import { freePort } from '../scripts/serve.mjs';

const asRoot = process.getuid?.() === 0;

/**
 * What Chromium can do without. The popups of its address bar are pages, for each window, in a process of their own;
 * with one more process that it keeps in store they are half of what a test costs. Only the last --disable-features
 * counts, so those that Playwright switches off come first here (`chromiumSwitches` in playwright-core).
 */
const disabledFeatures = `
  AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose DialMediaRouteProvider GlobalMediaControls
  HttpsUpgrades LensOverlay MediaRouter PaintHolding Translate ThirdPartyStoragePartitioning OptimizationHints
  BlockOriginHeaderModificationOnRedirect AvoidCorsURLLoaderRestartOnRedirect NetworkTimeServiceQuerying AimEnabled
  WebUIOmniboxPopup WebUIOmniboxAimPopup SpareRendererForSitePerProcess`;
const chromiumFlags = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${disabledFeatures.trim().split(/\s+/)}`,
];

/** @param {import('@playwright/test').BrowserType} type */
const isInstalled = (type) => existsSync(type.executablePath());
const debianChromium = '/usr/bin/chromium';
const debianFirefox = '/usr/bin/firefox-esr';

/** @type {Record<string, import('@playwright/test').Project | null>} null: not on this machine */
export const engines = {
  chromium:
    isInstalled(chromium) || existsSync(debianChromium)
      ? {
          use: {
            ...devices['Desktop Chrome'],
            launchOptions: {
              args: asRoot ? [...chromiumFlags, '--no-sandbox'] : chromiumFlags,
              executablePath: isInstalled(chromium) ? undefined : debianChromium,
            },
          },
        }
      : null,
  firefox: isInstalled(firefox)
    ? { use: devices['Desktop Firefox'] }
    : existsSync(debianFirefox)
      ? {
          use: {
            ...devices['Desktop Firefox'],
            channel: 'moz-firefox',
            launchOptions: { executablePath: debianFirefox },
          },
        }
      : null,
  webkit: isInstalled(webkit) ? { use: devices['Desktop Safari'] } : null,
};

// One port for this process and the workers it starts, which read this file again.
process.env.HEAP_LAB_PORT ??= String(await freePort());
const port = Number(process.env.HEAP_LAB_PORT);

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.mjs',
  outputDir: '../build/test/e2e',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // On a shared machine a browser may stall; a test that then passes counts, and is counted as one that did not at once.
  retries: process.env.CI ? 1 : 0,
  workers: 2,
  timeout: 30_000,
  reporter: 'list',
  use: { baseURL: `http://localhost:${port}/`, screenshot: 'only-on-failure' },
  projects: Object.entries(engines).flatMap(([name, project]) => (project ? [{ name, ...project }] : [])),
  webServer: {
    command: `exec node ../scripts/serve.mjs ${port}`,
    url: `http://localhost:${port}/`,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
  },
});
