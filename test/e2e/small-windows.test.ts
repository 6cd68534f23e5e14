/** Small windows, as zoom and large letters make them, long titles, and the way back to a list that was searched. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inBrowserOnly } from './app-hosts.ts';
import { appPage } from './app-page.ts';
import { launchBrowser } from './browser.ts';
import { servedLab, type ServedLab } from './lab-server.ts';
import { ask, finishedEntry } from './small-sweep.ts';

const controls = [
  ...['First frame', 'One snapshot back', 'Play', 'One snapshot on', 'Last frame', 'Speed'],
  ...['Time', 'Time axis', 'Go to epoch'],
];

/** Labels of controls that cannot be pressed where they are. */
function covered(page: Page): Promise<string[]> {
  return page.evaluate(
    (names) =>
      names.filter((name) => {
        const element = document.querySelector(`section.bar [aria-label^="${name}"]`);
        if (element === null) return true;
        const { left, top, width, height } = element.getBoundingClientRect();
        const above = document.elementFromPoint(left + width / 2, top + height / 2);
        return above === null || !(element.contains(above) || above.contains(element));
      }),
    controls,
  );
}

inBrowserOnly('small windows', 'it changes the size of a window and calls the lab past the page', () => {
  const notebook = mkdtempSync(join(tmpdir(), 'creasebook-small-'));
  let browser: Browser;
  let served: ServedLab;
  let entry: { readonly entryId: string; readonly cellId: string };

  beforeAll(async () => {
    browser = await launchBrowser();
    served = await servedLab(notebook);
    entry = await finishedEntry(served);
    await ask(served, 'entry.edit', { entryId: entry.entryId, title: 'a long title '.repeat(20).trim() });
  });

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    rmSync(notebook, { recursive: true, force: true });
  });

  it.each([
    [640, 400],
    [320, 256],
    [1280, 300],
  ])('of %i x %i pixels leave the time bar free and everything within reach', async (width, height) => {
    const app = await appPage(browser, served, { width, height });
    const { page } = app;
    for (const hash of [`#/entry/${entry.entryId}`, `#/entry/${entry.entryId}/${entry.cellId}`]) {
      await page.evaluate((address) => (location.hash = address), hash);
      await page.locator('section.bar').waitFor();
      await expect.poll(() => covered(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    await app.close();
  });

  it('show as much of a long title as there is room for, and every button', async () => {
    const app = await appPage(browser, served);
    await app.page.evaluate((id) => (location.hash = `#/entry/${id}`), entry.entryId);
    const box = await app.page.getByRole('button', { name: 'Export' }).first().boundingBox();
    expect((box?.x ?? Infinity) + (box?.width ?? 0)).toBeLessThanOrEqual(1280);
    await app.close();
  });

  it('keep what was searched for while an entry is looked at', async () => {
    const app = await appPage(browser, served);
    const { page } = app;
    await page.getByRole('searchbox', { name: 'Search' }).fill('long title');
    await page.locator('article h2 a').first().click();
    await page.locator('section.bar').waitFor();
    await page.goBack();
    await expect.poll(() => page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('long title');
    await page.locator('article h2 a').first().waitFor();
    await app.close();
  });
});
