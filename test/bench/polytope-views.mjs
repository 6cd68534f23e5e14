/**
 * Measures how soon exact polygons follow pan and zoom in a real browser, and how often the page is blocked meanwhile.
 * Trains a [30]*30 network first (or takes --notebook DIR with an entry whose first cell is one).
 *
 *   node test/bench/polytope-views.mjs [--notebook DIR] [--epochs N]
 */
/* global document, location, performance, requestAnimationFrame, setTimeout, PerformanceObserver, PointerEvent, WheelEvent */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({ options: { notebook: { type: 'string' }, epochs: { type: 'string' } } });
const scratch = mkdtempSync(path.join(tmpdir(), 'creasebook-views-'));
const notebook = values.notebook ?? path.join(scratch, 'notebook');
const program = path.join(root, 'dist', 'node', 'cli.js');

function lab(...args) {
  const { stdout, status } = spawnSync(
    process.execPath,
    [program, ...args, '--notebook', notebook, '--json'],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (status !== 0) throw new Error(`creasebook ${args[0]} ended with ${status}`);
  return JSON.parse(stdout);
}

if (values.notebook === undefined) {
  const sweep = path.join(scratch, 'sweep.yaml');
  const epochs = Number(values.epochs ?? 400);
  writeFileSync(
    sweep,
    `name: views\ntarget: ring\nepochs: ${epochs}\nsnapshots: { every: ${epochs} }\nparameters:\n  shape: { values: ['[30]*30'] }\n  points: { values: [5000] }\n`,
  );
  lab('run', sweep);
}

const server = spawn(process.execPath, [program, 'serve', '--port', '47311', '--notebook', notebook]);
const link = await new Promise((resolve) => {
  let text = '';
  server.stdout.on('data', (data) => {
    text += data;
    const found = /http:\/\/127[^\s]+/.exec(text);
    if (found !== null) resolve(found[0]);
  });
});
const browser = await chromium.launch({
  executablePath: process.env.CREASEBOOK_BROWSER ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(link);
  await page.locator('nav').waitFor();
  const entry = await page.locator('a[href^="#/entry/"]').first().getAttribute('href');
  await page.evaluate((hash) => (location.hash = hash), entry);
  await page.getByRole('gridcell').first().click();
  await page.keyboard.press('Enter');
  await page.locator('.frame').waitFor();
  await page.waitForFunction(() => document.querySelector('.frame')?.dataset.polytopes !== '', null, {
    timeout: 120_000,
  });
  await page.waitForTimeout(1000);
  report(await page.evaluate(measure));
} finally {
  await browser.close();
  server.kill('SIGTERM');
  rmSync(scratch, { recursive: true, force: true });
}

/** In the page: zooms, then pans in steps, each from a view at rest to its polygons; then drags without a rest. */
async function measure() {
  const frame = document.querySelector('.frame');
  const longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasks.push(duration);
  }).observe({ entryTypes: ['longtask'] });
  const box = frame.getBoundingClientRect();
  const frameOfScreen = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const regions = () =>
    Number(/^[\d,]+/.exec(document.querySelector('.telling').textContent)?.[0].replaceAll(',', ''));
  const pointer = (type, x, y) =>
    frame.dispatchEvent(
      new PointerEvent(type, { pointerId: 1, button: 0, clientX: x, clientY: y, bubbles: true }),
    );
  frame.setPointerCapture = () => undefined;
  const centre = [box.left + 0.4 * box.width, box.top + 0.3 * box.height];
  async function timed(act) {
    const before = frame.dataset.polytopes;
    const start = performance.now();
    act();
    while (frame.dataset.polytopes === before || frame.dataset.polytopes === '') await frameOfScreen();
    const milliseconds = performance.now() - start;
    const times = /(\d+) ms.* (\d+) ms/.exec(document.querySelector('.telling').title) ?? [];
    const result = {
      milliseconds,
      regions: regions(),
      extraction: Number(times[1]),
      worker: Number(times[2]),
    };
    await rest(250);
    return result;
  }
  const wheel = (deltaY) => () =>
    frame.dispatchEvent(
      new WheelEvent('wheel', { deltaY, clientX: centre[0], clientY: centre[1], cancelable: true }),
    );
  const drag = (dx, dy) => () => {
    pointer('pointerdown', ...centre);
    pointer('pointermove', centre[0] + dx, centre[1] + dy);
    pointer('pointerup', centre[0] + dx, centre[1] + dy);
  };
  const zooms = [];
  const pans = [];
  for (let round = 0; round < 14; round++) zooms.push(await timed(wheel(-150)));
  for (let round = 0; round < 10; round++) zooms.push(await timed(wheel(150)));
  for (let round = 0; round < 24; round++)
    pans.push(await timed(drag(30 * (round % 2 ? -1 : 1), 17 * (round % 3 ? 1 : -2))));
  const isolated = longTasks.length;
  // A drag without a rest: how often do new polygons come?
  let pictures = 0;
  let last = frame.dataset.polytopes;
  const start = performance.now();
  pointer('pointerdown', ...centre);
  for (let step = 0; performance.now() - start < 3000; step++) {
    pointer('pointermove', centre[0] + 60 * Math.sin(step / 20), centre[1] + 40 * Math.cos(step / 20));
    await frameOfScreen();
    const now = document.querySelector('.frame').dataset.drawn;
    if (now !== last) pictures++;
    last = now;
  }
  pointer('pointerup', ...centre);
  return { zooms, pans, isolated, longTasks, pictures };
}

function report({ zooms, pans, isolated, longTasks, pictures }) {
  const quantile = (list, share) =>
    [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(share * list.length))];
  const median = (list, field) =>
    quantile(
      list.map((one) => one[field]),
      0.5,
    ).toFixed(0);
  for (const [name, all] of [
    ['zoom', zooms],
    ['pan', pans],
  ]) {
    const small = all.filter(({ regions }) => regions < 10_000);
    const times = small.map(({ milliseconds }) => milliseconds);
    const counts = small.map(({ regions }) => regions);
    console.log(
      `${name.padEnd(5)} ${small.length} new views of ${Math.min(...counts)} to ${Math.max(...counts)} regions: median ${quantile(times, 0.5).toFixed(0)} ms, 95 % within ${quantile(times, 0.95).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms; medians of the extraction ${median(small, 'extraction')} ms, of the worker ${median(small, 'worker')} ms`,
    );
  }
  console.log(`drag  ${(pictures / 3).toFixed(0)} pictures a second`);
  console.log(
    `tasks above 50 ms on the page's thread: ${isolated} in single steps, ${longTasks.length - isolated} in the drag`,
  );
}
