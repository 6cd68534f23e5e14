/** An entry as one HTML file, opened from disk in a browser that never saw the app and has no network. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExportedPage } from '../../electron/contract/exports.ts';
import { hostileText } from '../hostile-notes.ts';
import { inBrowserOnly } from './app-hosts.ts';
import { appPage, gridColours, scrubberText } from './app-page.ts';
import { launchBrowser } from './browser.ts';
import { servedLab, type ServedLab } from './lab-server.ts';
import { ask, finishedEntry } from './small-sweep.ts';

/** Would end the page's title, its style, or its script, were it put there as it is. */
const hostileTitle =
  'small sweep </title></style></script --><script>window.fired=1</script><img src=x onerror="window.fired=1">';

inBrowserOnly('an exported page', 'a browser without the app shows the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-page-'));
  const complaints: string[] = [];
  const requests: string[] = [];
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let file: ExportedPage;
  let saved: Buffer;

  beforeAll(async () => {
    const served = await servedLab(join(folder, 'notebook'));
    const { entryId } = await finishedEntry(served);
    const { revision } = await ask(served, 'notes.read', { entryId });
    const figures = '![[grid: y=seed & at=20]]\n\n![[grid: colour=points]]';
    const text = `# What was seen\n\nAt the end [[120/seed 1: IoU @ 20]].\n\n${figures}\n\n${hostileText}\n`;
    await ask(served, 'entry.edit', { entryId, title: hostileTitle });
    await ask(served, 'notes.write', { entryId, text, revision });
    file = await ask(served, 'export.page', { entryId, limit: 25_000_000 });
    browser = await launchBrowser();
    saved = await savedFromApp(served, entryId);
    await served.close();
    writeFileSync(join(folder, file.name), file.bytes);
    context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('request', (request) => requests.push(request.url().slice(0, 60)));
    await page.goto(pathToFileURL(join(folder, file.name)).href);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The page as the app's own dialog saves it. */
  async function savedFromApp(served: ServedLab, entryId: string): Promise<Buffer> {
    const app = await appPage(browser, served);
    await app.page.evaluate((id) => (location.hash = `#/entry/${id}`), entryId);
    await app.page.getByRole('button', { name: 'More about this entry' }).click();
    await app.page.getByRole('button', { name: 'Export as a page' }).click();
    await app.page.getByText(/MB, every snapshot\./).waitFor();
    const [download] = await Promise.all([
      app.page.waitForEvent('download'),
      app.page.getByRole('button', { name: 'Save page' }).click(),
    ]);
    const bytes = readFileSync(await download.path());
    await app.close();
    return bytes;
  }

  it('is what the dialog of the app saves, after stating its size', () => {
    expect(saved.equals(file.bytes)).toBe(true);
  });

  it('shows the grid, every snapshot of it', async () => {
    await page.getByRole('heading', { name: hostileTitle }).waitFor();
    expect(await page.title()).toBe(`${hostileTitle} – Creasebook`);
    await expect.poll(async () => (await gridColours(page)).filter((count) => count > 8).length).toBe(4);
    expect(file.every).toBe(1);
  });

  it('scrubs', async () => {
    const picture = () => page.locator('[role="gridcell"] canvas').first().screenshot();
    const before = await picture();
    await page.getByRole('slider', { name: 'Time' }).focus();
    await page.keyboard.press('Home');
    await expect.poll(() => scrubberText(page)).toContain('epoch 0 of 20');
    await expect.poll(async () => (await picture()).equals(before)).toBe(false);
    await page.keyboard.press('End');
  });

  it('has charts, notes with their citations, and the record', async () => {
    await page
      .getByRole('img', { name: /^True error/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Notes', exact: true }).click();
    await page.getByText('What was seen').waitFor();
    await page
      .getByText(/^\.\d\d/)
      .first()
      .waitFor();
    // A grid within notes is live in the page, and one with a wrong word says so in its place.
    const painted = async () =>
      (await gridColours(page, '.notes canvas')).filter((count) => count > 8).length;
    await expect.poll(painted).toBe(4);
    await page
      .getByText("This figure cannot be drawn: grids have x, y, at, where, draw, not 'colour'.")
      .waitFor();
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await page.getByRole('heading', { name: 'Sweep file' }).waitFor();
  });

  it('offers nothing that needs the app, and asks nobody for anything', async () => {
    for (const name of ['Export', 'Film', 'Commands']) {
      expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0);
    }
    expect(await page.getByRole('link', { name: 'New sweep' }).count()).toBe(0);
    expect(requests.filter((url) => !url.startsWith('file:') && !/^(data|blob):/.test(url))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('runs nothing that stands in its title and its notes', async () => {
    await page.getByRole('button', { name: 'Notes', exact: true }).click();
    await page.locator('.notes').getByText('window.fired = 1').first().waitFor();
    expect(await page.locator('script').count()).toBe(2);
    expect(await page.locator('.notes :is(script, img, svg, iframe), img[src="x"]').count()).toBe(0);
    expect(await page.evaluate(() => (window as unknown as { fired?: number }).fired ?? null)).toBeNull();
  });

  it('has no path of the machine in it', () => {
    const text = Buffer.from(file.bytes).toString('latin1');
    expect(text).not.toContain(folder);
  });
});
