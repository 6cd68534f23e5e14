/** Cells that train while the app shows them: what blocks the page, and what the app costs the training. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { lab, startServer, temporaryLab } from '../electron/cli/lab-process.ts';
import { appPage, typeSweep } from '../e2e/app-page.ts';
import { below, beside, quantile, type Figure } from './figures.ts';
import { installMeters } from './scrub-meter.ts';

const entryName = 'while-somebody-looks';
const alternations = 5;
const screenMs = 6000;

/** The two-minute preset with as many cells as wanted, of one size so that two cores end together. */
function sweep(epochs: number, seeds: number): string {
  return `name: ${entryName}
target: ring
epochs: ${epochs}
snapshots: { every: 20 }
parameters:
  points: { values: [2500] }
  seed: { values: [${Array.from({ length: seeds }, (_, at) => at + 1).join(', ')}] }
  shape: { values: ['[30]*12'] }
training: { optimizer: adam, learning_rate: 0.001, batch_size: 1024, loss: mse }
`;
}

interface QueuedPage {
  readonly page: Page;
  close(): Promise<void>;
  stop(): Promise<void>;
}

/** A server of the notebook, and a page of it that has just queued a sweep and shows its entry. */
async function queuedPage(within: Browser, notebook: string, yaml: string): Promise<QueuedPage> {
  const server = await startServer(notebook);
  const opened = await appPage(within, { newLink: () => server.link.href }, { width: 1440, height: 900 });
  const { page } = opened;
  await page.evaluate(installMeters);
  await page.evaluate(() => (location.hash = '#/new'));
  await typeSweep(page, yaml);
  await page.getByRole('button', { name: /^Queue \d/ }).waitFor();
  await page.keyboard.press('Control+Enter');
  await page.getByRole('grid', { name: 'Comparison grid' }).waitFor();
  return {
    page,
    close: () => opened.close(),
    async stop() {
      server.process.child.kill('SIGTERM');
      await server.process.result;
    },
  };
}

/** Tasks above 50 ms on each screen while four cells train. */
export async function blockingFigures(within: Browser): Promise<Figure[]> {
  const { notebook, remove } = temporaryLab();
  const queued = await queuedPage(within, notebook, sweep(20_000, 4));
  const { page } = queued;
  try {
    const cell = await page.getByRole('gridcell').first().getAttribute('data-cell');
    const entry = await page.evaluate(() => location.hash);
    const screens = { queue: '#/queue', entry, cell: `${entry}/${cell}`, notebook: '#/' };
    const figures: Figure[] = [];
    for (const [name, hash] of Object.entries(screens)) {
      await page.evaluate((next) => {
        window.longTasks = [];
        location.hash = next;
      }, hash);
      await wait(screenMs);
      const tasks = await page.evaluate(() => window.longTasks);
      const more = `  (${tasks.length} tasks above 50 ms in ${screenMs / 1000} s)`;
      figures.push(
        below(
          `page blocked while cells train, ${name} screen, longest`,
          Math.max(0, ...tasks),
          50,
          'ms',
          more,
        ),
      );
    }
    return figures;
  } finally {
    await queued.close();
    await queued.stop();
    remove();
  }
}

type Mode = 'command line' | 'app open' | 'app closed';

/**
 * Wall times of the same training on the command line, in the app with its queue on the screen, and without. The three
 * are compared within a round, and rounds begin with another of them in turn: the machine's own pace changes too.
 */
export async function trainingFigures(within: Browser): Promise<Figure[]> {
  const modes: readonly Mode[] = ['command line', 'app open', 'app closed'];
  const rounds: Record<Mode, number>[] = [];
  const shares: number[] = [];
  for (let round = 0; round < alternations; round++) {
    const seconds: Record<Mode, number> = { 'command line': 0, 'app open': 0, 'app closed': 0 };
    for (let turn = 0; turn < modes.length; turn++) {
      const mode = modes[(round + turn) % modes.length] ?? 'command line';
      const run = await timedTraining(within, mode);
      seconds[mode] = run.seconds;
      if (mode === 'app open') shares.push(run.browserShare);
    }
    rounds.push(seconds);
  }
  const slower = (mode: Mode): Figure => {
    const percents = rounds.map((seconds) => 100 * (seconds[mode] / seconds['command line'] - 1));
    return below(
      `training in the app (${mode.slice(4)}) against the command line, median of the rounds`,
      quantile(percents, 0.5),
      5,
      '% slower',
      `  (${percents.map((percent) => percent.toFixed(1)).join(', ')})`,
    );
  };
  return [
    beside(
      'training on the command line',
      `${rounds.map((seconds) => seconds['command line'].toFixed(1)).join(', ')} s`,
    ),
    slower('app open'),
    slower('app closed'),
    beside(
      'CPU time of the browser while the queue is on the screen',
      `${(100 * quantile(shares, 0.5)).toFixed(0)} % of a core`,
    ),
  ];
}

async function timedTraining(
  within: Browser,
  mode: Mode,
): Promise<{ readonly seconds: number; readonly browserShare: number }> {
  const { notebook, sweep: file, remove } = temporaryLab(sweep(6000, 2));
  try {
    if (mode === 'command line') {
      const { code, stderr } = await lab('run', file, '--notebook', notebook, '--threads', '2');
      if (code !== 0) throw new Error(`The sweep could not be trained: ${stderr}`);
      return { seconds: trainedSeconds(notebook), browserShare: 0 };
    }
    const queued = await queuedPage(within, notebook, readFileSync(file, 'utf8'));
    try {
      if (mode === 'app closed') await queued.close();
      else await queued.page.evaluate(() => (location.hash = '#/queue'));
      const [before, start] = [await cpuSeconds(within), performance.now()];
      while (!isTrained(notebook)) await wait(250);
      const elapsed = (performance.now() - start) / 1000;
      const browserShare = ((await cpuSeconds(within)) - before) / elapsed;
      return { seconds: trainedSeconds(notebook), browserShare };
    } finally {
      await queued.close();
      await queued.stop();
    }
  } finally {
    remove();
  }
}

/** CPU time of all processes of the browser so far. */
async function cpuSeconds(within: Browser): Promise<number> {
  const session = await within.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

function entryFolder(notebook: string): string {
  // The app begins a new notebook with an example that is trained already.
  const found = readdirSync(join(notebook, 'entries')).find((name) => name.includes(entryName));
  if (found === undefined) throw new Error('The sweep is not in the notebook.');
  return join(notebook, 'entries', found);
}

function isTrained(notebook: string): boolean {
  const document = JSON.parse(readFileSync(join(entryFolder(notebook), 'entry.json'), 'utf8')) as {
    readonly cells: readonly { readonly state: string }[];
  };
  return document.cells.every(({ state }) => state === 'finished');
}

/** From the first picture of any cell to the last record, as the files themselves say. */
function trainedSeconds(notebook: string): number {
  const cells = join(entryFolder(notebook), 'cells');
  const folders = readdirSync(cells).map((name) => join(cells, name));
  const first = Math.min(...folders.map((folder) => statSync(join(folder, 'previews')).birthtimeMs));
  const last = Math.max(...folders.map((folder) => statSync(join(folder, 'records')).mtimeMs));
  return (last - first) / 1000;
}
