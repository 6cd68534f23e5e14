/**
 * Measures the app in a real browser on an entry of 25 cells and 600 snapshots each, whose previews are patterns: start,
 * scrub steps, tasks that block the page, memory.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { browserPath, launchBrowser } from '../e2e/browser.ts';
import { syntheticLab } from '../e2e/synthetic-lab.ts';
import { installMeters, installScrubMeter, type ScrubTimes } from './scrub-meter.ts';

const { values: options } = parseArgs({
  options: { steps: { type: 'string' }, profile: { type: 'string' } },
});
const snapshots = 600;

if (browserPath === null) throw new Error('No Chromium is installed; CREASEBOOK_BROWSER names one.');
const browser = await launchBrowser();
try {
  await measureScrubbing(browser);
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
