/** Films made in the app: encoded by the browser, played by the browser. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gifFrames } from '../experiments/films/gif-reader.ts';
import { inBrowserOnly } from './app-hosts.ts';
import { appPage, type AppPage } from './app-page.ts';
import { launchBrowser } from './browser.ts';
import { servedLab, type ServedLab } from './lab-server.ts';
import { finishedEntry } from './small-sweep.ts';

/** Snapshots of the small sweep at 20 epochs. */
const pictures = 11;

inBrowserOnly('films in a browser', 'a second page plays what the app made', () => {
  const notebook = mkdtempSync(join(tmpdir(), 'creasebook-film-'));
  let browser: Browser;
  let served: ServedLab;
  let app: AppPage;

  beforeAll(async () => {
    browser = await launchBrowser();
    served = await servedLab(notebook);
    const { entryId } = await finishedEntry(served);
    app = await appPage(browser, served);
    await app.page.goto(`${new URL(app.page.url()).origin}/#/entry/${entryId}`);
    await app.page.getByRole('button', { name: 'Film' }).click();
    await app.page.getByRole('img', { name: 'A frame of the film' }).waitFor();
    await app.page.getByRole('dialog').getByLabel('Size').selectOption({ label: '960 × 540' });
  });

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    rmSync(notebook, { recursive: true, force: true });
  });

  /** Chooses a format, saves, and returns the file. */
  async function save(page: Page, format: string): Promise<Buffer> {
    await page.getByRole('radio', { name: new RegExp(`^${format}`) }).check();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /^Save/ }).click(),
    ]);
    return readFileSync(await download.path());
  }

  it('plays what it saved, for as long as it says', async () => {
    const { page } = app;
    const stated = await page.getByRole('dialog').locator('figcaption').textContent();
    expect(stated).toContain(`${pictures} pictures`);
    const seconds = Number(/([\d.]+) seconds/.exec(stated ?? '')?.[1]);
    const bytes = await save(page, 'WebM');
    // The app's own policy allows no media: a page elsewhere plays the film.
    const player = await browser.newPage();
    try {
      await player.setContent('<video></video>');
      const found = await player.evaluate(async (data) => {
        const video = document.querySelector('video')!;
        video.src = `data:video/webm;base64,${data}`;
        await new Promise((resolve, reject) => {
          video.onloadeddata = resolve;
          video.onerror = () => reject(new Error(video.error?.message));
        });
        return { width: video.videoWidth, height: video.videoHeight, duration: video.duration };
      }, bytes.toString('base64'));
      expect([found.width, found.height]).toEqual([960, 540]);
      expect(Math.abs(found.duration - seconds)).toBeLessThan(0.1);
    } finally {
      await player.close();
    }
  });

  it('saves GIF films and zipped frames', async () => {
    const { page } = app;
    expect(gifFrames(await save(page, 'GIF'))).toHaveLength(pictures);
    const names = Object.keys(unzipSync(await save(page, 'PNG frames')));
    expect(names).toHaveLength(pictures);
    expect(names.at(-1)).toContain('epoch-20.png');
  });

  it('stops when asked to and saves nothing', async () => {
    const { page } = app;
    await page.getByRole('dialog').getByLabel('Size').selectOption({ label: '1920 × 1080' });
    await page.getByLabel('Detail').selectOption({ label: 'every pixel, slowest' });
    await page.getByRole('radio', { name: /^GIF/ }).check();
    await page.getByRole('button', { name: /^Save/ }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('The film was stopped; nothing was saved.').waitFor();
    expect(app.complaints).toEqual([]);
  });
});
