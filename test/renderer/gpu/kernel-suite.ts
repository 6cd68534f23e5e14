/** The kernels' own test files, run by a worker in headless Chromium and told here test by test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programRoot } from '../../../electron/program/assets.ts';
import { isWithoutBrowser, launchGpuBrowser } from '../../e2e/browser.ts';
import { servePages } from './page-server.ts';
import type { FromSuite } from './suite-protocol.ts';

const here = dirname(fileURLToPath(import.meta.url));

/** What tests ask Node for, and who answers in a page. */
const replaced: Readonly<Record<string, string>> = {
  'test-adapter.ts': join(here, 'page-adapter.ts'),
  'test-engines.ts': join(here, 'page-engines.ts'),
  'ring-network.ts': join(here, 'page-networks.ts'),
};

async function bundleSuite(folder: string): Promise<void> {
  await build({
    root: programRoot(),
    configFile: false,
    logLevel: 'error',
    assetsInclude: ['**/*.safetensors'],
    plugins: [{ name: 'in-a-page', enforce: 'pre', resolveId: (source) => replaced[basename(source)] }],
    build: {
      outDir: folder,
      target: 'es2022',
      minify: false,
      modulePreload: false,
      chunkSizeWarningLimit: 4000,
      rollupOptions: {
        input: join(here, 'suite-worker.ts'),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        preserveEntrySignatures: false,
      },
    },
  });
}

interface Suite {
  readonly names: readonly string[];
  run(): Promise<void>;
  /** Why a test failed; empty where it passed. */
  errors(name: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Starts a browser and has its worker load the files. */
async function openSuite(files: readonly string[], isQuick: boolean): Promise<Suite> {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-suite-'));
  await bundleSuite(folder);
  const server = await servePages({ '/suite': folder, '/kernels': join(programRoot(), 'dist', 'kernels') });
  const browser = await launchGpuBrowser(isQuick);
  const page = await browser.newPage();
  const outcomes = new Map<string, readonly string[]>();
  let look: () => void = () => undefined;
  let over: string | null = null;
  let collected: (names: readonly string[]) => void = () => undefined;
  const names = new Promise<readonly string[]>((resolve) => (collected = resolve));
  const end = (error: string | null): void => {
    over ??= error ?? 'The suite ended without a word about it.';
    collected([]);
    look();
  };
  await page.exposeFunction('report', (message: FromSuite) => {
    if (message.kind === 'collected') return collected(message.names);
    if (message.kind === 'over') return end(message.error);
    outcomes.set(message.name, message.kind === 'passed' ? [] : message.errors);
    look();
  });
  page.on('crash', () => end('The page crashed.'));
  page.on('close', () => end('The page was closed.'));
  await page.goto(server.origin);
  await page.evaluate((wanted) => {
    const scope = globalThis as unknown as { report(message: unknown): void; suite: Worker };
    scope.suite = new Worker('/suite/suite-worker.js', { type: 'module' });
    scope.suite.onmessage = ({ data }) => scope.report(data);
    scope.suite.onerror = ({ message }) =>
      scope.report({ kind: 'over', error: message || 'It did not load.' });
    scope.suite.postMessage({ kind: 'collect', files: wanted });
  }, files);
  return {
    names: await names,
    run: () =>
      page.evaluate(() => (globalThis as unknown as { suite: Worker }).suite.postMessage({ kind: 'run' })),
    async errors(name) {
      for (;;) {
        const outcome = outcomes.get(name);
        if (outcome !== undefined) return outcome;
        if (over !== null) return [over];
        await new Promise<void>((resolve) => (look = resolve));
      }
    },
    async close() {
      await browser.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Each test of the files as a test of its own. Left out only where no browser is installed and CI is not set; a browser
 * without a WebGPU adapter is a failure.
 */
export async function testKernelsInPage(files: readonly string[], isQuick = true): Promise<void> {
  if (isWithoutBrowser) {
    process.stderr.write('GPU tests in a page are skipped: no Chromium is installed.\n');
    describe.skip('in a dedicated worker of Chromium', () => it('runs the kernels', () => undefined));
    return;
  }
  const suite = await openSuite(files, isQuick);
  describe('in a dedicated worker of Chromium', () => {
    beforeAll(() => suite.run());
    afterAll(() => suite.close());

    it('all files load', () => {
      for (const file of files) {
        expect(suite.names.filter((name) => name.includes(file)).length, file).toBeGreaterThan(0);
      }
    });

    it.each(suite.names)('%s', async (name) => {
      expect(await suite.errors(name)).toEqual([]);
    });
  });
}
