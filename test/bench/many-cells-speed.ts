/** Measures entries of very many cells in a real browser: first picture, scrubbing, table, charts over settings, memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { servedLab, type ServedLab } from '../e2e/lab-server.ts';
import { below, beside, figureLines, quantile, spread, type Figure } from './figures.ts';
import { manyCells } from './many-cells.ts';
import { installMeters } from './scrub-meter.ts';

const megabyte = 1e6;
const map = 'role=application[name=/^True error over/]';

/** Figures of entries of so many cells, each on a notebook of its own. */
export async function manyCellFigures(browser: Browser, counts: readonly number[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of counts) {
    const folder = mkdtempSync(join(tmpdir(), 'creasebook-many-'));
    try {
      const entryId = await manyCells(folder, count);
      const lab = await servedLab(folder, { threads: 1 });
      try {
        figures.push(...(await figuresOf(browser, lab, entryId, count)));
      } finally {
        await lab.close();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return figures;
}

async function figuresOf(
  browser: Browser,
  lab: ServedLab,
  entryId: string,
  count: number,
): Promise<Figure[]> {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  const cpu = await page.context().newCDPSession(page);
  await cpu.send('Performance.enable');
  await page.addInitScript(installMeters);
  await page.goto(lab.newLink());
  await page.getByRole('link', { name: 'New sweep' }).first().waitFor();
  const figures: Figure[] = [];
  /** Long campaigns tell what they know so far. */
  const tell = (figure: Figure): void => {
    figures.push(figure);
    process.stderr.write(`${figureLines([figure])[1]}\n`);
  };
  const named = (what: string): string => `${count} cells: ${what}`;
  for (const [what, limit] of [
    ['first picture, opened first', null],
    ['first picture', count > 10_000 ? 2000 : 1000],
  ] as const) {
    await page.evaluate(() => (location.hash = '#/'));
    await page.waitForTimeout(300);
    const before = await taskSeconds(cpu);
    const labBefore = process.cpuUsage();
    const ms = await untilShown(page, `#/entry/${entryId}`, map);
    const { user, system } = process.cpuUsage(labBefore);
    const inPage = (1000 * ((await taskSeconds(cpu)) - before)).toFixed(0);
    const busy = `, of it ${inPage} ms of work in the page and ${((user + system) / 1000).toFixed(0)} ms in the lab`;
    tell(
      limit === null
        ? beside(named(what), `${ms.toFixed(0)} ms${busy}`)
        : below(named(what), ms, limit, 'ms', busy),
    );
  }
  tell(below(named('elements'), await page.locator('*').count(), 2000, ''));
  // Going back reads the records of all cells; after that every moment is there.
  const reading = Date.now();
  const labBefore = process.cpuUsage();
  await page.keyboard.press('Home');
  await page
    .locator('progress')
    .waitFor({ timeout: 5000 })
    .catch(() => undefined);
  await page.locator('progress').waitFor({ state: 'detached', timeout: 600_000 });
  const { user, system } = process.cpuUsage(labBefore);
  const ofCpu = `of it ${((user + system) / 1000).toFixed(0)} ms of work in the lab`;
  tell(beside(named('records read for other moments'), `${Date.now() - reading} ms, ${ofCpu}`));
  const steps = await stepTimes(page, ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Home'], 40);
  tell(below(named('scrub step on the map, p95'), quantile(steps, 0.95), 33, 'ms', `, ${spread(steps)}`));
  await page.keyboard.press('End');
  const chart = await untilShown(
    page,
    `#/entry/${entryId}?tab=curves&x=points&lines=none`,
    'figure svg, .panels svg, svg',
  );
  tell(beside(named('chart over a setting, opened'), `${chart.toFixed(0)} ms`));
  const changed = await changeTimes(page);
  tell(
    below(
      named('chart after a change of its measure'),
      Math.max(...changed),
      500,
      'ms',
      `, ${spread(changed)}`,
    ),
  );
  await untilShown(page, `#/entry/${entryId}?tab=table`, '[role="table"] [role="row"]');
  const scrolls = await scrollTimes(page);
  tell(below(named('table scroll step, p95'), quantile(scrolls, 0.95), 33, 'ms', `, ${spread(scrolls)}`));
  await page.requestGC();
  const { metrics } = await cpu.send('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN;
  tell(below(named('memory of the page'), heap / megabyte, 400, 'MB'));
  const tasks = await page.evaluate(() => window.longTasks);
  tell(beside(named('tasks above 50 ms'), `${tasks.length}, ${spread(tasks)}`));
  await page.close();
  return figures;
}

async function taskSeconds(cpu: CDPSession): Promise<number> {
  const { metrics } = await cpu.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
}

/** Milliseconds from the change of the address until something is there and was painted. */
async function untilShown(page: Page, hash: string, selector: string): Promise<number> {
  const start = await page.evaluate((next) => {
    const now = performance.now();
    location.hash = next;
    return now;
  }, hash);
  await page.locator(selector).first().waitFor({ timeout: 300_000 });
  return page.evaluate(
    (from) =>
      new Promise<number>((resolve) =>
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from))),
      ),
    start,
  );
}

/** Milliseconds from a key to the end of the frame after it. */
async function stepTimes(page: Page, keys: readonly string[], steps: number): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { keyTimes: times });
    window.addEventListener(
      'keydown',
      ({ timeStamp }) =>
        requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - timeStamp))),
      true,
    );
  });
  for (let step = 0; step < steps; step++) {
    await page.keyboard.press(keys[step % keys.length]);
    await page.waitForTimeout(60);
  }
  return page.evaluate(() => (window as unknown as { keyTimes: number[] }).keyTimes);
}

/** Milliseconds from choosing another measure for a chart's axis to the end of the frame after it. */
function changeTimes(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const select = [...document.querySelectorAll<HTMLSelectElement>('aside label select')].find(
      (one) => one.closest('label')?.textContent?.includes('Up') === true,
    );
    if (select === undefined) throw new Error('There is no choice of what goes up.');
    const times: number[] = [];
    for (const word of ['IoU', 'train error', 'regions', 'true error', 'IoU']) {
      const start = performance.now();
      if (![...select.options].some(({ value }) => value === word)) continue;
      select.value = word;
      select.dispatchEvent(new Event('change', { bubbles: true }));
      await new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(() => resolve())));
      times.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    return times;
  });
}

/** Milliseconds from a scroll of the table by a hundred pixels to the end of the frame after it. */
function scrollTimes(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const scroller = document.querySelector('[role="table"]');
    if (scroller === null) throw new Error('There is no table.');
    const times: number[] = [];
    for (let step = 0; step < 60; step++) {
      const start = performance.now();
      scroller.scrollTop += step % 20 === 19 ? 20_000 : 100;
      await new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(() => resolve())));
      times.push(performance.now() - start);
    }
    return times;
  });
}
