/** `chart`: a measure of an entry's cells over a setting. */
import { suitedWords, type ChartWords } from '../../experiments/charts/chart-request.ts';
import { seedRules } from '../../experiments/charts/heat-data.ts';
import { suitedHeatWords, type HeatWords } from '../../experiments/charts/heat-request.ts';
import { csvText } from '../../experiments/formats/csv.ts';
import { entryChart } from '../lab/exports/entry-chart.ts';
import { figureFile, figureFormats, missingLetters } from '../lab/exports/figure-file.ts';
import { localDay } from '../program/local-time.ts';
import { programVersion } from '../program/assets.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { printJson, printLine, remark } from './console-output.ts';
import { withShown } from './entry-cell.ts';
import { writeOutput } from './frame-output.ts';
import { UserError } from './user-error.ts';

const defaultScale = 2;

export const chartCommand: Command = {
  usage:
    'ENTRY|COMPARISON [--kind curves|map] [--y MEASURE[,MEASURE ...]] [--x SETTING|MEASURE] [--lines SETTING] [--dashes SETTING] [--panels SETTING] [--at last|late|best|EPOCH] [--where FILTER] [--value MEASURE] [--seeds median|mean|worst] [--x-axis log|linear] [--y-axis log|linear] [--connect] [--baseline constant|nearest|kernel] [--scale 2] --out F.svg|F.pdf|F.png|F.csv',
  summary:
    'draws a measure over a setting, medians over seeds with quartile bands, several measures as panels a, b, c of one figure; or, as a map, --value over the settings --x and --y; what is left out is chosen by what varies',
  options: {
    kind: 'text',
    value: 'text',
    seeds: 'text',
    x: 'text',
    y: 'texts',
    lines: 'text',
    dashes: 'text',
    panels: 'text',
    at: 'text',
    where: 'text',
    'x-axis': 'text',
    'y-axis': 'text',
    connect: 'flag',
    baseline: 'text',
    scale: 'text',
    out: 'text',
  },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const out = args.requiredText('out');
    const format = figureFormats.find((ending) => out.endsWith(`.${ending}`));
    if (format === undefined && !out.endsWith('.csv'))
      throw new UserError('--out must end in .svg, .pdf, .png or .csv');
    const scale = args.decimal('scale', 0.5, 8) ?? defaultScale;
    const isMap = args.choice('kind', ['curves', 'map']) === 'map' || args.text('value') !== undefined;
    const words = isMap ? mapWords(args) : chartWords(args);
    const date = localDay(new Date());
    const program = `Creasebook ${programVersion()}`;
    await withShown(args, async (entry) => {
      const { drawing, table, caption } = await entryChart({ entry, words, date, program });
      if (format === undefined) {
        const { head, rows } = table();
        await writeOutput(out, new TextEncoder().encode(csvText(head, rows)));
      } else {
        const { bytes, missing } = await figureFile(drawing, format, scale);
        await writeOutput(out, bytes);
        const boxes = missingLetters(missing);
        if (boxes !== null) remark(boxes);
      }
      if (args.flag('json')) {
        const { head, rows } = table();
        printJson({ out, entry: entry.id, caption, columns: head, rows });
      } else printLine(out);
    });
    return 0;
  },
};

function mapWords(args: Arguments): HeatWords {
  for (const name of ['lines', 'dashes', 'panels', 'x-axis', 'y-axis'])
    if (args.text(name) !== undefined) throw new UserError(`--${name} is for curves, not for a map`);
  return {
    x: args.text('x') ?? null,
    y: measuresOf(args),
    value: args.text('value') ?? null,
    seeds: args.choice('seeds', seedRules) ?? suitedHeatWords.seeds,
    at: args.text('at') ?? suitedHeatWords.at,
    where: args.text('where') ?? suitedHeatWords.where,
    isLog: null,
  };
}

function chartWords(args: Arguments): ChartWords {
  const axis = (name: string): boolean | null => {
    const word = args.choice(name, ['log', 'linear']);
    return word === undefined ? null : word === 'log';
  };
  return {
    x: args.text('x') ?? null,
    y: measuresOf(args),
    lines: args.text('lines') ?? null,
    dashes: args.text('dashes') ?? null,
    panels: args.text('panels') ?? null,
    at: args.text('at') ?? suitedWords.at,
    where: args.text('where') ?? suitedWords.where,
    isLogX: axis('x-axis'),
    isLogY: axis('y-axis'),
    isConnected: args.flag('connect'),
    baseline: args.text('baseline') ?? suitedWords.baseline,
  };
}

/** What `--y` names, once or several times; null where it is left out. */
function measuresOf(args: Arguments): string | null {
  const names = args.texts('y');
  return names.length === 0 ? null : names.join(',');
}
