/** `companion`: what closed-form models make of the points that sweeps train on, beside their networks. */
import { performance } from 'node:perf_hooks';
import {
  companionPoint,
  suitedFeatures,
  type CompanionPoint,
} from '../../../experiments/companions/companion-curve.ts';
import { csvText } from '../../../experiments/formats/csv.ts';
import { diskFileSystem } from '../../lab/disk/files.ts';
import { targetPicture } from '../../lab/sweeps/sweep-plan.ts';
import type { Command } from '../command.ts';
import { alignColumns, printJson, printLine } from '../console-output.ts';
import { writeOutput } from '../frame-output.ts';
import { ProgressDisplay } from '../run-progress.ts';
import { UserError } from '../user-error.ts';

export const companionCommand: Command = {
  usage:
    'random-features [--target disc] [--points 128] [--noise 0.2] [--ridge 0] [--seeds 12] [--grid 64] [--features N,N,...] [--out F.csv]',
  summary:
    'solves random features on the points of seeds, from fewer than there are points to many more: the true error peaks where there are as many, and a ridge takes the peak away',
  options: {
    target: 'text',
    points: 'text',
    noise: 'text',
    ridge: 'text',
    seeds: 'text',
    grid: 'text',
    features: 'text',
    out: 'text',
  },
  positionals: { min: 1, max: 1 },
  async run(args) {
    if (args.positional(0) !== 'random-features')
      throw new UserError(`companion: there is no '${args.positional(0)}'; there is random-features`);
    const picture = await targetPicture(diskFileSystem, args.text('target') ?? 'disc', process.cwd());
    if (picture.channels !== 1) throw new UserError('companion: the target must be black and white');
    const points = args.whole('points', 2, 1000) ?? 128;
    const request = {
      picture,
      points,
      labelNoise: args.decimal('noise', 0, 1) ?? 0.2,
      ridge: args.decimal('ridge', 0, 1e6) ?? 0,
      seeds: args.whole('seeds', 1, 100) ?? 12,
      grid: args.whole('grid', 8, 512) ?? 64,
    };
    const out = args.text('out');
    if (out !== undefined && !out.endsWith('.csv')) throw new UserError('--out must end in .csv');
    const display = new ProgressDisplay(process.stderr, () => performance.now() / 1000);
    const features = featuresFrom(args.text('features')) ?? suitedFeatures(points);
    const curve: CompanionPoint[] = [];
    for (const count of features) {
      display.update(() => [`${curve.length}/${features.length} numbers of features`]);
      curve.push(companionPoint(request, count));
    }
    display.end();
    const head = ['features', 'true error (median)', 'quartile 1', 'quartile 3', 'norm (median)'];
    const rows = curve.map(({ features: count, error, low, high, norm }) => [count, error, low, high, norm]);
    if (out !== undefined) await writeOutput(out, new TextEncoder().encode(csvText(head, rows)));
    if (args.flag('json')) printJson({ model: 'random-features', points, curve });
    else
      alignColumns([
        head,
        ...rows.map((row) => row.map((value) => String(Number(value.toPrecision(3))))),
      ]).forEach(printLine);
    return 0;
  },
};

/** Numbers of features as they were asked for; null where none were. */
function featuresFrom(text: string | undefined): number[] | null {
  if (text === undefined) return null;
  const counts = text.split(',').map(Number);
  if (counts.every((count) => Number.isInteger(count) && count >= 1 && count <= 20_000)) return counts;
  throw new UserError('--features must be whole numbers from 1 to 20000 with commas between');
}
