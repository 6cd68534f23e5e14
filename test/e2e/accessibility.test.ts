/** Every screen under axe-core, in light and dark, at 200 % zoom and by keyboard alone. Runs where a Chromium is. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seriousFindings } from './axe-findings.ts';
import { inBrowserOnly } from './app-hosts.ts';
import { appPage } from './app-page.ts';
import { launchBrowser } from './browser.ts';
import { servedLab, type ServedLab } from './lab-server.ts';
import { finishedEntry } from './small-sweep.ts';

inBrowserOnly('accessibility', 'it opens pages of other themes, sizes and densities', () => {
  const notebook = mkdtempSync(join(tmpdir(), 'creasebook-axe-'));
  let browser: Browser;
  let served: ServedLab;
  let entryId: string;
  let cellId: string;

  beforeAll(async () => {
    browser = await launchBrowser();
    served = await servedLab(notebook);
    ({ entryId, cellId } = await finishedEntry(served));
  });

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    rmSync(notebook, { recursive: true, force: true });
  });

  /** Every screen and dialog, by what brings it up. */
  const screens: readonly { readonly name: string; open(page: Page): Promise<void> }[] = [
    { name: 'notebook', open: async (page) => page.getByRole('heading', { name: 'Notebook' }).waitFor() },
    {
      name: 'entry with charts',
      async open(page) {
        await page.evaluate((id) => (location.hash = `#/entry/${id}`), entryId);
        await page.getByText(/^(exact|previews)$/).waitFor();
      },
    },
    {
      name: 'curves over a setting',
      async open(page) {
        await page.getByRole('button', { name: 'Curves', exact: true }).click();
        await page.getByRole('application', { name: / over / }).waitFor();
      },
    },
    {
      name: 'table of cells',
      async open(page) {
        await page.getByRole('button', { name: 'Cells', exact: true }).click();
        await page.getByRole('columnheader', { name: 'Regions' }).waitFor();
      },
    },
    {
      name: 'notes',
      async open(page) {
        await page.getByRole('button', { name: 'Notes', exact: true }).click();
        await page.getByRole('button', { name: 'Write', exact: true }).click();
        await page.getByRole('textbox', { name: 'Notes' }).waitFor();
      },
    },
    {
      name: 'record',
      async open(page) {
        await page.getByRole('button', { name: 'Record', exact: true }).click();
        await page.getByRole('heading', { name: 'Sweep file' }).waitFor();
      },
    },
    {
      name: 'export dialog',
      async open(page) {
        await page.getByRole('button', { name: 'Export', exact: true }).click();
        await page.getByRole('heading', { name: 'Export the grid' }).waitFor();
      },
    },
    {
      name: 'cell',
      async open(page) {
        await page.keyboard.press('Escape');
        await page.evaluate(
          ([entry, cell]) => (location.hash = `#/entry/${entry}/${cell}`),
          [entryId, cellId],
        );
        await page.getByRole('heading', { name: 'Probe' }).waitFor();
      },
    },
    {
      name: 'new sweep',
      async open(page) {
        await page.evaluate(() => (location.hash = '#/new'));
        await page.getByRole('textbox', { name: 'Sweep file as YAML' }).waitFor();
        await page.getByText(/^\d+ cells?$/).waitFor();
      },
    },
    {
      name: 'questions',
      async open(page) {
        await page.evaluate(() => (location.hash = '#/questions'));
        await page.getByRole('article', { name: 'Does more capacity hurt before it helps?' }).waitFor();
      },
    },
    {
      name: 'queue',
      async open(page) {
        await page.evaluate(() => (location.hash = '#/queue'));
        await page.getByRole('heading', { name: 'Queue' }).waitFor();
      },
    },
    {
      name: 'commands',
      async open(page) {
        await page.keyboard.press('Control+k');
        await page.getByRole('combobox', { name: 'Find a command or an entry' }).waitFor();
      },
    },
    {
      name: 'help',
      async open(page) {
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Help' }).click();
        await page.getByRole('heading', { name: 'Keyboard' }).waitFor();
      },
    },
  ];

  it.each(['light', 'dark'] as const)('has no serious finding on any screen in %s', async (theme) => {
    const app = await appPage(browser, served, { theme });
    const findings: Record<string, string[]> = {};
    for (const { name, open } of screens) {
      await open(app.page);
      const found = await seriousFindings(app.page);
      if (found.length > 0) findings[name] = found;
    }
    await app.close();
    expect(findings).toEqual({});
  });

  it('needs no sideways scrolling at 200 % zoom', async () => {
    // A window of 1280 x 800 at 200 % has room for 640 x 400 CSS pixels.
    const app = await appPage(browser, served, { width: 640, height: 400, density: 2 });
    const wide: string[] = [];
    for (const hash of [
      '#/',
      `#/entry/${entryId}`,
      `#/entry/${entryId}/${cellId}`,
      '#/new',
      '#/questions',
      '#/queue',
    ]) {
      await app.page.evaluate((to) => (location.hash = to), hash);
      await app.page.waitForTimeout(300);
      const isWide = await app.page.evaluate(() => {
        const main = document.querySelector('main');
        return (
          main !== null && (document.body.scrollWidth > innerWidth || main.scrollWidth > main.clientWidth)
        );
      });
      if (isWide) wide.push(hash);
    }
    await app.close();
    expect(wide).toEqual([]);
  });

  it('lets the keyboard alone open an entry, scrub it, and come back', async () => {
    const app = await appPage(browser, served);
    const { page } = app;
    await page.getByRole('link', { name: 'small sweep' }).waitFor();
    const focusedName = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    for (let step = 0; step < 20 && (await focusedName()) !== 'small sweep'; step++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('slider', { name: 'Time' }).waitFor();
    await page.keyboard.press('Home');
    expect(await page.getByRole('slider', { name: 'Time' }).getAttribute('aria-valuetext')).toContain(
      'epoch 0 of',
    );
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Notebook' }).waitFor();
    await app.close();
  });

  it('does not blink by itself where motion is not wanted', async () => {
    const app = await appPage(browser, served, { reducedMotion: true });
    const { page } = app;
    await page.evaluate(([entry, cell]) => (location.hash = `#/entry/${entry}/${cell}`), [entryId, cellId]);
    await page.getByRole('heading', { name: 'Probe' }).waitFor();
    await page.keyboard.press('b');
    const side = page.locator('.frame .side');
    expect(await side.textContent()).toBe('A');
    await page.waitForTimeout(900);
    expect(await side.textContent()).toBe('A');
    await page.keyboard.press('b');
    await expect.poll(() => side.textContent()).toBe('B');
    await app.close();
  });
});
