/** Jobs of another machine on the queue screen: it is named there, what is wrong with it is said, and it can be forgotten. */
import { expect, it } from 'vitest';
import { scratchFolder } from '../electron/scratch-folder.ts';
import { appPage } from './app-page.ts';
import { isWithoutBrowser, launchBrowser } from './browser.ts';
import { servedLab } from './lab-server.ts';

it.skipIf(isWithoutBrowser)('a machine is named, said to be out of reach, kept, and forgotten', async () => {
  const served = await servedLab(scratchFolder());
  const browser = await launchBrowser();
  try {
    const { page, complaints } = await appPage(browser, served);
    await page.goto(`${page.url().split('#')[0]}#/queue`);
    await page.getByRole('button', { name: 'Jobs of another machine' }).click();
    const dialog = page.getByRole('dialog', { name: 'Jobs of another machine' });
    await dialog.getByLabel('Machine').fill('nowhere.invalid');
    await dialog.getByLabel('Notebook there').fill('/notebook');
    await dialog.getByRole('button', { name: 'Show its jobs' }).click();
    const section = page.getByRole('region', { name: 'On the cluster: nowhere.invalid' });
    await section.getByText(/^No connection to nowhere\.invalid: .*; trying again/).waitFor();
    await page.reload();
    await section.getByText(/^No connection to nowhere\.invalid/).waitFor();
    await section.getByRole('button', { name: 'Forget' }).click();
    await section.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
    await served.close();
  }
});
