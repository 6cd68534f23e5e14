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

  it('comes back with its page after the process of that was killed; the fourth time it asks in words', async () => {
    open = await standInPage(scratchFolder());
    const { app } = open;
    const told = (what: string) => app.log().filter((line) => line.what === what);
    const loads = () => told('loads').filter(({ url }) => url === 'creasebook://lab/').length;
    for (let kills = 1; kills <= 3; kills++) {
      await open.killPages();
      await expect.poll(loads).toBe(1 + kills);
      await (await open.shownPage()).getByText(/ring/i).first().waitFor();
    }
    expect(told('message box')).toEqual([]);
    await open.killPages();
    await expect.poll(() => told('message box')).toHaveLength(1);
    expect(told('message box')[0]?.['message']).toBe('The page stopped again and again: it crashed.');
    app.act({ do: 'answer', button: 0 });
    const page = await open.shownPage();
    await page.getByText(/ring/i).first().waitFor();
    // It is the app as before, which answers.
    await page.evaluate(() => (location.hash = '#/queue'));
    await page.getByRole('heading', { name: 'Queue', exact: true }).waitFor();
    expect(loads()).toBe(5);
  });
});
