/** `companion`: what closed-form models make of the points that sweeps train on, beside their networks. */
import { performance } from 'node:perf_hooks';
import {
  companionModels,
  companionPoint,
  type CompanionModel,
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
    'random-features|polynomial|gaussian-process [--target disc] [--points 128] [--noise 0.2] [--ridge 0] [--seeds 12] [--grid 64] [--sizes N,N,...] [--out F.csv]',
  summary:
    'solves a closed-form model on the points of seeds, at several sizes: the true error of random features peaks where there are as many as points, and a ridge takes the peak away; polynomials by degree, under a penalty of ridge times order^4; a Gaussian process by its length, with its evidence',
  options: {
    target: 'text',
    points: 'text',
    noise: 'text',
    ridge: 'text',
    seeds: 'text',
    grid: 'text',
    sizes: 'text',
    out: 'text',
  },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const name = args.positional(0);
    const models: Readonly<Record<string, CompanionModel>> = companionModels;
    if (!Object.hasOwn(models, name))
      throw new UserError(
        `companion: there is no '${name}'; models are ${Object.keys(companionModels).join(', ')}`,
      );
    const model = models[name];
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
    const sizes = sizesFrom(args.text('sizes'), model) ?? model.suited(points);
    const curve: CompanionPoint[] = [];
    for (const size of sizes) {
      display.update(() => [`${curve.length}/${sizes.length} sizes`]);
      curve.push(companionPoint(model, request, size));
    }
    display.end();
    const head = [model.axis, 'true error (median)', 'quartile 1', 'quartile 3', `${model.told} (median)`];
    const rows = curve.map(({ size, error, low, high, told }) => [size, error, low, high, told]);
    if (out !== undefined) await writeOutput(out, new TextEncoder().encode(csvText(head, rows)));
    if (args.flag('json')) printJson({ model: name, points, curve });
    else
      alignColumns([
        head,
        ...rows.map((row) => row.map((value) => String(Number(value.toPrecision(3))))),
      ]).forEach(printLine);
    return 0;
  },
};

/** Sizes as they were asked for; null where none were. */
function sizesFrom(text: string | undefined, { axis, least, most }: CompanionModel): number[] | null {
  if (text === undefined) return null;
  const sizes = text.split(',').map(Number);
  const isWhole = axis !== 'length';
  if (sizes.every((size) => size >= least && size <= most && (!isWhole || Number.isInteger(size))))
    return sizes;
  const kind = isWhole ? 'whole numbers' : 'numbers';
  throw new UserError(`--sizes must be ${kind} from ${least} to ${most} with commas between`);
}
