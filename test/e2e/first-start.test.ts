/** What somebody sees who starts the app for the first time: the example that ships, ready to scrub. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inBrowserOnly } from './app-hosts.ts';
import { appPage, gridColours, scrubberText, type AppPage } from './app-page.ts';
import { launchBrowser } from './browser.ts';
import { servedLab, type ServedLab } from './lab-server.ts';
import { ask } from './small-sweep.ts';

inBrowserOnly('the first start', 'it compares with what it asks of the lab past the page', () => {
  const notebook = join(mkdtempSync(join(tmpdir(), 'creasebook-first-')), 'notebook');
  let browser: Browser;
  let served: ServedLab;
  let app: AppPage;

  beforeAll(async () => {
    browser = await launchBrowser();
    served = await servedLab(notebook, { hasExample: true });
    app = await appPage(browser, served);
  });

  afterAll(async () => {
    await app?.close();
    await browser?.close();
    await served?.close();
    rmSync(join(notebook, '..'), { recursive: true, force: true });
  });

  it('opens a finished entry with pictures in every cell', async () => {
    const { page } = app;
    await page.getByRole('heading', { name: /^first look/ }).waitFor();
    await page.getByRole('complementary', { name: 'Welcome' }).waitFor();
    await expect.poll(async () => (await gridColours(page)).filter((count) => count > 8).length).toBe(4);
    expect(await scrubberText(page)).toContain('epoch 2,000 of 2,000');
  });

  it('scrubs at the first key press', async () => {
    const { page } = app;
    const picture = () => page.locator('[role="gridcell"] canvas').first().screenshot();
    const before = await picture();
    await page.getByRole('slider', { name: 'Time' }).focus();
    await page.keyboard.press('Home');
    await expect.poll(() => scrubberText(page)).toContain('epoch 0 of 2,000');
    await expect.poll(async () => (await picture()).equals(before)).toBe(false);
  });

  it('shows citations in its notes, read from the records', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Notes', exact: true }).click();
    await page.getByText('With 5000 points it draws the ring').waitFor();
    const { cells } = await ask(served, 'entry.read', { entryId: (await card()).id });
    const [timeline] = await ask(served, 'entry.timelines', {
      entryId: (await card()).id,
      cells: [{ cellId: cells.find(({ axes }) => axes['points'] === 5000)!.id, from: 0 }],
    });
    const iou = timeline!.measures.iou.at(-1)!.toFixed(2).slice(1);
    await page.locator('.notes, article, section').getByText(iou).first().waitFor();
  });

  it('passes its own checks', async () => {
    const verdict = await ask(served, 'entry.verify', { entryId: (await card()).id, level: 'chain' });
    expect(verdict).toMatchObject({ holds: true });
    expect(verdict.cells).toHaveLength(4);
  });

  it('begins the two-minute sweep with one press', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Run a two-minute sweep' }).click();
    await page.getByRole('heading', { name: /^two minutes/ }).waitFor();
    await expect
      .poll(
        async () =>
          (await ask(served, 'queue.read', {})).items.filter(({ state }) => state === 'running').length,
      )
      .toBeGreaterThan(0);
    const { items } = await ask(served, 'queue.read', {});
    await ask(served, 'queue.cancel', { items: items.map(({ id }) => id) });
    expect(app.complaints).toEqual([]);
  });

  it('does not bring the example back once it is gone', async () => {
    await ask(served, 'notebook.trash', { entryId: (await card()).id });
    await served.close();
    served = await servedLab(notebook, { hasExample: true });
    expect(readdirSync(join(notebook, 'entries')).filter((name) => name.includes('first-look'))).toEqual([]);
  });

  async function card(): Promise<{ readonly id: string }> {
    const cards = await ask(served, 'notebook.list', {});
    return cards.find(({ title }) => title.startsWith('first look'))!;
  }
});
