/**
 * The browsers on this machine, and how Playwright starts each: its own builds where they are installed, else
 * Debian's Chromium and Firefox ESR. The tests in e2e/ and the benchmark start them the same way.
 */
import { existsSync } from 'node:fs';
import { chromium, devices, firefox, webkit } from '@playwright/test';

/**
 * Two features of Chromium are switched off, because a test starts faster without them:
 *
 * - The popups of the address bar are pages, in a process of their own for each window.
 * - Chromium keeps one spare process for the next page.
 *
 * Together they were half of what a test costs. Chromium obeys only the last --disable-features, so the list
 * begins with the features that Playwright itself switches off (`chromiumSwitches` in playwright-core).
 */
const disabledFeatures = `
  AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose DialMediaRouteProvider
  GlobalMediaControls HttpsUpgrades LensOverlay MediaRouter PaintHolding Translate
  ThirdPartyStoragePartitioning OptimizationHints BlockOriginHeaderModificationOnRedirect
  AvoidCorsURLLoaderRestartOnRedirect NetworkTimeServiceQuerying AimEnabled
  WebUIOmniboxPopup WebUIOmniboxAimPopup SpareRendererForSitePerProcess`;
const chromiumFlags = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${disabledFeatures.trim().split(/\s+/)}`,
];
// Chromium refuses to start its sandbox as root.
if (process.getuid?.() === 0) chromiumFlags.push('--no-sandbox');

const debianChromium = '/usr/bin/chromium';
const debianFirefox = '/usr/bin/firefox-esr';

/** @param {import('@playwright/test').BrowserType} type */
const isInstalled = (type) => existsSync(type.executablePath());

/** @typedef {import('@playwright/test').Project} Project what Playwright needs to start a browser */

/** @returns {Project | null} */
function findChromium() {
  const executablePath = isInstalled(chromium) ? undefined : debianChromium;
  if (executablePath && !existsSync(executablePath)) return null;
  return { use: { ...devices['Desktop Chrome'], launchOptions: { args: chromiumFlags, executablePath } } };
}

/** @returns {Project | null} */
function findFirefox() {
  const use = devices['Desktop Firefox'];
  if (isInstalled(firefox)) return { use };
  if (!existsSync(debianFirefox)) return null;
  // Playwright drives an unpatched Firefox over WebDriver BiDi, under this channel.
  return { use: { ...use, channel: 'moz-firefox', launchOptions: { executablePath: debianFirefox } } };
}

/** @returns {Project | null} */
const findWebKit = () => (isInstalled(webkit) ? { use: devices['Desktop Safari'] } : null);

/**
 * By name; null stands for a browser that this machine does not have.
 * @type {Record<string, Project | null>}
 */
export const engines = { chromium: findChromium(), firefox: findFirefox(), webkit: findWebKit() };
