/** The app in Electron, as tests drive it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Electron, ElectronApplication, Page } from 'playwright-core';
import { programRoot } from '../../electron/program/assets.ts';
import { complaintsOf, type AppPage } from './app-page.ts';

export interface ElectronParts {
  /** Path of Electron's binary. */
  readonly binary: string;
  readonly notebook: string;
  readonly launcher: Pick<Electron, 'launch'>;
}

/** Longest wait for the app's page. */
const timeoutMs = 60_000;
const pollMs = 100;

/** Starts the built app on a notebook, with a folder of its own for what Electron keeps, and hands over its page. */
export async function electronPage({ binary, notebook, launcher }: ElectronParts): Promise<AppPage> {
  const userData = mkdtempSync(join(tmpdir(), 'creasebook-electron-'));
  const application = await launcher.launch({
    executablePath: binary,
    args: [
      `--user-data-dir=${userData}`,
      join(programRoot(), 'dist', 'node', 'shell.js'),
      '--notebook',
      notebook,
    ],
    env: environment(process.env),
  });
  const complaints = new Map<Page, string[]>();
  const watch = (page: Page): void => {
    if (!complaints.has(page)) complaints.set(page, complaintsOf(page));
  };
  application.on('window', watch);
  application.windows().forEach(watch);
  const page = await shownPage(application);
  page.setDefaultTimeout(60_000);
  // As large as the page in a browser: `window` is Electron's own object here.
  const window = await application.browserWindow(page);
  await window.evaluate((shown: { setContentSize(width: number, height: number): void }) =>
    shown.setContentSize(1280, 800),
  );
  return {
    page,
    complaints: complaints.get(page) ?? [],
    async close() {
      await application.close();
      rmSync(userData, { recursive: true, force: true });
    },
  };
}

/** What the app gets of the tests' environment: nothing that makes another program of Electron. */
function environment(own: NodeJS.ProcessEnv): Record<string, string> {
  const left = /^(?:ELECTRON_RUN_AS_NODE|NODE_OPTIONS|VITEST.*)$/;
  return Object.fromEntries(
    Object.entries(own).filter(
      (pair): pair is [string, string] => pair[1] !== undefined && !left.test(pair[0]),
    ),
  );
}

/** The page that shows the app; the one that computes shows nothing. */
async function shownPage(application: ElectronApplication): Promise<Page> {
  const until = performance.now() + timeoutMs;
  while (performance.now() < until) {
    for (const page of application.windows()) {
      if ((await page.locator('nav').count()) > 0) return page;
    }
    await wait(pollMs);
  }
  await application.close();
  throw new Error(`Electron shows no page of the app after ${timeoutMs / 1000} s.`);
}
