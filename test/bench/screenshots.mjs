/**
 * Pictures of every screen, light and dark, 1280 x 800 and 1920 x 1080, in out/screenshots/ (kept out of git): a real
 * notebook of the shipped example and a sweep that is trained once (dist/notebooks), the real lab, a browser.
 *
 *   npm run screenshots [-- --only NAME]
 */
/* global location */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launchedBrowser, root, servedNotebook, trainedNotebook } from './trained-notebook.mjs';

const { values: options } = parseArgs({ options: { only: { type: 'string' } } });
const folder = path.join(root, 'out', 'screenshots');
mkdirSync(folder, { recursive: true });

const title = 'ring, 5000 to 312 points, three seeds';
const sweep = `name: ${title}
target: ring
epochs: 800
snapshots: { every: 10 }
parameters:
  points: { values: [5000, 1250, 312] }
  seed: { values: [1, 2, 3] }
  shape: { values: ['[20]*6'] }
training: { optimizer: adam, learning_rate: 0.002, batch_size: 512, loss: mse }
`;

const server = await servedNotebook(path.join(trainedNotebook('screens', [sweep]), 'notebook'));
const browser = await launchedBrowser();
try {
  const entry = { hash: '', cell: '' };
  let isFirst = true;
  for (const theme of ['light', 'dark']) {
    for (const [width, height] of [
      [1280, 800],
      [1920, 1080],
    ]) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        ...(isFirst ? {} : { storageState: await browser.contexts()[0].storageState() }),
      });
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error') console.error(`the page says: ${message.text()}`);
      });
      await page.goto(isFirst ? server.link : new URL('/', server.link).href);
      isFirst = false;
      await page.locator('nav').waitFor();
      for (const [name, open] of screens(entry)) {
        if (options.only !== undefined && options.only !== name && !['notebook', 'entry'].includes(name))
          continue;
        await open(page);
        await page.waitForTimeout(300);
        await page.screenshot({ path: path.join(folder, `${name}-${theme}-${width}x${height}.png`) });
      }
    }
  }
  console.log(folder);
} finally {
  await browser.close();
  await server.stop();
}

/** Every screen by its name and what brings it up; each follows the one before. */
function screens(entry) {
  const go = (page, hash) => page.evaluate((next) => (location.hash = next), hash);
  const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
  const exact = (page) => page.getByText('exact', { exact: true }).waitFor({ timeout: 120_000 });

  return [
    [
      'notebook',
      async (page) => {
        await go(page, '#/');
        const card = page.locator('a[href^="#/entry/"]', { hasText: title }).first();
        await card.waitFor();
        entry.hash = await card.getAttribute('href');
        await page.waitForTimeout(1500);
      },
    ],
    [
      'entry',
      async (page) => {
        await go(page, entry.hash);
        await page.getByRole('gridcell').nth(8).waitFor();
        entry.cell = await page.getByRole('gridcell').first().getAttribute('data-cell');
        await exact(page);
        await page.waitForTimeout(1000);
      },
    ],
    ['entry-table', (page) => press(page, 'Cells')],
    ['entry-notes', (page) => press(page, 'Notes')],
    ['entry-record', (page) => press(page, 'Record')],
    [
      'entry-export',
      async (page) => {
        await press(page, 'Charts');
        await press(page, 'Export');
        await page.getByText('Drawing …').waitFor();
        await page.getByText('Drawing …').waitFor({ state: 'hidden', timeout: 120_000 });
      },
    ],
    [
      'cell',
      async (page) => {
        await page.keyboard.press('Escape');
        await go(page, `${entry.hash}/${entry.cell}`);
        await page.getByRole('heading', { name: 'Probe' }).waitFor();
        await page.waitForTimeout(3000);
      },
    ],
    [
      'new-sweep',
      async (page) => {
        await go(page, '#/new');
        await page.getByText(/^\d+ cells?$/).waitFor();
        await page.waitForTimeout(1000);
      },
    ],
    [
      'queue',
      async (page) => {
        await go(page, '#/queue');
        await page.getByRole('heading', { name: 'Queue', exact: true }).waitFor();
      },
    ],
    [
      'commands',
      async (page) => {
        await page.keyboard.press('Control+k');
        await page.getByRole('dialog').waitFor();
      },
    ],
    [
      'help',
      async (page) => {
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Help' }).click();
        await page.getByRole('dialog').waitFor();
      },
    ],
    [
      'settings',
      async (page) => {
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Settings' }).click();
        await page.getByRole('dialog').waitFor();
      },
    ],
    [
      'trash',
      async (page) => {
        await page.keyboard.press('Escape');
        await go(page, '#/trash');
      },
    ],
  ];
}
