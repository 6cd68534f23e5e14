import { describe, expect, it } from 'vitest';
import { pointsOfCell } from '../../../experiments/sweeps/cell-network.ts';
import { cellCost } from '../../../experiments/sweeps/cost-model.ts';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';
import { smallPicture } from './cell-jobs.ts';
import { cellsOf, ringTarget, sweepText } from './sweep-files.ts';

const block = 'decoys: { points: 3000, distance: 0.025, repeat: 30, until: 15 }\n';
const cells = (parameters: string, rest = '') => cellsOf(sweepText(parameters, rest));
const [plain] = cells('{ shape: "[3]", points: 10 }');

describe('decoys of a sweep', () => {
  it('are an axis that switches the block; without them a cell is the one of before', () => {
    const [on, off] = cells('{ shape: "[3]", points: 10, decoys: [true, false] }', block);
    expect(off!.id).toBe(plain!.id);
    expect(on!.config.decoys).toEqual({ points: 3000, distance: 0.025, repeat: 30, until: 15 });
    expect(on!.label).toContain('decoys true');
    expect(cells('{ shape: "[3]", points: 10 }', block)[0]!.id).toBe(on!.id);
  });

  it('make the optimiser start again when they are gone', () => {
    const [on] = cells('{ shape: "[3]", points: 10 }', block);
    const { config } = on!;
    const [first, second] = config.training.phases;
    expect(config.training.phases.map(({ fromEpoch }) => fromEpoch)).toEqual([0, 15]);
    expect(second!.optimizer).toEqual(first!.optimizer);
  });

  it('cost what they train', () => {
    const snapshots = {
      policy: { kind: 'log' as const, count: 5 },
      keyFrameEvery: 5,
      previewSize: 32,
      truthStride: 4,
    };
    const [on] = cells('{ shape: "[3]", points: 10 }', block);
    const flops = (cell: typeof on) => cellCost(cell!, snapshots, ringTarget).trainingFlops;
    expect(flops(on) / flops(plain)).toBeCloseTo(
      1 + (3000 * Math.min(15, on!.epochs)) / (10 * on!.epochs),
      9,
    );
  });

  it('need their block', () => {
    const text = sweepText('{ shape: "[3]", points: 10, decoys: [true, false] }');
    expect(() => parseSweep(text)).toThrow(/line \d+: parameters\.decoys: needs 'decoys' beside parameters/);
  });
});

describe('data_seed', () => {
  it('draws points and labels, and nothing else', () => {
    const [one, two] = cells('{ shape: "[3]", points: 10, data_seed: 5, seed: [1, 2] }');
    expect(one!.config.data.seed).toBe(5);
    expect(one!.id).not.toBe(two!.id);
    const points = [one, two].map((cell) => {
      const config = { ...cell!.config, data: { ...cell!.config.data, validation: 0, labelNoise: 0.3 } };
      return pointsOfCell(config, smallPicture(60, 50)).training;
    });
    expect(points[0]).toEqual(points[1]);
  });

  it('is the seed unless given: identities stay', () => {
    expect(plain!.config.data).not.toHaveProperty('seed');
    const as = (config: (typeof plain & object)['config']) =>
      pointsOfCell({ ...config, data: { ...config.data, validation: 0 } }, smallPicture()).training;
    const [given] = cells('{ shape: "[3]", points: 10, data_seed: 1 }');
    expect(given!.id).not.toBe(plain!.id);
    expect(as(given!.config)).toEqual(as(plain!.config));
  });
});
