/**
 * The way of a newcomer from a fresh clone to an exported grid, by what the screen says alone. Pictures of every stage
 * are kept in out/walk.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { programRoot } from '../../electron/program/assets.ts';
import { gridColours } from '../e2e/app-page.ts';
import { below, beside, type Figure } from './figures.ts';

/** The preset's name is a promise: within a quarter of two minutes. */
const preset = { least: 90, most: 150 };
const timeoutMs = 200_000;

/** Seconds of every stage: a clone, `npm start` in it, the example, the two-minute sweep, its grid as a file. */
export async function walkFigures(browser: Browser): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-walk-'));
  const stages = new Map<string, number>();
  let since = performance.now();
  const reach = (stage: string): void => {
    const now = performance.now();
    stages.set(stage, (now - since) / 1000);
    process.stderr.write(`  ${stage}: ${((now - since) / 1000).toFixed(1)} s\n`);
    since = now;
  };
  const clone = join(folder, 'creasebook');
  spawnSync('git', ['clone', '--quiet', programRoot(), clone], { stdio: 'inherit' });
  reach('git clone');
  const started = startIn(clone, folder, reach);
  try {
    const link = await started.link;
    reach('npm start: the app starts');
    await walk(browser, link, reach);
  } finally {
    started.process.kill('SIGTERM');
    await started.exited;
    rmSync(folder, { recursive: true, force: true });
  }
  return figuresOf(stages);
}

interface Started {
  readonly process: ChildProcess;
  readonly link: Promise<string>;
  readonly exited: Promise<void>;
}

/** `npm start` without a display, so that it prints the address that a browser is to open. */
function startIn(clone: string, folder: string, reach: (stage: string) => void): Started {
  const child = spawn(process.execPath, [join(clone, 'electron', 'scripts', 'launch.mjs'), 'start'], {
    cwd: clone,
    env: {
      ...process.env,
      INIT_CWD: clone,
      CREASEBOOK_NOTEBOOK: join(folder, 'notebook'),
      DISPLAY: '',
      WAYLAND_DISPLAY: '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('Building')) reach('npm start: packages are installed');
    else if (!line.startsWith('Installing')) process.stderr.write(`  ${line}\n`);
  });
  const link = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /http:\/\/\S+/.exec(line);
      if (found !== null) resolve(found[0]);
    });
    void exited.then(() => reject(new Error('npm start ended before the app was there.')));
  });
  return { process: child, link, exited };
}

async function walk(browser: Browser, link: string, reach: (stage: string) => void): Promise<void> {
  const pictures = join(programRoot(), 'out', 'walk');
  mkdirSync(pictures, { recursive: true });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(timeoutMs);
  const done = async (stage: string): Promise<void> => {
    reach(stage);
    await page.screenshot({ path: join(pictures, `${stage}.png`) });
  };
  const allDrawn = async (count: number): Promise<void> => {
    while ((await gridColours(page)).filter((colours) => colours > 2).length < count)
      await page.waitForTimeout(100);
  };
  await page.goto(link);
  await allDrawn(1);
  await done('the example is drawn');
  await page.getByRole('button', { name: 'Run a two-minute sweep' }).click();
  await page.getByRole('heading', { name: /^two minutes/ }).waitFor();
  await allDrawn(1);
  await done('the sweep draws its first picture');
  await page.waitForTimeout(30_000);
  await page.screenshot({ path: join(pictures, 'half a minute later.png') });
  await page
    .getByText(/^9 cells finished/)
    .first()
    .waitFor();
  await allDrawn(9);
  await done('the sweep is finished');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('img', { name: 'The grid as it will be saved' }).waitFor();
  await done('the export shows its figure');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save PNG' }).click();
  const download = await downloading;
  const file = join(pictures, 'the exported grid.png');
  await download.saveAs(file);
  if (statSync(file).size < 10_000) throw new Error('The exported grid is no picture.');
  await done('the grid is saved');
  await context.close();
}

function figuresOf(stages: ReadonlyMap<string, number>): Figure[] {
  const seconds = (stage: string): number => stages.get(stage) ?? 0;
  const sweep = seconds('the sweep draws its first picture') + seconds('the sweep is finished');
  const all = [...stages.values()].reduce((sum, stage) => sum + stage, 0);
  const installing = seconds('git clone') + seconds('npm start: packages are installed');
  return [
    ...[...stages].map(([stage, value]) => beside(stage, `${value.toFixed(1)} s`)),
    {
      what: 'the two-minute sweep',
      measured: `${sweep.toFixed(0)} s`,
      asked: `${preset.least} to ${preset.most} s`,
      holds: sweep >= preset.least && sweep <= preset.most,
    },
    below('from npm start to the exported grid, after installing', all - installing, 300, 's'),
    beside('the same with clone and installation', `${all.toFixed(0)} s`),
  ];
}
