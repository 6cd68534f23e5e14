/** What survives: quitting mid-run, two windows, damage, missing rights, hostile notes. Runs where a Chromium is. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inBrowserOnly } from './app-hosts.ts';
import { appPage, gridColours, pasteText } from './app-page.ts';
import { hostileText } from '../hostile-notes.ts';
import { launchBrowser } from './browser.ts';
import { servedLab } from './lab-server.ts';
import { ask, endlessEpochs, finishedEntry, smallSweep } from './small-sweep.ts';

inBrowserOnly('continuity', 'it opens several windows and labs, and calls them past the page', () => {
  const folders: string[] = [];
  let browser: Browser;

  function newNotebook(): string {
    const folder = mkdtempSync(join(tmpdir(), 'creasebook-kept-'));
    folders.push(folder);
    return folder;
  }

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('quits mid-run and finds everything again, states true', async () => {
    const notebook = newNotebook();
    const before = await servedLab(notebook);
    const { entryId } = await ask(before, 'queue.add', {
      yaml: smallSweep('long one', endlessEpochs, '[8]*4'),
      first: false,
    });
    const first = await appPage(browser, before);
    await first.page.evaluate((id) => (location.hash = `#/entry/${id}`), entryId);
    await first.page.getByText(/2 running, 2 queued/).waitFor();
    await expect.poll(async () => Math.max(...(await gridColours(first.page)), 0)).toBeGreaterThan(8);
    await before.close();
    await first.page.getByText('The connection to the lab was lost.').waitFor();
    await first.close();

    const after = await servedLab(notebook);
    const second = await appPage(browser, after);
    const { page } = second;
    await page.evaluate(() => (location.hash = '#/queue'));
    await page.getByText('4 cells to go').waitFor();
    const { items } = await ask(after, 'queue.read', {});
    expect(items.some(({ epoch }) => epoch > 0)).toBe(true);
    await page.evaluate((id) => (location.hash = `#/entry/${id}`), entryId);
    await expect.poll(async () => Math.max(...(await gridColours(page)), 0)).toBeGreaterThan(8);
    await page.evaluate(() => (location.hash = '#/queue'));
    const resume = page.getByRole('button', { name: 'Resume', exact: true });
    if (await resume.isVisible()) await resume.click();
    await page.getByRole('region', { name: 'Running' }).waitFor();
    const cancel = page.getByRole('button', { name: /^Cancel \[/ }).first();
    const name = (await cancel.getAttribute('aria-label')) ?? '';
    await cancel.click();
    // It stays in sight as what it is, in the queue and in its entry.
    const stopped = page.getByRole('region', { name: 'Stopped' });
    await stopped.getByText('cancelled').waitFor();
    expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0);
    const cancelled = async () =>
      (await ask(after, 'entry.read', { entryId })).cells
        .filter(({ state }) => state === 'cancelled')
        .map(({ label }) => `Cancel ${label}`);
    expect(await cancelled()).toEqual([name]);
    await page.getByRole('button', { name: 'Pause all' }).click();
    await page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
    await page.keyboard.press('Control+z');
    await stopped.waitFor({ state: 'detached' });
    expect(second.complaints).toEqual([]);
    await second.close();
    await after.close();
  });

  it('reorders what waits by buttons and by keys', async () => {
    const served = await servedLab(newNotebook());
    await ask(served, 'queue.pause', {});
    await ask(served, 'queue.add', { yaml: smallSweep('waiting', 50), first: false });
    const app = await appPage(browser, served);
    const { page } = app;
    await page.evaluate(() => (location.hash = '#/queue'));
    const names = () => page.locator('[data-item] .name').allTextContents();
    await expect.poll(names).toHaveLength(4);
    const [a, b, c, d] = await names();
    await page.getByRole('button', { name: `Move ${c} to the front` }).click();
    await expect.poll(names).toEqual([c, a, b, d]);
    await page.locator('[data-item]').nth(0).focus();
    // The row that is moved has the focus as soon as it is at its new place, so that no key goes astray.
    const focused = page.evaluate(
      () =>
        new Promise((resolve) => {
          const held = document.activeElement?.getAttribute('data-item');
          new MutationObserver(() => {
            const second = document.querySelectorAll('[data-item]')[1];
            if (second?.getAttribute('data-item') === held) resolve(document.activeElement === second);
          }).observe(document.body, { childList: true, subtree: true, attributes: true });
        }),
    );
    await page.keyboard.press('Alt+ArrowDown');
    expect(await focused).toBe(true);
    expect(await names()).toEqual([a, c, b, d]);
    await page.keyboard.press('Delete');
    const waiting = page.getByRole('region', { name: 'Waiting' }).locator('.name');
    await expect.poll(() => waiting.allTextContents()).toEqual([a, b, d]);
    // The next row has the focus then.
    await page.keyboard.press('Delete');
    await expect.poll(() => waiting.allTextContents()).toEqual([a, d]);
    await page.getByRole('button', { name: 'Cancel all' }).click();
    await waiting.first().waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await expect.poll(() => waiting.allTextContents()).toEqual([a, d]);
    await app.close();
    await served.close();
  });

  it('tells a second window what changed in the first', async () => {
    const served = await servedLab(newNotebook());
    const { entryId } = await finishedEntry(served);
    const one = await appPage(browser, served);
    const two = await appPage(browser, served);
    for (const { page } of [one, two])
      await page.evaluate((id) => (location.hash = `#/entry/${id}`), entryId);
    await one.page.getByRole('button', { name: 'small sweep' }).click();
    await one.page.getByRole('textbox', { name: 'Title' }).fill('renamed here');
    await one.page.keyboard.press('Enter');
    await two.page.getByRole('heading', { name: 'renamed here' }).waitFor();
    for (const { page } of [one, two]) await page.getByRole('button', { name: 'Notes', exact: true }).click();
    await one.page.getByRole('button', { name: 'Write', exact: true }).click();
    await pasteText(one.page, 'Notes', 'seen by both');
    await two.page.getByText('seen by both').waitFor();
    await one.close();
    await two.close();
    await served.close();
  });

  it('deletes for good what is in the trash, once it is told what goes', async () => {
    const served = await servedLab(newNotebook());
    const { entryId } = await finishedEntry(served);
    await ask(served, 'entry.edit', { entryId, title: 'to be deleted' });
    // The last cell has ended in its records a moment before it has left the queue.
    const moved = () =>
      ask(served, 'notebook.trash', { entryId }).then(
        () => true,
        () => false,
      );
    await expect.poll(moved).toBe(true);
    const app = await appPage(browser, served);
    const { page } = app;
    await page.getByRole('link', { name: /Trash/ }).click();
    await page.getByRole('button', { name: 'Delete “to be deleted” for good' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('button', { name: 'Delete “to be deleted” for good' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText(/“to be deleted” is deleted. The notebook took .+B, now .+/).waitFor();
    await page.getByRole('heading', { name: 'The trash is empty.' }).waitFor();
    expect(await ask(served, 'notebook.list', { trashed: true })).toEqual([]);
    expect(app.complaints).toEqual([]);
    await app.close();
    await served.close();
  });

  it('shows a damaged entry as damaged and everything else as it is', async () => {
    const notebook = newNotebook();
    const before = await servedLab(notebook);
    await finishedEntry(before, 'damaged soon');
    await before.close();
    const entries = join(notebook, 'entries');
    const [folder = ''] = readdirSync(entries).filter((name) => !name.startsWith('.'));
    writeFileSync(join(entries, folder, 'entry.json'), '{ not json');
    const served = await servedLab(notebook);
    await finishedEntry(served, 'sound');
    const app = await appPage(browser, served);
    await app.page.getByRole('link', { name: 'sound' }).waitFor();
    expect(await app.page.locator('article.problem').count()).toBe(1);
    await app.page.locator('article.problem h2 a').click();
    await app.page.getByText('This entry cannot be shown.').waitFor();
    await app.page.getByRole('link', { name: 'Back to the notebook' }).click();
    await app.page.getByRole('link', { name: 'sound' }).waitFor();
    await app.close();
    await served.close();
  });

  it('reads a notebook that somebody else writes to, and offers nothing that would write', async () => {
    const notebook = newNotebook();
    const writer = await servedLab(notebook);
    const { entryId } = await finishedEntry(writer);
    const reader = await servedLab(notebook);
    const app = await appPage(browser, reader);
    const { page } = app;
    await page.getByText('read-only').waitFor();
    await page.getByRole('link', { name: 'small sweep' }).waitFor();
    expect(await page.getByRole('button', { name: /to trash/ }).count()).toBe(0);
    await page.evaluate((id) => (location.hash = `#/entry/${id}`), entryId);
    await expect.poll(async () => Math.min(...(await gridColours(page)), 99)).toBeGreaterThan(8);
    await page.getByRole('button', { name: 'Notes', exact: true }).click();
    expect(await page.getByRole('button', { name: 'Write', exact: true }).count()).toBe(0);
    await page.evaluate(() => (location.hash = '#/new'));
    await page.getByText('9 cells', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /^Queue \d/ }).isDisabled()).toBe(true);
    await app.close();
    await reader.close();
    await writer.close();
  });

  it('never runs what stands in notes, titles and tags, and asks nobody for anything', async () => {
    const served = await servedLab(newNotebook());
    const { entryId } = await finishedEntry(served);
    const notes = await ask(served, 'notes.read', { entryId });
    await ask(served, 'notes.write', { entryId, text: hostileText, revision: notes.revision });
    const title = '<img src=x onerror="window.fired=1"> {@html title}';
    await ask(served, 'entry.edit', { entryId, title, tags: ['<svg onload="window.fired=1">'] });
    const app = await appPage(browser, served);
    const { page } = app;
    const strangers: string[] = [];
    page.on('request', (request) => strangers.push(request.url()));
    await page.getByText('{@html title}').first().waitFor();
    await page.evaluate((id) => (location.hash = `#/entry/${id}`), entryId);
    await page.getByRole('heading', { name: title }).waitFor();
    await page.getByRole('button', { name: 'Notes', exact: true }).click();
    await page.locator('.notes').getByText('window.fired = 1').first().waitFor();
    const state = await page.evaluate(() => {
      for (const link of document.querySelectorAll<HTMLElement>('.notes a, .notes button')) {
        if (!/^https?:/.test(link.getAttribute('href') ?? '')) link.click();
      }
      const strange = 'script, img, svg, iframe, style, form, math, details, [onerror], [onload], [style]';
      const links = [...document.querySelectorAll('.notes a')].map((link) => link.getAttribute('href') ?? '');
      return {
        strange: document.querySelectorAll(`.notes :is(${strange}), img[src="x"], [onerror], [onload]`)
          .length,
        links: links.filter((href) => !/^https?:/.test(href) && href !== ''),
      };
    });
    await page.waitForTimeout(200);
    expect(state).toEqual({ strange: 0, links: [] });
    expect(await page.evaluate(() => (window as unknown as { fired?: number }).fired ?? null)).toBeNull();
    const own = new URL(page.url()).origin;
    expect(strangers.filter((url) => new URL(url).origin !== own)).toEqual([]);
    await app.close();
    await served.close();
  });
});
