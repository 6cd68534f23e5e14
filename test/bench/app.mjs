/**
 * Measures the app in a real browser on a really trained entry of 25 cells and 601 snapshots each: scrub steps from the
 * key press to the presented frame, long tasks, start, memory, exact frames of [30]*30. Trains once (dist/notebooks).
 *
 *   npm run bench:app [-- --profile FILE]
 */
/* global document, location, performance, requestAnimationFrame, MessageChannel, PerformanceObserver, setTimeout, window, DataTransfer, ClipboardEvent */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { labJson, launchedBrowser, servedNotebook, trainedNotebook } from './trained-notebook.mjs';

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

const speedSweep = (name) => `name: ${name}
target: ring
epochs: 60
snapshots: { every: 20 }
parameters:
  shape: { values: ['[30]*12'] }
  points: { values: [5000] }
  seed: { values: [1, 2] }
`;

const scratch = mkdtempSync(path.join(os.tmpdir(), 'creasebook-app-'));
// What is trained for the comparison goes into a copy.
const notebook = path.join(scratch, 'notebook');
cpSync(path.join(trainedNotebook('scrubbing', [scrubSweep, deepSweep]), 'notebook'), notebook, {
  recursive: true,
});
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
  await page.setViewportSize({ width: 1440, height: 900 });
  await measureTraining(page);
} finally {
  await browser.close();
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
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
  await page.evaluate(() => (location.hash = '#/'));
  await page.locator('a[href^="#/entry/"]', { hasText: title }).first().waitFor();
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

/**
 * Frames of [30]*30 in the cell view: from a key press that moves time by a snapshot to the first computed picture and to
 * the finished frame. The rest that the view waits for before it computes is part of both.
 */
async function measureExact(page) {
  await page.setViewportSize({ width: 884, height: 720 });
  await openEntry(page, 'deep');
  await page.getByRole('gridcell').first().click();
  await page.keyboard.press('Enter');
  await page.locator('.frame').waitFor();
  await page.getByRole('slider', { name: 'Time' }).focus();
  await page.keyboard.press('Home');
  await page.waitForTimeout(5000);
  const first = [];
  const whole = [];
  let size = '';
  for (let step = 0; step < 10; step++) {
    await page.evaluate(watchQuality);
    await page.keyboard.press('ArrowRight');
    const times = await page.evaluate(() => window.watchedQuality);
    first.push(times.first);
    whole.push(times.whole);
    ({ size } = times);
    await page.waitForTimeout(2500);
  }
  const words = (list) => `p50 ${quantile(list, 0.5).toFixed(0)}, longest ${quantile(list, 1).toFixed(0)} ms`;
  say(
    `frame of [30]*30, ${size}, after a key press: first picture ${words(first)}; finished ${words(whole)}`,
  );
}

/** In the page: from the next key press to the first picture that is no preview, and to the one that is final. */
function watchQuality() {
  const pressed = new Promise((resolve) =>
    window.addEventListener('keydown', ({ timeStamp }) => resolve(timeStamp), { capture: true, once: true }),
  );
  window.watchedQuality = pressed.then(async (start) => {
    const stage = document.querySelector('.frame');
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    // The picture of the moment before goes with the press.
    await frame();
    await frame();
    let first = NaN;
    for (;;) {
      const { quality } = stage.dataset;
      const now = performance.now() - start;
      if (Number.isNaN(first) && quality !== 'preview') first = now;
      const canvas = stage.querySelector('canvas');
      if (quality === 'sampled frame' || quality === 'exact polygons' || now > 20_000)
        return { first, whole: now, size: `${canvas.width} x ${canvas.height}` };
      await frame();
    }
  });
}

/**
 * The same sweep trained by the command line and by the app, in turns; training seconds of its cells, and tasks that block
 * the page while it scrubs the large entry meanwhile.
 */
async function measureTraining(page) {
  const seconds = { app: [], 'command line': [] };
  const blocked = [];
  for (let round = 0; round < 2; round++) {
    const name = `speed ${Date.now()}`;
    seconds['command line'].push(trainedByCommand(`${name} c`));
    await page.evaluate(() => (location.hash = '#/new'));
    await pasteSweep(page, speedSweep(`${name} a`));
    await page.keyboard.press('Control+Enter');
    await page.waitForTimeout(500);
    await openEntry(page, '25 cells, 601 snapshots');
    await page.getByRole('gridcell').nth(24).waitFor();
    if (round === 1) blocked.push(...(await scrub(page, 60, 20)).blocked);
    seconds.app.push(await finishedSeconds(`${name} a`));
  }
  const [app, command] = [Math.min(...seconds.app), Math.min(...seconds['command line'])];
  say(
    `training [30]*12 on two times 5000 points: ${command.toFixed(2)} s on the command line, ${app.toFixed(2)} s in the app (${(100 * (app / command - 1)).toFixed(1)} %); tasks above 50 ms in the page while it trained and scrubbed: ${blocked.length}`,
  );
}

/** Training seconds of a sweep that the command line runs in a notebook of its own. */
function trainedByCommand(name) {
  const sweep = path.join(scratch, 'speed.yaml');
  writeFileSync(sweep, speedSweep(name));
  const { cells } = labJson('run', sweep, '--notebook', path.join(scratch, 'other'));
  return secondsOf(cells);
}

function secondsOf(cells) {
  return cells.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Training seconds of an entry once all of its cells are finished. */
async function finishedSeconds(title) {
  for (let tries = 0; tries < 120; tries++) {
    const entry = labJson('ls', '--notebook', notebook).find((one) => one.title === title);
    const cells = entry === undefined ? [] : labJson('show', entry.id, '--notebook', notebook).cells;
    if (cells.length > 0 && cells.every(({ state }) => state === 'finished')) return secondsOf(cells);
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
  throw new Error(`${title} was not finished in six minutes.`);
}

/** Pastes a sweep file into the editor. */
async function pasteSweep(page, yaml) {
  const box = page.getByRole('textbox', { name: 'Sweep file as YAML' });
  await box.click();
  await page.keyboard.press('Control+a');
  await box.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, yaml);
  await page.getByText('2 cells', { exact: true }).waitFor();
}
