/** An entry of more cells than fit as pictures: its heat map, chosen squares, pictures, cells and clouds. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inBrowserOnly } from './app-hosts.ts';
import { seriousFindings } from './axe-findings.ts';
import { launchBrowser } from './browser.ts';
import { syntheticLab } from './synthetic-lab.ts';

inBrowserOnly('heat maps', 'they are measured on an entry without a disk', () => {
  let browser: Browser;
  let lab: Awaited<ReturnType<typeof syntheticLab>>;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
    lab = await syntheticLab({ columns: 40, rows: 26, snapshots: 4 });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(lab.newLink());
    await page.evaluate((id) => (location.hash = `#/entry/${id}`), lab.entryId);
    await map().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.close();
  });

  const map = () => page.getByRole('application', { name: /^True error over training points and seed/ });

  it('stands in the place of the grid, and is read by keyboard', async () => {
    expect(await page.locator('.grid[role="grid"]').count()).toBe(0);
    expect(await map().getAttribute('aria-label')).toMatch(
      /40 columns, 26 rows\. Least: [\d,]+ points, seed/,
    );
    await map().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await expect
      .poll(() => page.locator('.pointed').innerText())
      .toMatch(/^5,000 points, seed 2: True error 0/);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('shows chosen cells as pictures and goes back', async () => {
    await map().focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Show 4 cells as pictures' }).click();
    await expect.poll(() => page.getByRole('gridcell').count()).toBe(4);
    expect(page.url()).toContain('#/entry/');
    await page.getByRole('button', { name: 'All 1,040 cells' }).click();
    await map().waitFor();
  });

  it('a drag over a cloud chooses cells in the table', async () => {
    await page.evaluate(
      (id) => (location.hash = `#/entry/${id}?tab=curves&x=IoU&y=true+error&lines=none`),
      lab.entryId,
    );
    const cloud = page.getByRole('application', { name: /^True error over IoU/ });
    await cloud.waitFor();
    const box = await cloud.boundingBox();
    if (box === null) throw new Error('The cloud has no place.');
    await page.mouse.move(box.x + 57, box.y + 4);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 3, box.y + box.height - 47, { steps: 3 });
    await page.mouse.up();
    await expect
      .poll(() => page.locator('.panel .pointed').last().innerText())
      .toMatch(/^\d+ cells are chosen/);
    await page.getByRole('button', { name: 'Cells', exact: true }).click();
    await expect
      .poll(() => page.getByRole('button', { name: /^[1-9]\d* chosen/ }).count())
      .toBeGreaterThan(0);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('the focus stays with a cell of the table when its row is scrolled away, and comes back with it', async () => {
    await page.evaluate((id) => (location.hash = `#/entry/${id}?tab=table`), lab.entryId);
    const table = page.getByRole('table', { name: 'Cells' });
    const rows = table.locator('[data-cell]');
    const focused = () =>
      page.evaluate(() => {
        const row = document.activeElement?.closest<HTMLElement>('[data-cell]');
        return row === null || row === undefined ? null : [row.dataset['cell'], row.ariaRowIndex];
      });
    await rows.nth(2).click();
    const clicked = await focused();
    expect(clicked?.[1]).toBe('4');
    const scrollTo = (top: number) => table.evaluate((element, to) => (element.scrollTop = to), top);
    for (const top of [300, 9000, 27_000]) {
      await scrollTo(top);
      await expect.poll(() => rows.nth(5).getAttribute('aria-rowindex')).not.toBe('7');
      expect(await focused()).toEqual(clicked);
      // Rows are in the order in which they are seen, each there once.
      const indices = await rows.evaluateAll((all) => all.map(({ ariaRowIndex }) => Number(ariaRowIndex)));
      expect(indices).toEqual([...new Set(indices)].sort((a, b) => a - b));
      expect(indices[1]).toBeGreaterThan(top / 28 - 10);
      expect(await table.locator('[tabindex="0"]').count()).toBe(1);
    }
    await page.keyboard.press('ArrowDown');
    await expect.poll(async () => (await focused())?.[1]).toBe('5');
    expect(await table.evaluate((element) => element.scrollTop)).toBeLessThan(200);
    for (let step = 0; step < 60; step++) await page.keyboard.press('ArrowDown');
    await expect.poll(async () => (await focused())?.[1]).toBe('65');
    expect(await seriousFindings(page)).toEqual([]);
  });
});
