import { describe, expect, it } from 'vitest';
import { axisWithMoreSeeds } from '../../../renderer/model/more-seeds.ts';

describe('more seeds', () => {
  it('continue a run as a run, from wherever it begins', () => {
    expect(axisWithMoreSeeds([2, 1, 1], 3)).toEqual({ from: 1, to: 5, count: 5 });
    expect(axisWithMoreSeeds([7], 2)).toEqual({ from: 7, to: 9, count: 3 });
  });

  it('keep seeds that are no run', () => {
    expect(axisWithMoreSeeds([1, 5], 2)).toEqual({ values: [1, 5, 6, 7] });
  });
});
