/** The compute page in Chromium as what a GPU host starts: in place of Electron's hidden window. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { programRoot } from '../../../electron/program/assets.ts';
import type { GpuStarter } from '../../../electron/compute/gpu-link.ts';
import { computePagePath, computePortMessage } from '../../../electron/contract/compute-port.ts';
import type { FromGpu, ToGpu } from '../../../experiments/tasks/gpu-protocol.ts';
import { isWithoutBrowser, launchGpuBrowser } from '../../e2e/browser.ts';
import { servePages } from './page-server.ts';

/** describe() for tests of the page: skipped only where no browser is installed and CI is not set. */
export const describePage = describe.skipIf(isWithoutBrowser);

export interface PageHost {
  readonly address: string;
  readonly start: GpuStarter;
  /** Pages that were started, the last one last. */
  readonly pages: readonly Page[];
  close(): Promise<void>;
}

/** The page's side of the way to its port. */
interface PortScope {
  readonly fromGpu: (message: FromGpu) => void;
  gpu: MessagePort;
}

/** Serves the built renderer to a browser whose pages compute. */
async function openPageHost(browser: Browser): Promise<PageHost> {
  const server = await servePages({ '/app': join(programRoot(), 'dist', 'renderer') });
  const address = `${server.origin}/app/${computePagePath}`;
  const pages: Page[] = [];

  /** Opens a page and gives it a port; `hear` is told its messages, then null. */
  async function openPage(hear: (message: FromGpu | null) => void): Promise<Page> {
    const page = await browser.newPage();
    pages.push(page);
    page.on('close', () => hear(null));
    page.on('crash', () => hear(null));
    await page.exposeFunction('fromGpu', hear);
    // A page without a history may close itself, as in Electron.
    await page.evaluate((url) => location.replace(url), address);
    await page.waitForURL(address);
    await page.evaluate((portMessage) => {
      const scope = globalThis as unknown as PortScope;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }: MessageEvent<FromGpu>) => scope.fromGpu(data);
      scope.gpu = port1;
      window.postMessage(portMessage, location.origin, [port2]);
    }, computePortMessage);
    return page;
  }

  const start: GpuStarter = (onMessage, onEnd) => {
    let isOver = false;
    const end = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      opened.then((page) => page.close()).catch(() => undefined);
      onEnd(reason);
    };
    const opened = openPage((message) => {
      if (message === null) end('the compute page ended');
      else if (!isOver) onMessage(message);
    });
    opened.catch((error: unknown) => end(String(error)));
    let turn: Promise<unknown> = opened;
    const tell = (page: Page, message: ToGpu): Promise<void> =>
      page.evaluate((told) => (globalThis as unknown as PortScope).gpu.postMessage(told), message as object);
    return {
      post(message) {
        // What is posted to a page that is gone is answered by its end.
        turn = turn.then(async () => tell(await opened, message)).catch(() => undefined);
      },
      kill: () => end('it was ended'),
    };
  };
  return { address, start, pages, close: () => server.close() };
}

/** What tests of the describe block around the call have of a browser of their own. */
export interface TestPages {
  /** Starts a page in the browser of now. */
  readonly start: GpuStarter;
  readonly host: () => PageHost;
  readonly browser: () => Browser;
}

/** One browser for the tests of the describe block around the call; with WebGPU where nobody gives another one. */
export function useTestPages(launch: () => Promise<Browser> = launchGpuBrowser): TestPages {
  let opened: { readonly browser: Browser; readonly host: PageHost } | undefined;
  const now = (): { readonly browser: Browser; readonly host: PageHost } => {
    if (opened === undefined) throw new Error('The browser runs during tests only.');
    return opened;
  };
  beforeAll(async () => {
    const browser = await launch();
    opened = { browser, host: await openPageHost(browser) };
  });
  afterAll(async () => {
    await opened?.host.close();
    await opened?.browser.close();
  });
  return {
    start: (onMessage, onEnd) => now().host.start(onMessage, onEnd),
    host: () => now().host,
    browser: () => now().browser,
  };
}
