/** The whole flow on the stand-in for Electron with every kind of GPU, in windows of a real Chromium. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../electron/scratch-folder.ts';
import { newerNodeAbsence } from '../electron/stand-in/newer-node.ts';
import { startStandIn } from '../electron/stand-in/stand-in.ts';
import { gridColours, scrubberText, typeSweep } from './app-page.ts';
import { isWithoutBrowser } from './browser.ts';
import { standInPage, type StandInPage } from './stand-in-page.ts';

const sweep = `name: whole flow
target: ring
epochs: 40
snapshots: { every: 4 }
parameters:
  points: { values: [200, 100] }
  shape: { values: ['[8]*2'] }
`;

const absence = isWithoutBrowser ? 'no Chromium is installed' : newerNodeAbsence;
const leftOut = absence === null ? '' : `: left out, ${absence}`;

describe.skipIf(absence !== null)(`the whole flow on the stand-in${leftOut}`, () => {
  let open: StandInPage | null = null;
  afterEach(async () => {
    await open?.close();
    open = null;
  });

  it.each(['none', 'hangs', 'dies', 'chromium'] as const)(
    'trains, scrubs, exports and ends in good order with a GPU that is: %s',
    async (gpu) => {
      open = await standInPage(scratchFolder(), { gpu });
      const { app, page } = open;
      await page.evaluate(() => (location.hash = '#/new'));
      await typeSweep(page, sweep);
      await page.getByText('2 cells', { exact: true }).waitFor();
      await page.keyboard.press('Control+Enter');
      // A GPU that never answers is waited for as long as the lab is patient with it.
      await page.getByText('2 cells finished').waitFor({ timeout: 300_000 });
      await expect.poll(async () => Math.min(...(await gridColours(page)))).toBeGreaterThan(8);
      await page.getByRole('slider', { name: 'Time' }).focus();
      await page.keyboard.press('Home');
      await expect.poll(() => scrubberText(page)).toBe('epoch 0 of 40, frame 1');
      await page.keyboard.press('Control+e');
      await page.getByRole('img', { name: 'The grid as it will be saved' }).waitFor();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Save PNG' }).click(),
      ]);
      expect(
        readFileSync(await download.path())
          .subarray(1, 4)
          .toString('latin1'),
      ).toBe('PNG');
      app.act({ do: 'close windows' });
      expect(await app.ended, app.output()).toBe(0);
      expect(app.names().filter((name) => name === 'exit')).toHaveLength(1);
    },
  );

  it('says in its window that a second start meant another notebook, and comes to the front', async () => {
    const notebook = scratchFolder();
    open = await standInPage(notebook);
    const { app, page, folder } = open;
    const other = scratchFolder();
    mkdirSync(join(other, 'log'), { recursive: true });
    const again = startStandIn({ folder, notebook: other });
    expect(await again.ended).toBe(0);
    await page.getByText('To open the other one, quit Creasebook first.').waitFor();
    expect(app.names()).toContain('focused');
  });

  it('comes back with its page after that crashed', async () => {
    open = await standInPage(scratchFolder());
    const { app } = open;
    app.act({ do: 'crash' });
    const loads = () => app.log().filter(({ what, url }) => what === 'loads' && url === 'creasebook://lab/');
    await expect.poll(() => loads().length).toBe(2);
    await open.page.locator('nav').waitFor();
  });
});
