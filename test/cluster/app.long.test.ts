/** The app on a cluster: a sweep is handed in beside the queue, its cells fill in, its rest is handed in again. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { appPage, typeSweep } from '../e2e/app-page.ts';
import { isWithoutBrowser, launchBrowser } from '../e2e/browser.ts';
import { servedLab } from '../e2e/lab-server.ts';
import { lab, temporaryLab } from '../electron/cli/lab-process.ts';
import { absenceOf, daemonPath, slurmPackages } from './requirements.ts';
import { startCluster, until, type TestCluster } from './slurm.ts';
import { expectLinks, uninterrupted, walkedSweep } from './walked-lab.ts';

const absence = isWithoutBrowser ? 'no Chromium is installed' : absenceOf(slurmPackages);
/** Where pictures of what is seen are put; none are taken where it is not set. */
const pictures = process.env['CREASEBOOK_PICTURES'];

describe.skipIf(absence !== null)(
  `the app on a cluster${absence === null ? '' : `: left out, ${absence}`}`,
  () => {
    const sweep = walkedSweep(4, 30_000);
    const { notebook, remove } = temporaryLab(sweep);
    let cluster: TestCluster | undefined;
    afterAll(async () => {
      await cluster?.stop();
      remove();
    });

    it('hands a sweep in, shows it on the queue, cancels it, hands the rest in, and collects', async () => {
      process.env['PATH'] = daemonPath;
      cluster = await startCluster(2);
      const served = await servedLab(notebook);
      const browser = await launchBrowser();
      try {
        const { page, complaints } = await appPage(browser, served);
        const picture = async (name: string): Promise<void> => {
          if (pictures === undefined) return;
          mkdirSync(pictures, { recursive: true });
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme });
            await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
          }
          await page.emulateMedia({ colorScheme: 'light' });
        };
        await page.goto(`${page.url().split('#')[0]}#/new`);
        await typeSweep(page, sweep);
        await page.getByRole('button', { name: 'Run on …' }).click();
        const dialog = page.getByRole('dialog', { name: 'Run on other machines' });
        await dialog.getByText(/^slurm-wlm \d/).waitFor();
        await dialog.getByLabel('Threads a shard').fill('1');
        await dialog.getByText('4 cells in 1 shard').waitFor();
        await picture('run-on');
        await dialog.getByRole('button', { name: 'Submit 4 cells' }).click();
        await page.waitForURL(/#\/entry\//);
        await page.goto(`${page.url().split('#')[0]}#/queue`);
        const section = page.getByRole('region', { name: 'On the cluster' });
        await section.getByText('1 of 1 shard running').waitFor();
        await section.getByText('1 shard', { exact: true }).click();
        await picture('running');
        // The first cell that is finished is taken in while the others train.
        await section.getByText(/[123] of 4 cells/).waitFor();
        await section.getByRole('button', { name: 'Collect' }).click();
        await page.getByText(/cells? collected|One cell collected/).waitFor();
        await picture('collected');
        await section.getByRole('button', { name: 'Cancel' }).click();
        await section.getByText(/cancelled/).waitFor();
        await section.getByRole('button', { name: 'Submit the rest' }).and(page.locator(':enabled')).click();
        const rest = page.getByRole('dialog', { name: 'Submit the rest' });
        await rest.getByText(/[123] cells? in 1 shard/).waitFor();
        await picture('rest');
        await rest.getByRole('button', { name: /Submit [123] cell/ }).click();
        await rest.waitFor({ state: 'hidden' });
        await picture('two-jobs');
        const nodes = cluster;
        await until('both jobs to end', () => nodes.ask('squeue', '-h').trim() === '');
        await section.getByRole('button', { name: 'Collect' }).last().click();
        await page
          .getByText(/cells? collected/i)
          .last()
          .waitFor();
        expect(complaints).toEqual([]);
      } finally {
        await browser.close();
        await served.close();
      }
      await lab('collect', 'walk', '--notebook', notebook);
      await expectLinks(notebook, 4, uninterrupted(sweep));
    });
  },
);
