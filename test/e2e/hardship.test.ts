/** What a person sees after a crash, without rights, and without a notebook. Runs where a Chromium is. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lab, startServer } from '../electron/cli/lab-process.ts';
import { inBrowserOnly } from './app-hosts.ts';
import { appPage, gridColours, typeSweep } from './app-page.ts';
import { launchBrowser } from './browser.ts';
import { servedLab } from './lab-server.ts';
import { endlessEpochs, finishedEntry, smallSweep } from './small-sweep.ts';

/** What runs a program as somebody who owns nothing; null where that cannot be had. Root's rights know no limits. */
const asNobody: readonly string[] | null =
  process.getuid?.() !== 0
    ? []
    : spawnSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'true']).status === 0
      ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
      : null;

inBrowserOnly('in hard times', 'it kills and starts servers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-hard-'));
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('comes back after kill -9 with everything that was recorded, paused, and says why', async () => {
    const notebook = join(folder, 'killed');
    const before = await startServer(notebook);
    const first = await appPage(browser, { newLink: () => before.link.href });
    await first.page.evaluate(() => (location.hash = '#/new'));
    await first.page.getByText(/^\d+ cells?$/).waitFor();
    await typeSweep(first.page, smallSweep('killed', endlessEpochs));
    await first.page.getByText('4 cells', { exact: true }).waitFor();
    await first.page.keyboard.press('Control+Enter');
    await first.page.getByText(/2 running, 2 queued/).waitFor();
    await expect.poll(async () => Math.max(...(await gridColours(first.page)), 0)).toBeGreaterThan(8);
    before.process.child.kill('SIGKILL');
    await before.process.result;
    await first.page.getByText('The connection to the lab was lost.').waitFor();
    await first.close();

    const after = await startServer(notebook);
    const second = await appPage(browser, { newLink: () => after.link.href });
    const { page } = second;
    await page.getByText('2 interrupted').waitFor();
    expect(await page.getByText(/\d running/).count()).toBe(0);
    await page.getByRole('link', { name: /^Queue/ }).click();
    await page.getByText(/ended unexpectedly while 2 cells were under way/).waitFor();
    await page.getByText('4 cells to go').waitFor();
    expect(await page.getByRole('region', { name: 'Running' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.getByRole('region', { name: 'Running' }).waitFor();
    await page.getByRole('button', { name: 'Pause all' }).click();
    await page.getByText('You paused it.').waitFor();
    expect(second.complaints).toEqual([]);
    await second.close();
    after.process.child.kill('SIGTERM');
    expect((await after.process.result).code).toBe(0);
  });

  it.skipIf(asNobody === null)(
    'shows a notebook without the rights to write, and why nothing can be queued',
    async () => {
      const notebook = join(folder, 'foreign');
      const owner = await servedLab(notebook);
      await finishedEntry(owner);
      await owner.close();
      chmodSync(folder, 0o755);
      if (asNobody?.length === 0) for (const name of ['', 'entries']) chmodSync(join(notebook, name), 0o555);
      const before = readdirSync(notebook);
      const server = await startServer(notebook, { prefix: asNobody ?? [] });
      const { page, complaints, close } = await appPage(browser, { newLink: () => server.link.href });
      expect(await page.getByText('read-only').getAttribute('title')).toMatch(/permission|rights/i);
      await page.getByRole('link', { name: 'small sweep' }).click();
      await expect.poll(async () => Math.min(...(await gridColours(page)), 99)).toBeGreaterThan(8);
      await page.evaluate(() => (location.hash = '#/new'));
      await page.getByText('9 cells', { exact: true }).waitFor();
      expect(await page.getByRole('button', { name: /^Queue \d/ }).isDisabled()).toBe(true);
      expect(complaints).toEqual([]);
      await close();
      server.process.child.kill('SIGTERM');
      expect((await server.process.result).code).toBe(0);
      expect(readdirSync(notebook)).toEqual(before);
      if (asNobody?.length === 0) for (const name of ['', 'entries']) chmodSync(join(notebook, name), 0o755);
    },
  );

  it('says in one line what is wrong where a file is in the place of the notebook', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'file'), 'not a folder');
    const { code, stderr } = await lab('serve', '--notebook', join(folder, 'file'));
    expect(code).toBeGreaterThan(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(join(folder, 'file'));
    expect(stderr).toMatch(/a file is in its place/);
  });
});
