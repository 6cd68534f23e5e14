/** The app without a mouse: a whole job, and every key that the help sheet lists. Runs where a Chromium is. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inBrowserOnly } from './app-hosts.ts';
import { appPage, gridColours, scrubberText, type AppPage } from './app-page.ts';
import { launchBrowser } from './browser.ts';
import { servedLab, type ServedLab } from './lab-server.ts';
import { ask, endlessEpochs, finishedEntry, smallSweep } from './small-sweep.ts';

/** Name of what has the focus, inside of shadow roots too. */
function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const label = element?.closest('label')?.textContent;
    return (element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? '').trim();
  });
}

/** Presses Tab until something of this name has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < 120; step++) {
    const focused = await focusedName(page);
    if (name.test(focused)) return;
    passed.push(focused);
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reached ${name}, but: ${passed.join(' | ')}`);
}

/** Goes somewhere by the command palette. */
async function command(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(words);
  await page.getByRole('option', { name: words }).first().waitFor();
  await page.keyboard.press('Enter');
}

inBrowserOnly('the keyboard alone', 'it calls the lab past the page', () => {
  const notebook = mkdtempSync(join(tmpdir(), 'creasebook-keys-'));
  let browser: Browser;
  let served: ServedLab;
  let app: AppPage;

  beforeAll(async () => {
    browser = await launchBrowser();
    served = await servedLab(notebook);
  });

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    rmSync(notebook, { recursive: true, force: true });
  });

  it('queues a sweep, watches it, scrubs and exports the grid', async () => {
    app = await appPage(browser, served);
    const { page } = app;
    await page.keyboard.press('Control+n');
    await page.getByRole('textbox', { name: 'Sweep file as YAML' }).waitFor();
    await page.getByText(/^\d+ cells?$/).waitFor();
    await tabTo(page, /^Sweep file as YAML$/);
    await page.keyboard.press('Control+a');
    await page.evaluate(
      (pasted) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', pasted);
        const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
        document.activeElement?.shadowRoot?.activeElement?.dispatchEvent(event);
      },
      smallSweep('by keyboard', endlessEpochs),
    );
    await page.getByText('4 cells', { exact: true }).waitFor();
    // Tab indents in there; after Escape it leaves.
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await focusedName(page)).not.toBe('Sweep file as YAML');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('grid', { name: 'Comparison grid' }).waitFor();

    await command(page, 'Queue');
    const progress = page.getByRole('region', { name: 'Running' }).getByRole('progressbar').first();
    const share = () => progress.evaluate((bar) => (bar as HTMLProgressElement).value);
    const before = await share();
    await expect.poll(share).toBeGreaterThan(before);
    await tabTo(page, /^Pause all$/);
    await page.keyboard.press('Enter');
    await page.getByText('You paused it.').waitFor();
    await page.getByRole('region', { name: 'Running' }).waitFor({ state: 'detached' });

    await command(page, 'by keyboard');
    await expect.poll(async () => Math.max(...(await gridColours(page)), 0)).toBeGreaterThan(8);
    await page.keyboard.press('Home');
    await expect.poll(() => scrubberText(page)).toMatch(/^epoch 0 of .*, frame 1$/);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => scrubberText(page)).toMatch(/^epoch 4,000 of .*, frame 2$/);

    await page.keyboard.press('Control+e');
    await page.getByRole('img', { name: 'The grid as it will be saved' }).waitFor();
    await tabTo(page, /^Save PNG$/);
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(
      readFileSync(await download.path())
        .subarray(1, 4)
        .toString('latin1'),
    ).toBe('PNG');
    await page.keyboard.press('Escape');
    expect(app.complaints).toEqual([]);
    const { items } = await ask(served, 'queue.read', {});
    await ask(served, 'queue.cancel', { items: items.map(({ id }) => id) });
    await app.close();
  });

  it('plays, steps and jumps through time with the keys that the help sheet lists', async () => {
    await ask(served, 'queue.resume', {});
    const { entryId } = await finishedEntry(served, 'keys of time');
    app = await appPage(browser, served);
    const { page } = app;
    await page.evaluate((id) => (location.hash = `#/entry/${id}`), entryId);
    await expect.poll(() => scrubberText(page)).toBe('epoch 20 of 20, frame 11');
    const after = async (key: string) => {
      await page.keyboard.press(key);
      return ((await scrubberText(page)) ?? '').replace('epoch ', '').replace(' of 20, frame', ' @');
    };
    expect(await after('Home')).toBe('0 @ 1');
    expect(await after('Period')).toBe('2 @ 2');
    expect(await after('Comma')).toBe('0 @ 1');
    expect(await after('PageDown')).toBe('20 @ 11');
    expect(await after('PageUp')).toBe('0 @ 1');
    expect(await after('Shift+ArrowRight')).toBe('20 @ 11');
    expect(await after('Shift+Comma')).toBe('19 @ 10 and after');
    expect(await after('ArrowLeft')).toBe('18 @ 10');
    await page.keyboard.press('m');
    await page.getByText('Marked epoch 18.').waitFor();
    expect(await after('Home')).toBe('0 @ 1');
    await expect.poll(() => after('Control+ArrowRight')).toBe('18 @ 10');
    expect(await after('End')).toBe('20 @ 11');
    expect(await after('Control+ArrowLeft')).toBe('18 @ 10');

    const speed = () => page.getByRole('button', { name: /^Speed/ }).textContent();
    const speedAfter = async (key: string) => {
      await page.keyboard.press(key);
      return (await speed())?.trim();
    };
    expect(await speedAfter('5')).toBe('5×');
    expect(await speedAfter('l')).toBe('6×');
    expect(await speedAfter('1')).toBe('1×');
    expect(await speedAfter('j')).toBe('½×');
    expect(await speedAfter('j')).toBe('¼×');
    expect(await speedAfter('j')).toBe('−¼×');
    expect(await speedAfter('9')).toBe('9×');
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await expect.poll(() => scrubberText(page)).toBe('epoch 20 of 20, frame 11');
    await page.getByRole('button', { name: 'Play (Space)' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('1');
    await page.keyboard.press('Home');
    await page.keyboard.press('k');
    await page.getByRole('button', { name: 'Pause (Space)' }).waitFor();
    await page.keyboard.press('k');
    await page.getByRole('button', { name: 'Play (Space)' }).waitFor();
  });

  it('goes from cell to cell and compares them with the keys that the help sheet lists', async () => {
    const { page } = app;
    await page.keyboard.press('Home');
    const selected = () => page.locator('[role="gridcell"][aria-selected="true"] .spoken').textContent();
    await expect.poll(selected).toContain('Epoch 0,');
    const first = await selected();
    await page.keyboard.press(']');
    await expect.poll(selected).not.toBe(first);
    await page.keyboard.press('[');
    await expect.poll(selected).toBe(first);
    const legend = () => page.locator('.stage canvas').first().screenshot();
    const grey = await legend();
    await page.keyboard.press('c');
    await expect.poll(async () => (await legend()).equals(grey)).toBe(false);
    await page.keyboard.press('g');
    await page.getByRole('heading', { name: 'Probe' }).waitFor();
    const cell = page.getByRole('combobox', { name: 'Cell', exact: true }).first();
    const shown = await cell.inputValue();
    await page.keyboard.press(']');
    await expect.poll(() => cell.inputValue()).not.toBe(shown);
    expect(await scrubberText(page)).toContain('epoch 0 of 20');
    await page.keyboard.press('b');
    const pressed = (name: string) => page.getByRole('button', { name, pressed: true });
    await pressed('Blink').waitFor();
    await page.keyboard.press('x');
    await pressed('Difference').waitFor();
    await page.keyboard.press('g');
    await page.getByRole('grid', { name: 'Comparison grid' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Notebook' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('keys m k 5 ?');
    expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('keys m k 5 ?');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('Escape');
  });

  it('has single keys do nothing once they are switched off; the others stay', async () => {
    const { page } = app;
    await command(page, 'Settings');
    await tabTo(page, /^Shortcuts that are a single letter/);
    await page.keyboard.press('Space');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await command(page, 'keys of time');
    await expect.poll(() => scrubberText(page)).toBe('epoch 20 of 20, frame 11');
    await page.keyboard.press('?');
    await page.keyboard.press('g');
    await page.keyboard.press('Home');
    await page.keyboard.press('k');
    await page.waitForTimeout(200);
    expect(await scrubberText(page)).toBe('epoch 0 of 20, frame 1');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(app.complaints).toEqual([]);
    await app.close();
  });
});
