/** `reproduce`: what papers state, beside what is measured here and now on networks that are trained for it. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { extractComplex } from '../../../experiments/polytopes/extract-complex.ts';
import {
  balestrieroRows,
  fanRows,
  haninRolnickRows,
  humayunRows,
  liuRows,
  type Extract,
  type TrainedCell,
} from '../../../experiments/reading/networks.ts';
import { bearsOut, type ReadingRow } from '../../../experiments/reading/reading-row.ts';
import { wilsonRows } from '../../../experiments/reading/wilson.ts';
import { extractionKernel } from '../../compute/thread-engines.ts';
import { readingFolder } from '../../program/assets.ts';
import type { Command } from '../command.ts';
import { alignColumns, printJson, printLine } from '../console-output.ts';
import { ProgressDisplay } from '../run-progress.ts';
import { UserError } from '../user-error.ts';
import { trainedCells } from './trained-cells.ts';

/** A paper: who wrote it, the sweep whose cells it is measured on, and its rows. */
interface Paper {
  readonly title: string;
  readonly sweep: string | null;
  rows(cells: readonly TrainedCell[], seeds: number, extract: Extract): ReadingRow[];
}

const papers: Readonly<Record<string, Paper>> = {
  'hanin-rolnick-2019': {
    title: 'Hanin and Rolnick 2019, Deep ReLU networks have surprisingly few activation patterns',
    sweep: 'hanin-rolnick-2019',
    rows: (cells, _, extract) => haninRolnickRows(cells, extract),
  },
  'fan-2023': {
    title: 'Fan et al. 2023, Deep ReLU networks have surprisingly simple polytopes',
    sweep: 'polytopes',
    rows: fanRows,
  },
  'balestriero-2018': {
    title: 'Balestriero and Baraniuk 2018, A spline theory of deep networks',
    sweep: 'polytopes',
    rows: balestrieroRows,
  },
  'liu-2023': {
    title: 'Liu et al. 2023, Integrating geometries of ReLU feedforward neural networks',
    sweep: 'polytopes',
    rows: (cells, _, extract) => liuRows(cells, extract),
  },
  'humayun-2024': {
    title: 'Humayun et al. 2024, Deep networks always grok and here is why',
    sweep: 'polytopes',
    rows: humayunRows,
  },
  'wilson-2025': {
    title: 'Wilson 2025, Deep learning is not so mysterious or different',
    sweep: null,
    rows: (_, seeds) => wilsonRows(seeds),
  },
};

export const reproduceCommand: Command = {
  usage: `[${Object.keys(papers).join('|')}] [--seeds N]`,
  summary:
    'measures what papers of the reading list state, beside what they say and what is expected here; exit code 1 where a figure that theory fixes does not come out',
  options: { seeds: 'text' },
  positionals: { min: 0, max: 1 },
  async run(args) {
    const [name] = args.positionals;
    if (name !== undefined && !Object.hasOwn(papers, name))
      throw new UserError(`reproduce: there is no '${name}'; papers are ${Object.keys(papers).join(', ')}`);
    const seeds = args.whole('seeds', 1, 40) ?? 3;
    const kernel = await extractionKernel();
    const extract: Extract = (network, view) => extractComplex(network, view, kernel);
    const display = new ProgressDisplay(process.stderr, () => performance.now() / 1000);
    const trained = new Map<string, TrainedCell[]>();
    const results = [];
    for (const id of name === undefined ? Object.keys(papers) : [name]) {
      const { title, sweep, rows } = papers[id];
      if (sweep !== null && !trained.has(sweep)) {
        const path = join(readingFolder(), `${sweep}.yaml`);
        const onCell = (done: number, of: number): void =>
          display.update(() => [`${done}/${of} networks trained`]);
        trained.set(sweep, await trainedCells(path, seeds, onCell));
      }
      results.push({ id, title, rows: rows(trained.get(sweep ?? '') ?? [], seeds, extract) });
    }
    display.end();
    if (args.flag('json')) {
      printJson(
        results.map(({ rows, ...paper }) => ({
          ...paper,
          rows: rows.map((row) => ({ ...row, holds: bearsOut(row) })),
        })),
      );
    } else results.forEach(printPaper);
    const failed = results.some(({ rows }) => rows.some((row) => row.isTheory && !bearsOut(row)));
    return failed ? 1 : 0;
  },
};

function printPaper({ id, title, rows }: { id: string; title: string; rows: readonly ReadingRow[] }): void {
  printLine(`${id}  ${title}`);
  const lines = rows.map((row) => [
    `  ${bearsOut(row) ? 'holds' : 'does not hold'}`,
    row.what,
    row.paper,
    rangeText(row),
    short(row.measured),
  ]);
  alignColumns([['', 'measured on', 'paper', 'expected', 'measured'], ...lines]).forEach(printLine);
  printLine('');
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function rangeText({ low, high }: ReadingRow): string {
  if (low === high) return short(low);
  return high === Infinity ? `${short(low)} or more` : `${short(low)} to ${short(high)}`;
}
