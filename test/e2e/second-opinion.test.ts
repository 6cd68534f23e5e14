/** onnxruntime in a real browser, under the app's content policy, beside the lab. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../electron/scratch-folder.ts';
import { appPage, type AppPage } from './app-page.ts';
import { browserPath, launchBrowser } from './browser.ts';
import { servedLab, type ServedLab } from './lab-server.ts';
import { finishedEntry } from './small-sweep.ts';

describe.skipIf(browserPath === null)('the second opinion', () => {
  let browser: Browser;
  let served: ServedLab;
  let app: AppPage;

  beforeAll(async () => {
    served = await servedLab(scratchFolder());
    browser = await launchBrowser();
    app = await appPage(browser, served);
  });

  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  it('stands beside the lab at the probed point and on the whole frame', async () => {
    const { page, complaints } = app;
    const { entryId, cellId } = await finishedEntry(served);
    await page.evaluate((hash) => (location.hash = hash), `#/entry/${entryId}/${cellId}`);
    await page.getByRole('img', { name: /epoch 20/ }).hover({ position: { x: 120, y: 150 } });
    const value = page.locator('[data-second-value]');
    await value.waitFor();
    expect(await value.getAttribute('data-second-value')).toBe('within');
    expect(await value.textContent()).toContain('same hash');
    await page.getByRole('button', { name: 'Check this frame' }).click();
    const checked = page.locator('[data-equal-hashes]');
    await checked.waitFor();
    const pixels = Number(await checked.getAttribute('data-pixels'));
    expect(Number(await checked.getAttribute('data-equal-hashes')) / pixels).toBeGreaterThan(0.9999);
    expect(await checked.textContent()).toContain('onnxruntime agrees');
    expect(complaints).toEqual([]);
  });
});
