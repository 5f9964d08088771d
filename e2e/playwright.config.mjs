/**
 * Playwright tests the built site as emrun serves it, in every browser that scripts/engines.mjs finds.
 * scripts/test.mjs reports the other browsers as skipped.
 */
import { defineConfig } from '@playwright/test';
import { engines } from '../scripts/engines.mjs';
import { freePort } from '../scripts/serve.mjs';

// Playwright's workers read this file again. The variable gives them the port that the first process chose.
process.env.HEAP_LAB_PORT ??= String(await freePort());
const port = Number(process.env.HEAP_LAB_PORT);

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.mjs',
  outputDir: '../build/test/e2e',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // A browser may stall on a shared machine. A second try that passes counts, and scripts/test.mjs reports
  // it.
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
