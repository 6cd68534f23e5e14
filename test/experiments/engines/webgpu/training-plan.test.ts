import { describe, expect, it } from 'vitest';
import { progressOf, stepsOfEpoch } from '../../../../experiments/engines/webgpu/cell-steps.ts';
import { planTraining, type TrainingLimits } from '../../../../experiments/engines/webgpu/training-plan.ts';
import {
  areSameCells,
  cellsAfter,
  planSection,
} from '../../../../experiments/engines/webgpu/training-section.ts';
import { parameterCount } from '../../../../experiments/network/shape.ts';
import { request } from './gpu-training-cases.ts';

const small: TrainingLimits = {
  maxStorageBufferBindingSize: 128 * 2 ** 20,
  maxBufferSize: 256 * 2 ** 20,
  maxComputeWorkgroupStorageSize: 32_768,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupsPerDimension: 65_535,
};
const shapes = [
  [],
  [1],
  [3],
  [30, 30, 30],
  [17],
  [64, 1],
  [100, 100],
  [129],
  [256],
  [257, 5],
  [512, 512],
  [1024, 1024],
];
const hiddenOf = (width: number, depth: number): number[] => Array<number>(depth).fill(width);

describe.each(shapes.map((hidden) => ({ hidden })))('the plan of $hidden', ({ hidden }) => {
  const shape = { hidden, outputs: 3 };
  const plan = planTraining(shape, small);

  it('covers every parameter once', () => {
    const covered = new Uint8Array(parameterCount(shape));
    for (const [start, count] of plan.pieces) {
      for (let at = start; at < start + count; at++) covered[at]++;
    }
    expect(new Set(covered)).toEqual(new Set([1]));
    const tiled = new Uint8Array(parameterCount(shape));
    for (const [layer, row, column] of plan.gradientTiles) {
      const { inputs, outputs, weights, biases } = plan.layers[layer];
      for (let j = 4 * row; j < Math.min(outputs, 4 * (row + plan.gradientTile4)); j++) {
        for (let i = 4 * column; i < Math.min(inputs, 4 * (column + plan.gradientTile4)); i++) {
          tiled[weights + j * inputs + i]++;
        }
        if (column === 0) tiled[biases + j]++;
      }
    }
    expect(new Set(tiled)).toEqual(new Set([1]));
  });

  it('keeps to the limits', () => {
    if (plan.chain !== null) {
      const { width4, tile4, chunk } = plan.chain;
      const bytes = 16 * (4 * width4 * tile4 + 2 * chunk * (width4 + 1)) + 4 * tile4;
      expect(bytes).toBeLessThanOrEqual(small.maxComputeWorkgroupStorageSize);
      expect(width4 * tile4).toBeLessThanOrEqual(small.maxComputeInvocationsPerWorkgroup);
      expect(4 * width4).toBeGreaterThanOrEqual(Math.max(3, ...hidden));
      expect([1, 2, 4]).toContain(chunk / tile4);
    } else expect(Math.max(...hidden)).toBeGreaterThan(128);
    const splits = Math.ceil(plan.maxRoundSamples / plan.splitSamples);
    for (const bytes of [
      16 * plan.maxRoundSamples * Math.max(plan.activationRow, plan.deltaRow),
      4 * plan.parameterStride * splits,
    ]) {
      expect(bytes).toBeLessThanOrEqual(small.maxStorageBufferBindingSize);
    }
    expect(plan.maxRoundSamples % 64).toBe(0);
  });
});

describe('plans', () => {
  it('hold networks of 4 million parameters and more, and refuse what cannot be bound', () => {
    expect(
      planTraining({ hidden: hiddenOf(512, 16), outputs: 1 }, small).maxRoundSamples,
    ).toBeGreaterThanOrEqual(1024);
    expect(
      planTraining({ hidden: hiddenOf(1024, 24), outputs: 1 }, small).maxRoundSamples,
    ).toBeGreaterThanOrEqual(64);
    expect(() => planTraining({ hidden: hiddenOf(4096, 8), outputs: 1 }, small)).toThrow(
      expect.objectContaining({ failure: 'out of memory' }),
    );
  });
});

describe('a section', () => {
  const cells = [130, 16, 1].map((points, cell) => {
    const trained = request({ points });
    return { cell, request: trained, progress: progressOf(trained.start, trained.settings), wanted: 5 };
  });

  it('has whole epochs of every cell, each in an order of its own', () => {
    const section = planSection(cells, { steps: 18, orderStride: 1000, jobs: 100 });
    expect(section.steps.map((steps) => steps.length)).toEqual([18, 5, 5]);
    expect(section.slots).toHaveLength(18);
    expect(section.slots.map(({ samples }) => samples)).toEqual([
      ...Array<number>(8).fill(16),
      2,
      ...Array<number>(8).fill(16),
      2,
    ]);
    const spans = section.jobs.map(({ offset, count }) => [offset, offset + count]).sort(([a], [b]) => a - b);
    spans.slice(1).forEach(([start], index) => expect(start).toBeGreaterThanOrEqual(spans[index][1]));
    expect(section.jobs.filter(({ count }) => count === 130).map(({ epoch }) => epoch)).toEqual([0, 1]);
  });

  it('is followed by one of the cells that want more, if each stands where it was to end', () => {
    const limits = { steps: 18, orderStride: 1000, jobs: 100 };
    const wishes = cells.map((cell, index) => ({ ...cell, wanted: [5, 5, 9][index] }));
    const section = planSection(wishes, limits);
    const next = cellsAfter(section, wishes);
    expect(next.map(({ cell, wanted, progress }) => [cell, wanted, progress.epoch, progress.step])).toEqual([
      [0, 3, 2, 18],
    ]);
    const after = planSection(next, limits);
    expect(after.jobs.map(({ epoch }) => epoch)).toEqual([2, 3]);
    expect(areSameCells(next, cellsAfter(section, wishes))).toBe(true);
    expect(areSameCells(next, [{ ...next[0], wanted: 2 }])).toBe(false);
    expect(areSameCells(next, [{ ...next[0], progress: { ...next[0].progress } }])).toBe(false);
    expect(areSameCells(next, [...next, ...next])).toBe(false);
    expect(areSameCells(next, [])).toBe(false);
  });

  it('has one epoch at least, whatever the limits', () => {
    const section = planSection(cells, { steps: 1, orderStride: 130, jobs: 3 });
    expect(section.steps.map((steps) => steps.length)).toEqual([9, 1, 1]);
  });
});

describe('the steps of an epoch', () => {
  it('count on from where training stands', () => {
    const { settings, start } = request();
    const steps = stepsOfEpoch(
      progressOf({ ...start, epoch: 7, step: 40, phaseStep: 40 }, settings),
      settings,
      40,
    );
    expect(steps.map(({ first, samples }) => [first, samples])).toEqual([
      [0, 16],
      [16, 16],
      [32, 8],
    ]);
    expect(steps.at(-1)?.after).toMatchObject({ epoch: 8, step: 43, phaseStep: 43 });
    expect(steps.map(({ endsEpoch }) => endsEpoch)).toEqual([false, false, true]);
  });
});
