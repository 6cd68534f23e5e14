/** A real browser for tests, where one is installed. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const places = [
  process.env['CREASEBOOK_BROWSER'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Path of an installed Chromium, or null; CREASEBOOK_BROWSER names another one. */
export const browserPath: string | null = places.find((path) => path !== '' && existsSync(path)) ?? null;

/** Whether tests that need a browser are left out: none is installed, and nobody insists on it by setting CI. */
export const isWithoutBrowser = browserPath === null && !process.env['CI'];

function launch(args: readonly string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath ?? undefined,
    headless: true,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb', ...args],
  });
}

/** Starts the browser without a window. */
export function launchBrowser(): Promise<Browser> {
  return launch(['--disable-gpu']);
}

/**
 * Starts the browser without a window and with WebGPU on its software adapter, whatever else there is. `isQuick` keeps it
 * from clearing workgroup memory, which kernels write before they read it: compiling them takes a tenth of the time.
 */
export function launchGpuBrowser(isQuick = true): Promise<Browser> {
  const quick = isQuick ? ['--enable-dawn-features=disable_workgroup_init'] : [];
  return launch(['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', ...quick]);
}
