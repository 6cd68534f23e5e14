/** Exact polytopes in a real browser, of a network that was really trained. Runs where a Chromium is installed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { evaluateAtPoint } from '../../experiments/polytopes/point-evaluation.ts';
import { RegionLocator } from '../../experiments/polytopes/region-locator.ts';
import type { Network } from '../../experiments/network/shape.ts';
import { extract } from '../experiments/polytopes/geometry-kernel.ts';
import { inBrowserOnly } from './app-hosts.ts';
import { appPage, type AppPage } from './app-page.ts';
import { launchBrowser } from './browser.ts';
import { servedLab, type ServedLab } from './lab-server.ts';
import { ask } from './small-sweep.ts';

const sweep = `name: deep board
target: checkerboard
epochs: 60
snapshots: { every: 20 }
parameters:
  shape: { values: ['[30]*30'] }
  points: { values: [1000] }
  seed: { values: [1] }
training: { batch_size: 500 }
`;

interface View {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** The view whose exact polygons are on the screen, as soon as they are. */
async function shownView(page: Page, isWanted: (view: View) => boolean = () => true): Promise<View> {
  for (;;) {
    const text = await page.locator('.frame').getAttribute('data-polytopes');
    const [x0, y0, x1, y1] = (text ?? '').split(' ').map(Number);
    if (y1 !== undefined && isWanted({ x0, y0, x1, y1 })) return { x0, y0, x1, y1 };
    await page.waitForTimeout(30);
  }
}

inBrowserOnly(
  'exact polytopes in the cell view',
  'it compares with what it asks of the lab past the page',
  () => {
    const notebook = mkdtempSync(join(tmpdir(), 'creasebook-polytopes-'));
    let browser: Browser;
    let served: ServedLab;
    let app: AppPage;
    let entryId = '';
    let cellId = '';
    let network: Network;

    beforeAll(async () => {
      browser = await launchBrowser();
      served = await servedLab(notebook);
      ({ entryId } = await ask(served, 'queue.add', { yaml: sweep, first: false }));
      for (let isDone = false; !isDone;) {
        const { cells } = await ask(served, 'entry.read', { entryId });
        isDone = cells[0]?.state === 'finished';
        cellId = cells[0]?.id ?? '';
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      ({ network } = await ask(served, 'cell.network', { entryId, cellId, epoch: 60 }));
      app = await appPage(browser, served);
      await app.page.evaluate((hash) => (location.hash = hash), `#/entry/${entryId}/${cellId}`);
      await app.page.locator('.stage').waitFor();
    });

    afterAll(async () => {
      await browser?.close();
      await served?.close();
      rmSync(notebook, { recursive: true, force: true });
    });

    it('replace the sampled frame, and are as many as the extraction counts', async () => {
      const { page } = app;
      const view = await shownView(page);
      expect(view).toEqual({ x0: 0, y0: 0, x1: 1, y1: 1 });
      const { regionCount } = extract(network, view);
      await page
        .getByText(`${regionCount.toLocaleString('en')} regions`, { exact: false })
        .first()
        .waitFor();
      await page.getByText('exact polygons').waitFor();
    });

    it('tell the region under the pointer and, after a click, its neighbours', async () => {
      const { page } = app;
      const box = (await page.locator('.frame').boundingBox())!;
      await page.mouse.move(box.x + 0.4 * box.width, box.y + 0.55 * box.height);
      const x = Number(await page.getByLabel('x', { exact: true }).inputValue());
      const y = Number(await page.getByLabel('y', { exact: true }).inputValue());
      const [low, high] = evaluateAtPoint(network, x, y).hash;
      const hash = [high, low].map((lane) => lane.toString(16).padStart(8, '0')).join('');
      await page.getByText(hash).waitFor();
      await page.mouse.click(box.x + 0.4 * box.width, box.y + 0.55 * box.height);
      const found = new RegionLocator(extract(network, { x0: 0, y0: 0, x1: 1, y1: 1 })).query(x, y)!;
      const table = page.getByRole('table', { name: 'Neighbours of the pinned region' });
      await table.waitFor();
      const rows = await table.locator('tbody tr').allInnerTexts();
      expect(rows.map((row) => row.split('\t').slice(0, 2).map(Number))).toEqual(
        found.neighbours.map(({ label }) => [(label >> 16) + 1, (label & 0xffff) + 1]),
      );
      await table
        .getByRole('button', { name: /^Go to the neighbour/ })
        .first()
        .click();
      await expect
        .poll(async () =>
          table
            .locator('tbody tr')
            .allInnerTexts()
            .then((texts) => texts.join()),
        )
        .not.toBe(rows.join());
      await page.getByRole('button', { name: 'Unpin' }).click();
    });

    it('follow pan and zoom down to views that float32 cannot resolve, without blocking the page', async () => {
      const { page } = app;
      await page.evaluate(() => {
        const seen: number[] = [];
        (window as unknown as { longTasks: number[] }).longTasks = seen;
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) seen.push(duration);
        }).observe({ entryTypes: ['longtask'] });
      });
      const box = (await page.locator('.frame').boundingBox())!;
      // A vertex of the complex, so that there is something to see at any depth.
      const { positions, vertexCount } = extract(network, { x0: 0.3, y0: 0.5, x1: 0.5, y1: 0.7 });
      const [x, y] = positions.subarray(2 * (vertexCount - 1));
      const aim = (view: View): Promise<void> =>
        page.mouse.move(
          box.x + ((x! - view.x0) / (view.x1 - view.x0)) * box.width,
          box.y + ((y! - view.y0) / (view.y1 - view.y0)) * box.height,
        );
      const words = (view: View): string => {
        const count = extract(network, view).regionCount;
        return `${count.toLocaleString('en')} ${count === 1 ? 'region' : 'regions'}`;
      };
      let view = await shownView(page);
      const waits: number[] = [];
      while (view.x1 - view.x0 > 1e-8) {
        const before = view.x1 - view.x0;
        await aim(view);
        const start = performance.now();
        await page.mouse.wheel(0, -700);
        view = await shownView(page, ({ x0, x1 }) => x1 - x0 < 0.9 * before);
        waits.push(performance.now() - start);
      }
      const text = page.locator('.telling');
      expect(extract(network, view).regionCount).toBeGreaterThan(2);
      expect(await text.textContent()).toBe(words(view));
      const { x0 } = view;
      await page.getByRole('button', { name: 'Right' }).click();
      view = await shownView(page, (next) => next.x0 > x0);
      expect(await text.textContent()).toBe(words(view));
      const longTasks = await page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks);
      console.log(
        `new views after ${waits.map((wait) => wait.toFixed(0)).join(', ')} ms; ${longTasks.length} tasks above 50 ms`,
      );
      await page.getByRole('button', { name: 'Whole picture' }).click();
      await shownView(page, ({ x1 }) => x1 === 1);
    });

    it('are drawn in every mode, each unlike the others', async () => {
      const { page } = app;
      const picture = (): Promise<string> =>
        page.locator('canvas.picture').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
      const pictures = [await picture()];
      for (const mode of ['layers', 'regions', 'slope', 'direction', 'density']) {
        await page.getByLabel('Draw').selectOption(mode);
        await expect.poll(async () => pictures.includes(await picture())).toBe(false);
        await shownView(page);
        await page.getByText('exact polygons').waitFor();
        pictures.push(await picture());
      }
      await page.getByLabel('Draw').selectOption('prediction');
      await expect.poll(picture).toBe(pictures[0]);
      await page.getByLabel('level 0.5').check();
      await expect.poll(async () => pictures.includes(await picture())).toBe(false);
      await page.getByLabel('level 0.5').uncheck();
    });

    it('are counted over the epochs in the background, and the entry keeps the counts', async () => {
      const { page } = app;
      await page.getByRole('button', { name: 'Count regions at 4 snapshots' }).click();
      await page.getByText('Counted at 4 of 4 snapshots').waitFor();
      const { epochs, regions } = await ask(served, 'regions.read', { entryId, cellId });
      expect([...epochs]).toEqual([0, 20, 40, 60]);
      for (const [at, epoch] of epochs.entries()) {
        const at60 = await ask(served, 'cell.network', { entryId, cellId, epoch });
        expect(regions[at]).toBe(extract(at60.network, { x0: 0, y0: 0, x1: 1, y1: 1 }).regionCount);
      }
      const entry = await ask(served, 'notebook.list', {});
      expect(entry.some(({ id }) => id === entryId)).toBe(true);
      await page.reload();
      await page.getByText('Counted at 4 of 4 snapshots').waitFor();
    });

    it('complain about nothing', () => {
      expect(app.complaints).toEqual([]);
    });
  },
);
