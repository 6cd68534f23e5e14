/** Sampled frames of a trained [30]*30 in the cell view of the real app: whole picture, and twice as close. */
import type { Browser, Page } from 'playwright-core';
import { lab, labJson, startServer, temporaryLab } from '../electron/cli/lab-process.ts';
import { below, beside, quantile, spread, type Figure } from './figures.ts';
import { installFrameMeter, type FrameTimes } from './frame-meter.ts';
import { installMeters } from './scrub-meter.ts';

const side = 512;
const frames = 12;
const sweep = `name: frames
target: ring
epochs: 250
snapshots: { every: 5 }
parameters:
  shape: { values: ['[30]*30'] }
  points: { values: [5000] }
training: { optimizer: adam, learning_rate: 0.001, batch_size: 1024, loss: mse }
`;

/** Trains the cell, then steps through its snapshots, every other one so that none was computed ahead. */
export async function frameFigures(within: Browser): Promise<Figure[]> {
  const { notebook, sweep: file, remove } = temporaryLab(sweep);
  try {
    const { code, stderr } = await lab('run', file, '--notebook', notebook);
    if (code !== 0) throw new Error(`The sweep could not be trained: ${stderr}`);
    const [entry] = await labJson<{ id: string }[]>('ls', '--notebook', notebook);
    const shown = await labJson<{ cells: { id: string }[] }>('show', entry.id, '--notebook', notebook);
    const server = await startServer(notebook);
    try {
      return await measuredFrames(within, server.link, `#/entry/${entry.id}/${shown.cells[0].id}`);
    } finally {
      server.process.child.kill('SIGTERM');
      await server.process.result;
    }
  } finally {
    remove();
  }
}

async function measuredFrames(within: Browser, link: URL, place: string): Promise<Figure[]> {
  const context = await within.newContext({ viewport: { width: 1200, height: 720 } });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.addInitScript(installMeters);
    await page.addInitScript(installFrameMeter);
    await page.goto(link.href);
    await page.locator('nav').waitFor();
    await page.evaluate((hash) => (location.hash = hash), place);
    await sizePicture(page);
    const whole = await stepThrough(page);
    await page.getByRole('button', { name: 'Closer' }).click();
    const closer = await stepThrough(page);
    return [...timesFigures('whole picture', whole, true), ...timesFigures('twice as close', closer, false)];
  } finally {
    await context.close();
  }
}

/** Makes the window so high that the picture has 512 x 512 pixels of the screen. */
async function sizePicture(page: Page): Promise<void> {
  const picture = page.locator('canvas.picture');
  await picture.waitFor();
  for (let attempt = 0; attempt < 5; attempt++) {
    const box = await picture.boundingBox();
    const view = page.viewportSize();
    if (box === null || view === null) throw new Error('The cell shows no picture.');
    if (box.height === side) return;
    await page.setViewportSize({ width: view.width, height: view.height + side - box.height });
    await page.waitForTimeout(300);
  }
  throw new Error(`The picture cannot be made ${side} pixels high.`);
}

async function stepThrough(page: Page): Promise<FrameTimes[]> {
  await page.getByRole('slider', { name: 'Time' }).focus();
  await page.keyboard.press('Home');
  const times: FrameTimes[] = [];
  for (let frame = 0; frame < frames + 2; frame++) {
    await page.waitForTimeout(1200);
    const measured = page.evaluate((width) => window.frameMeter.frame(width), side);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    times.push(await measured);
  }
  // The first ones start workers and load kernels.
  return times.slice(2);
}

function timesFigures(name: string, times: readonly FrameTimes[], isWhole: boolean): Figure[] {
  const of = (part: 'rest' | 'first' | 'final'): number[] => times.map((time) => time[part]);
  const what = `${side} x ${side} frame of [30]*30, ${name}`;
  const line = (part: 'first' | 'final', limit: number): Figure =>
    below(
      `${what}: request to ${part} pixels, p50`,
      quantile(of(part), 0.5),
      limit,
      'ms',
      `  (${spread(of(part))})`,
    );
  return [
    // The whole picture begins with its preview, which is there before anything is requested.
    ...(isWhole ? [] : [line('first', 100)]),
    line('final', 400),
    beside(
      `${what}: rest before the request`,
      `${spread(of('rest'))}; polytopes came before the frame in ${times.filter(({ isPolytopes }) => isPolytopes).length} of ${times.length}`,
    ),
  ];
}
