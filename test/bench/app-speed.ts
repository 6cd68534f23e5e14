/**
 * Measures the app in a real browser: start, scrub steps and memory on a large entry, exact frames of a real one, tasks
 * that block the page while cells train, training in the app beside training on the command line, a newcomer's walk.
 */
import { parseArgs } from 'node:util';
import { browserPath, launchBrowser } from '../e2e/browser.ts';
import { figureLines, type Figure } from './figures.ts';
import { frameFigures } from './frame-speed.ts';
import { walkFigures } from './newcomer-walk.ts';
import { manyCellFigures } from './many-cells-speed.ts';
import { scrubFigures } from './scrub-speed.ts';
import { blockingFigures, trainingFigures } from './training-speed.ts';

const { values: options } = parseArgs({
  options: {
    steps: { type: 'string' },
    profile: { type: 'string' },
    only: { type: 'string' },
    cells: { type: 'string' },
    json: { type: 'boolean' },
  },
});

if (browserPath === null) throw new Error('No Chromium is installed; CREASEBOOK_BROWSER names one.');
const browser = await launchBrowser();
try {
  const parts: Readonly<Record<string, () => Promise<Figure[]>>> = {
    scrub: () => scrubFigures(browser, { steps: Number(options.steps ?? 200), profile: options.profile }),
    frames: () => frameFigures(browser),
    blocking: () => blockingFigures(browser),
    training: () => trainingFigures(browser),
    walk: () => walkFigures(browser),
    many: () =>
      manyCellFigures(
        browser,
        (options.cells ?? '10000,100000').split(',').map((count) => Number(count)),
      ),
  };
  const { only } = options;
  if (only !== undefined && !(only in parts))
    throw new Error(`--only is one of ${Object.keys(parts).join(', ')}.`);
  const figures: Figure[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (only !== undefined && only !== name) continue;
    process.stderr.write(`Measuring ${name} ...\n`);
    figures.push(...(await measure()));
  }
  const lines = options.json === true ? [JSON.stringify(figures, null, 2)] : figureLines(figures);
  for (const line of lines) process.stdout.write(`${line}\n`);
} finally {
  await browser.close();
}
