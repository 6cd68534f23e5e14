/**
 * Pictures of every screen, light and dark, 1280 x 800 and 1920 x 1080, in out/screenshots/ (kept out of git): a real
 * notebook of the shipped example and a sweep that is trained once (dist/notebooks), the real lab, a browser.
 *
 *   npm run screenshots [-- --only NAME]
 */
/* global ClipboardEvent, DataTransfer, location */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

/** One cell that is done at once, then more of them than there are cores, none of which ends while pictures are taken. */
const queued = [
  {
    words: 'Queue 1 cell',
    yaml: `name: a disc, at first sight
target: disc
epochs: 60
parameters: { shape: { values: ['[10]*3'] }, points: { values: [300] } }
training: { optimizer: adam, learning_rate: 0.002, batch_size: 512, loss: mse }
`,
  },
  {
    words: 'Queue 5 cells',
    yaml: `name: spiral, 5000 to 312 points
target: spiral
epochs: 200000
snapshots: { log: 100 }
parameters: { points: { from: 5000, ratio: 0.5, count: 5 }, shape: { values: ['[30]*8'] } }
training: { optimizer: adam, learning_rate: 0.001, batch_size: 1024, loss: mse }
`,
  },
];

// A copy, since queueing changes it.
const notebook = mkdtempSync(path.join(tmpdir(), 'creasebook-screens-'));
cpSync(path.join(trainedNotebook('screens', [sweep]), 'notebook'), notebook, { recursive: true });
const server = await servedNotebook(notebook);
const browser = await launchedBrowser();
try {
  const entry = { hash: '', cell: '', isQueued: false };
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
  rmSync(notebook, { recursive: true, force: true });
}

/** Queues a sweep as a person would; `words` are what the button says once the file was read. */
async function queueSweep(page, { yaml, words }) {
  await page.evaluate(() => (location.hash = '#/new'));
  const editor = page.getByRole('textbox', { name: 'Sweep file as YAML' });
  await editor.click();
  await page.keyboard.press('Control+a');
  await editor.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, yaml);
  await page.getByRole('button', { name: words, exact: true }).click();
  await page.waitForURL(/#\/entry/);
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
        await page.locator('.mark.constant').nth(8).waitFor({ state: 'attached' });
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
        await page.getByRole('img', { name: 'The grid as it will be saved' }).waitFor({ timeout: 120_000 });
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
        if (!entry.isQueued) for (const queuing of queued) await queueSweep(page, queuing);
        await go(page, '#/queue');
        await page.getByRole('heading', { name: 'Queue', exact: true }).waitFor();
        // A later screen pauses it.
        if (await page.getByRole('button', { name: 'Resume', exact: true }).isVisible())
          await press(page, 'Resume');
        entry.isQueued = true;
        await page.getByRole('heading', { name: /^Finished/ }).waitFor();
        await page
          .getByText(/loss \d/)
          .first()
          .waitFor();
        await page.waitForTimeout(5000);
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
        await press(page, 'Pause all');
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
