/** Files that are larger than any message: through the browser onto the disk, with progress, and given up. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { labJson, temporaryLab } from '../electron/cli/lab-process.ts';
import { scratchFolder } from '../electron/scratch-folder.ts';
import { inBrowserOnly } from './app-hosts.ts';
import { appPage, type AppPage } from './app-page.ts';
import { launchBrowser } from './browser.ts';
import { servedLab, type ServedLab } from './lab-server.ts';
import { ask } from './small-sweep.ts';

/** 192,301 weights in each of 141 snapshots: nothing that could be packed. */
const largeSweep = `name: large
target: ring
epochs: 140
validation: 20
snapshots: { every: 1, key_frame_every: 70, preview: 16, truth_stride: 64 }
parameters:
  shape: { values: ["[100]*20"] }
  points: { values: [20] }
training: { batch_size: 20 }
`;

inBrowserOnly('large files in a browser', 'it serves a lab of its own', () => {
  const place = temporaryLab(largeSweep);
  const archive = join(place.folder, 'large.eln');
  const notebook = scratchFolder();
  let browser: Browser;
  let served: ServedLab;
  let app: AppPage;

  beforeAll(async () => {
    const there = ['--notebook', place.notebook];
    await labJson('run', place.sweep, ...there);
    await labJson('export', 'large', '--out', archive, ...there);
    browser = await launchBrowser();
    served = await servedLab(notebook);
    app = await appPage(browser, served);
  });

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    place.remove();
  });

  async function choose(): Promise<void> {
    const [chooser] = await Promise.all([
      app.page.waitForEvent('filechooser'),
      app.page.getByRole('button', { name: 'Open a file' }).click(),
    ]);
    await chooser.setFiles(archive);
    await app.page.getByRole('heading', { name: 'Import an entry' }).waitFor();
    await app.page.getByRole('button', { name: 'Import', exact: true }).click();
  }

  const uploads = (): string[] => {
    const folder = join(notebook, '.uploads');
    return existsSync(folder) ? readdirSync(folder) : [];
  };

  it('an archive that was given up while it was read leaves nothing behind', async () => {
    expect(statSync(archive).size).toBeGreaterThan(64 * 2 ** 20);
    await choose();
    await app.page.getByText(/MB of \d+ MB read/).waitFor();
    await app.page.getByRole('button', { name: 'Stop' }).click();
    await app.page.getByRole('heading', { name: 'Import an entry' }).waitFor({ state: 'detached' });
    await expect.poll(uploads).toEqual([]);
    expect(await ask(served, 'notebook.list', {})).toEqual([]);
  });

  it('an archive beyond 64 MB becomes an entry that holds', async () => {
    await choose();
    await app.page.getByRole('heading', { name: 'large', exact: true }).waitFor({ timeout: 120_000 });
    const [card] = await ask(served, 'notebook.list', {});
    const { holds } = await ask(served, 'entry.verify', { entryId: card!.id, level: 'chain' });
    expect(holds).toBe(true);
    expect(uploads()).toEqual([]);
    expect(app.complaints).toEqual([]);
  });
});
