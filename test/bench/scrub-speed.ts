/** An entry of 25 cells and 600 snapshots each, whose previews are patterns: start, scrub steps, memory. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { syntheticLab } from '../e2e/synthetic-lab.ts';
import { below, beside, quantile, spread, type Figure } from './figures.ts';
import { tracedKeyPresses } from './key-latency.ts';
import { installMeters, installScrubMeter, type ScrubTimes } from './scrub-meter.ts';

const snapshots = 600;

export interface ScrubOptions {
  readonly steps: number;
  /** File for a CPU profile of the first pass. */
  readonly profile: string | undefined;
}

/** Figures of the start, of three passes over the snapshots and of the memory after them. */
export async function scrubFigures(within: Browser, { steps, profile }: ScrubOptions): Promise<Figure[]> {
  const lab = await syntheticLab({ columns: 5, rows: 5, snapshots });
  const context = await within.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.addInitScript(installMeters);
    const started = Date.now();
    await page.goto(lab.newLink());
    await page.locator(`a[href*="${lab.entryId}"]`).first().waitFor();
    const figures = [below('start to interactive', Date.now() - started, 2000, 'ms')];
    await page.evaluate((id) => (location.hash = `#/entry/${id}`), lab.entryId);
    await page.getByRole('gridcell').nth(24).waitFor();
    await page.waitForTimeout(1500);
    const stopProfile = profile === undefined ? null : await startedProfile(page, profile);
    figures.push(...passFigures(`first ${steps}`, await scrub(within, page, steps, 20)));
    await stopProfile?.();
    figures.push(...passFigures(`same ${steps} again`, await scrub(within, page, steps, 20)));
    figures.push(...passFigures(`all ${snapshots - 1}`, await scrub(within, page, snapshots - 1, 8)));
    return [...figures, ...(await memoryFigures(within))];
  } finally {
    await context.close();
    await lab.close();
  }
}

/** Goes to the first frame, then presses the right arrow so many times, each after the step before and a pause. */
async function scrub(within: Browser, page: Page, count: number, pauseMs: number): Promise<ScrubTimes> {
  await page.getByRole('slider', { name: 'Time' }).focus();
  await page.keyboard.press('Home');
  await page.waitForTimeout(1500);
  await page.evaluate(installScrubMeter);
  const latencies = await tracedKeyPresses(within, page);
  for (let step = 0; step < count; step++) {
    // Presses come at any time within a frame of the screen.
    await page.waitForTimeout(pauseMs + ((step * 7) % 17));
    await page.evaluate(() => window.scrubMeter.awaitStep());
    await page.keyboard.press('ArrowRight');
    await page.evaluate(() => window.scrubMeter.done);
  }
  await page.waitForTimeout(300);
  const presented = await latencies();
  if (presented.length !== count) throw new Error(`${presented.length} of ${count} key presses were traced.`);
  const times = await page.evaluate((traced) => window.scrubMeter.stop(traced), presented);
  const said = await page.getByRole('slider', { name: 'Time' }).getAttribute('aria-valuetext');
  if (said?.endsWith(`frame ${count + 1}`) !== true) throw new Error(`The scrubber stands at ${said}.`);
  return times;
}

function passFigures(name: string, { drawn, presented, waited, longTasks }: ScrubTimes): Figure[] {
  const what = `scrub step, ${name}`;
  return [
    below(
      `${what}: key press to pixels, p95`,
      quantile(presented, 0.95),
      33,
      'ms',
      `  (${spread(presented)})`,
    ),
    beside(
      `${what}: key press to drawn`,
      `${spread(drawn)}; ${waited} waited for previews; ${longTasks.length} tasks above 50 ms`,
    ),
  ];
}

async function startedProfile(page: Page, file: string): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 200 });
  await session.send('Profiler.start');
  return async () => {
    const { profile } = await session.send('Profiler.stop');
    writeFileSync(file, JSON.stringify(profile));
    await session.detach();
  };
}

/**
 * Memory of the largest renderer process, as Linux accounts for it: all that is resident, of which the browser's own
 * program is shared with its other processes, and what belongs to this process alone.
 */
async function memoryFigures(within: Browser): Promise<Figure[]> {
  if (process.platform !== 'linux')
    return [beside('renderer memory after scrubbing all', 'only measured on Linux')];
  const session = await within.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const read = (pid: number, file: string, name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1]);
  const [largest] = processInfo
    .filter(({ type }) => type === 'renderer')
    .sort((a, b) => read(b.id, 'status', 'VmRSS') - read(a.id, 'status', 'VmRSS'));
  if (largest === undefined) throw new Error('The browser has no renderer process.');
  const megabytes = (file: string, name: string): number => read(largest.id, file, name) / 1024;
  const own = megabytes('smaps_rollup', 'Private_Dirty') + megabytes('smaps_rollup', 'Private_Clean');
  return [
    below('renderer memory after scrubbing all, resident', megabytes('status', 'VmRSS'), 400, 'MB'),
    beside('renderer memory after scrubbing all, its own (private)', `${own.toFixed(0)} MB`),
  ];
}
