/**
 * Measures the app in a real browser on an entry of 25 cells and 600 snapshots each, whose previews are patterns: start,
 * scrub steps, tasks that block the page, memory. Then exact frames of a [30]*30 network that it trains first.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { programRoot } from '../../electron/compute/assets.ts';
import { browserPath, launchBrowser } from '../e2e/browser.ts';
import { servedLab } from '../e2e/lab-server.ts';
import { syntheticLab } from '../e2e/synthetic-lab.ts';
import { installMeters, installScrubMeter, watchFrames, type ScrubTimes } from './scrub-meter.ts';

const { values: options } = parseArgs({
  options: { steps: { type: 'string' }, profile: { type: 'string' }, scrub: { type: 'boolean' } },
});
const snapshots = 600;
const deepSweep = `name: deep
target: ring
epochs: 40
snapshots: { every: 2 }
parameters:
  shape: { values: ['[30]*30'] }
  points: { values: [1250] }
`;

if (browserPath === null) throw new Error('No Chromium is installed; CREASEBOOK_BROWSER names one.');
const browser = await launchBrowser();
try {
  await measureScrubbing(browser);
  if (options.scrub !== true) await measureFrames(browser);
} finally {
  await browser.close();
}

async function measureScrubbing(within: Browser): Promise<void> {
  const lab = await syntheticLab({ columns: 5, rows: 5, snapshots });
  const context = await within.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.addInitScript(installMeters);
    const started = Date.now();
    await page.goto(lab.newLink());
    await page.locator(`a[href*="${lab.entryId}"]`).first().waitFor();
    say(`start to interactive: ${Date.now() - started} ms`);
    await page.evaluate((id) => (location.hash = `#/entry/${id}`), lab.entryId);
    await page.getByRole('gridcell').nth(24).waitFor();
    await page.waitForTimeout(1500);
    const steps = Number(options.steps ?? 200);
    const stopProfile = options.profile === undefined ? null : await startedProfile(page, options.profile);
    tell(`the first ${steps}`, await scrub(page, steps, 20));
    await stopProfile?.();
    tell(`the same ${steps} again`, await scrub(page, steps, 20));
    tell(`all ${snapshots - 1}`, await scrub(page, snapshots - 1, 8));
    say(`renderer memory after scrubbing all of it: ${await rendererMemory(within)}`);
  } finally {
    await context.close();
    await lab.close();
  }
}

/** Goes to the first frame, then presses the right arrow so many times, each after the step before and a pause. */
async function scrub(page: Page, count: number, pauseMs: number): Promise<ScrubTimes> {
  await page.getByRole('slider', { name: 'Time' }).focus();
  await page.keyboard.press('Home');
  await page.waitForTimeout(1500);
  await page.evaluate(installScrubMeter);
  for (let step = 0; step < count; step++) {
    // Presses come at any time within a frame of the screen.
    await page.waitForTimeout(pauseMs + ((step * 7) % 17));
    await page.evaluate(() => window.scrubMeter.awaitStep());
    await page.keyboard.press('ArrowRight');
    await page.evaluate(() => window.scrubMeter.done);
  }
  const times = await page.evaluate(() => window.scrubMeter.stop());
  const said = await page.getByRole('slider', { name: 'Time' }).getAttribute('aria-valuetext');
  if (said?.endsWith(`frame ${count + 1}`) !== true) throw new Error(`The scrubber stands at ${said}.`);
  return times;
}

/** Frames of the cell view after a key press; the time that the view waits for rest is part of them. */
async function measureFrames(within: Browser): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'creasebook-speed-'));
  const notebook = join(scratch, 'notebook');
  const sweep = join(scratch, 'sweep.yaml');
  writeFileSync(sweep, deepSweep);
  const program = join(programRoot(), 'dist', 'node', 'cli.js');
  execFileSync(process.execPath, [program, 'run', sweep, '--notebook', notebook], { stdio: 'ignore' });
  const served = await servedLab(notebook);
  const context = await within.newContext({ viewport: { width: 884, height: 720 } });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(served.newLink());
    const href = await page.locator('a[href^="#/entry/"]').first().getAttribute('href');
    await page.evaluate((hash) => (location.hash = hash ?? ''), href);
    await page.getByRole('gridcell').first().click();
    await page.keyboard.press('Enter');
    await page.locator('.frame canvas').waitFor();
    await page.getByRole('slider', { name: 'Time' }).focus();
    await page.keyboard.press('Home');
    await page.waitForTimeout(4000);
    const first: number[] = [];
    const final: number[] = [];
    let last = '';
    for (let step = 0; step < 10; step++) {
      const watched = page.evaluate(watchFrames);
      await page.keyboard.press('ArrowRight');
      const times = await watched;
      first.push(times.first);
      final.push(times.final);
      last = `${times.size}, ${times.words.join(' > ')}`;
      await page.waitForTimeout(1500);
    }
    say(`frame of [30]*30 after a key press (${last}): first ${spread(first)}; final ${spread(final)}`);
  } finally {
    await context.close();
    await served.close();
    rmSync(scratch, { recursive: true, force: true });
  }
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

/** Memory of the largest renderer process, as Linux accounts for it. */
async function rendererMemory(within: Browser): Promise<string> {
  if (process.platform !== 'linux') return 'only measured on Linux';
  const session = await within.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const read = (pid: number, file: string, name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1]);
  const renderers = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => [read(id, 'status', 'VmRSS') / 1024, read(id, 'status', 'RssAnon') / 1024])
    .sort((a, b) => b[0] - a[0]);
  const [resident, own] = renderers[0] ?? [NaN, NaN];
  return `${resident.toFixed(0)} MB resident, ${own.toFixed(0)} MB of it its own`;
}

function tell(name: string, { drawn, presented, waited, longTasks }: ScrubTimes): void {
  say(
    `scrub step, ${name}: key press to presented ${spread(presented)}; to drawn ${spread(drawn)}; ${waited} waited for previews; tasks above 50 ms: ${longTasks.length}`,
  );
}

function spread(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const quantile = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN).toFixed(0);
  return `p50 ${quantile(0.5)}, p95 ${quantile(0.95)}, longest ${quantile(1)} ms`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
