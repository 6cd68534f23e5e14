/**
 * Where tests of the app run: in a browser on a served lab, besides in Electron where its binary is, and on the stand-in for
 * Electron where that is asked for, as the longer campaign does.
 */
import { _electron } from 'playwright-core';
import { describe, it } from 'vitest';
import { binaryIn, electronFolder } from '../../electron/serve/electron-binary.ts';
import { hasDisplay } from '../../electron/serve/start-app.ts';
import { appPage, type AppPage } from './app-page.ts';
import { isWithoutBrowser, launchBrowser } from './browser.ts';
import { electronPage } from './electron-page.ts';
import { newerNodeAbsence } from '../electron/stand-in/newer-node.ts';
import { servedLab, type ServedLab } from './lab-server.ts';
import { standInPage } from './stand-in-page.ts';

export interface AppHost {
  readonly name: string;
  /** Why nothing runs there; null where it does. */
  readonly absence: string | null;
  /** Opens the app on a notebook's folder, after `prepare` has filled it. */
  open(notebook: string, prepare?: (served: ServedLab) => Promise<unknown>): Promise<AppPage>;
}

const hostNames = ['browser', 'electron', 'stand-in'] as const;
export type HostName = (typeof hostNames)[number];

/**
 * Why tests do not run in a host; null where they do. `wanted`, from CREASEBOOK_E2E, names the only one; without it
 * they run wherever there is no obstacle. Throws where the one that is wanted cannot be had.
 */
export function hostAbsence(
  host: HostName,
  wanted: string | undefined,
  obstacle: string | null,
): string | null {
  if (wanted === undefined || wanted === '') return obstacle;
  if (!hostNames.some((name) => name === wanted))
    throw new Error(`CREASEBOOK_E2E is '${wanted}'; it may be ${hostNames.join(' or ')}.`);
  if (wanted !== host) return `CREASEBOOK_E2E asks for ${wanted} only`;
  if (obstacle !== null) throw new Error(`CREASEBOOK_E2E asks for ${wanted}, but ${obstacle}.`);
  return null;
}

const wanted = process.env['CREASEBOOK_E2E'];

const browserHost: AppHost = {
  name: 'a browser',
  absence: hostAbsence('browser', wanted, isWithoutBrowser ? 'no Chromium is installed' : null),
  async open(notebook, prepare) {
    const served = await servedLab(notebook);
    await prepare?.(served);
    const browser = await launchBrowser();
    return {
      ...(await appPage(browser, served)),
      async close() {
        await browser.close();
        await served.close();
      },
    };
  },
};

const folder = electronFolder();
const electronBinary = folder === null ? null : binaryIn(folder, process.env);

/** What keeps Electron from running here, or null. */
function electronObstacle(): string | null {
  if (electronBinary === null) return "Electron's binary is not here";
  return hasDisplay(process.platform, process.env) ? null : 'there is no display here';
}

const electronHost: AppHost = {
  name: 'Electron',
  absence: hostAbsence('electron', wanted, electronObstacle()),
  async open(notebook, prepare) {
    // Opened before, the notebook is not a new one, which would begin with the example.
    const served = await servedLab(notebook);
    await prepare?.(served);
    await served.close();
    if (electronBinary === null) throw new Error("Electron's binary is not here.");
    return electronPage({ binary: electronBinary, notebook, launcher: _electron });
  },
};

const standInHost: AppHost = {
  name: 'the stand-in for Electron',
  absence: hostAbsence('stand-in', wanted, isWithoutBrowser ? 'no Chromium is installed' : newerNodeAbsence),
  async open(notebook, prepare) {
    const served = await servedLab(notebook);
    await prepare?.(served);
    await served.close();
    return standInPage(notebook);
  },
};

/** The stand-in speaks up where it was asked for. */
const hosts = wanted === 'stand-in' ? [browserHost, electronHost, standInHost] : [browserHost, electronHost];

/** Tests of the app once for each host; where one is not here, a test that is left out says why. */
export function inEveryHost(title: string, tests: (host: AppHost) => void): void {
  for (const host of hosts) inHost(host, title, tests);
}

/** Tests of what Electron alone has. */
export function inElectronOnly(title: string, tests: (host: AppHost) => void): void {
  inHost(electronHost, title, tests);
}

function inHost(host: AppHost, title: string, tests: (host: AppHost) => void): void {
  if (host.absence === null) describe(`${title} in ${host.name}`, () => tests(host));
  else it.skip(`${title} in ${host.name}: left out, ${host.absence}`, () => undefined);
}

/** Tests that a browser on a served lab alone can run; in Electron a test that is left out says why. */
export function inBrowserOnly(title: string, reason: string, tests: () => void): void {
  describe.skipIf(browserHost.absence !== null)(title, tests);
  if (electronHost.absence === null) it.skip(`${title}, in Electron: left out, ${reason}`, () => undefined);
}
