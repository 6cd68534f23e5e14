/** The app on the stand-in for Electron, in windows of a real Chromium, as tests drive it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startStandIn, type StandIn, type StandInOptions } from '../electron/stand-in/stand-in.ts';
import { complaintsOf, type AppPage } from './app-page.ts';
import { browserPath } from './browser.ts';

export interface StandInPage extends AppPage {
  readonly app: StandIn;
  /** Folder of its log and of what Electron keeps for itself. */
  readonly folder: string;
  /** How long the app took from its first line to a page that shows it. */
  readonly startMs: number;
  /** Kills the processes of all pages, as the system does that lacks memory. */
  killPages(): Promise<void>;
  /** The page of the app's window as it is now: after a crash it is another one. */
  shownPage(): Promise<Page>;
}

/** Longest wait for the app's page. */
const patienceMs = 60_000;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts the app on a notebook and hands over its page; with the GPU `chromium`, WebGPU is the software adapter's. */
export async function standInPage(
  notebook: string,
  options: Partial<Pick<StandInOptions, 'app' | 'gpu' | 'environment'>> = {},
): Promise<StandInPage> {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-stand-in-'));
  const port = await freePort();
  const graphics =
    options.gpu === 'chromium'
      ? [
          '--enable-unsafe-webgpu',
          '--use-webgpu-adapter=swiftshader',
          '--enable-dawn-features=disable_workgroup_init',
        ]
      : ['--disable-gpu'];
  const own = await chromium.launch({
    executablePath: browserPath ?? undefined,
    headless: true,
    args: [`--remote-debugging-port=${port}`, '--no-sandbox', '--disable-dev-shm-usage', ...graphics],
  });
  const address = `http://127.0.0.1:${port}`;
  const browser = await chromium.connectOverCDP(address);
  const app = startStandIn({ folder, notebook, chromium: address, ...options });
  while (!app.names().includes('begun') && app.child.exitCode === null) await wait(5);
  const startedAt = performance.now();
  const page = await shownPage(browser, app);
  const startMs = performance.now() - startedAt;
  page.setDefaultTimeout(60_000);
  await page.setViewportSize({ width: 1280, height: 800 });
  return {
    app,
    folder,
    page,
    startMs,
    async killPages() {
      const session = await browser.newBrowserCDPSession();
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      await session.detach();
      for (const { type, id } of processInfo) if (type === 'renderer') process.kill(id, 'SIGKILL');
    },
    shownPage: () => shownPage(browser, app),
    complaints: complaintsOf(page),
    async close() {
      app.act({ do: 'quit' });
      await Promise.race([app.ended, wait(10_000)]);
      app.kill();
      await browser.close();
      await own.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The page that shows the app; the one that computes shows nothing. */
async function shownPage(browser: Browser, app: StandIn): Promise<Page> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until) {
    for (const page of browser.contexts().flatMap((context) => context.pages())) {
      // A page that crashes meanwhile never answers.
      const found = page
        .locator('nav')
        .count()
        .catch(() => 0);
      if ((await Promise.race([found, wait(2000, 0)])) > 0) return page;
    }
    await wait(20);
  }
  app.kill();
  throw new Error(`The stand-in shows no page of the app: ${app.output()} ${JSON.stringify(app.log())}`);
}
