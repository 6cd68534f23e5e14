/** Archives and pictures that a person opens in the app. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inBrowserOnly } from './app-hosts.ts';
import { appPage, type AppPage } from './app-page.ts';
import { launchBrowser } from './browser.ts';
import { servedLab, type ServedLab } from './lab-server.ts';
import { ask, finishedEntry } from './small-sweep.ts';

inBrowserOnly('exchange in a browser', 'it serves two notebooks at once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-exchange-'));
  let browser: Browser;
  let from: ServedLab;
  let to: ServedLab;
  let entryId: string;
  let app: AppPage;

  beforeAll(async () => {
    browser = await launchBrowser();
    from = await servedLab(join(folder, 'from'));
    to = await servedLab(join(folder, 'to'));
    ({ entryId } = await finishedEntry(from));
    app = await appPage(browser, from);
    await app.page.evaluate((id) => (location.hash = `#/entry/${id}`), entryId);
  });

  afterAll(async () => {
    await browser?.close();
    await from?.close();
    await to?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function saved(page: Page, button: RegExp, name: string): Promise<string> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ]);
    const path = join(folder, name);
    writeFileSync(path, readFileSync(await download.path()));
    return path;
  }

  async function open(page: Page, path: string): Promise<void> {
    await page.getByRole('link', { name: 'Notebook', exact: true }).first().click();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Open a file' }).click(),
    ]);
    await chooser.setFiles(path);
  }

  it('hands an entry from one notebook to another, checked before it is taken in', async () => {
    await app.page.getByRole('button', { name: 'Export', exact: true }).click();
    const path = await saved(app.page, /\.eln/, 'entry.eln');
    const other = await appPage(browser, to);
    await open(other.page, path);
    await other.page.getByRole('heading', { name: 'Import an entry' }).waitFor();
    await other.page.getByRole('button', { name: /^Import/ }).click();
    await other.page.getByRole('heading', { name: 'small sweep' }).waitFor();
    const read = (served: ServedLab) => ask(served, 'entry.read', { entryId });
    expect((await read(to)).cells).toEqual((await read(from)).cells);
    expect(other.complaints).toEqual([]);
    await other.close();
  });

  it('finds the entry of a picture that was made here', async () => {
    const { page } = app;
    const path = await saved(page, /^Save PNG/, 'grid.png');
    await page.keyboard.press('Escape');
    await open(page, path);
    await page.waitForURL(new RegExp(`#/entry/${entryId}`));
    await page.getByRole('heading', { name: 'small sweep' }).waitFor();
    expect(app.complaints).toEqual([]);
  });
});
