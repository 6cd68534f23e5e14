/** Archives and pictures that a person opens in the app. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { labJson } from '../electron/cli/lab-process.ts';
import { inBrowserOnly } from './app-hosts.ts';
import { appPage, scrubberText, type AppPage } from './app-page.ts';
import { launchBrowser } from './browser.ts';
import { servedLab, type ServedLab } from './lab-server.ts';
import { dropFile } from './network-check.ts';
import { ask, finishedEntry } from './small-sweep.ts';

inBrowserOnly('exchange in a browser', 'it serves two notebooks at once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-exchange-'));
  let browser: Browser;
  let from: ServedLab;
  let to: ServedLab;
  let entryId: string;
  let cellId: string;
  const picture = join(folder, 'frame.png');
  let app: AppPage;

  beforeAll(async () => {
    browser = await launchBrowser();
    from = await servedLab(join(folder, 'from'));
    to = await servedLab(join(folder, 'to'));
    ({ entryId, cellId } = await finishedEntry(from));
    const [at, out] = [
      ['--cell', cellId, '--epoch', '7'],
      ['--size', '64', '--out', picture],
    ];
    const view = ['--view', '0.25,0.125,0.5,0.375', '--notebook', join(folder, 'from')];
    await labJson('frame', entryId, ...at, ...out, ...view);
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

  it('offers the sweep of a picture whose entry is not there', async () => {
    const other = await appPage(browser, to);
    await dropFile(other.page, pathToFileURL(picture), 'frame.png');
    await other.page.getByText('Its entry is not in this notebook.').waitFor();
    await expect
      .poll(() => other.page.getByRole('textbox', { name: 'Sweep file as YAML' }).textContent())
      .toContain('name: small sweep');
    expect(other.complaints).toEqual([]);
    await other.close();
  });

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

  it('opens a picture where it was drawn: its cell, epoch and part of the plane', async () => {
    const { page } = app;
    await page.evaluate(() => (location.hash = '#/'));
    await dropFile(page, pathToFileURL(picture), 'frame.png');
    await page.waitForURL(new RegExp(`#/entry/${entryId}/${cellId}`));
    await page.locator('[data-polytopes="0.25 0.125 0.5 0.375"]').waitFor();
    expect(await scrubberText(page)).toMatch(/epoch 7 /);
    await page.getByRole('img', { name: /epoch 7, \d+ exact regions/ }).waitFor();
    // Once more, from another moment of the same entry.
    await page.getByRole('slider', { name: 'Time' }).focus();
    await page.keyboard.press('End');
    await page.getByRole('img', { name: /epoch 20, / }).waitFor();
    await dropFile(page, pathToFileURL(picture), 'frame.png');
    await page.getByRole('img', { name: /epoch 7, \d+ exact regions/ }).waitFor();
    await page.evaluate((id) => (location.hash = `#/entry/${id}`), entryId);
    expect(app.complaints).toEqual([]);
  });
});
