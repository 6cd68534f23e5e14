import { describe, expect, it } from 'vitest';
import { cosineOfTurn, learningRateAt } from '../../../experiments/engines/learning-rate.ts';

describe('cosineOfTurn', () => {
  it('is the cosine to the last bits', () => {
    for (let index = 0; index <= 1000; index++) {
      const t = index / 1000;
      expect(Math.abs(cosineOfTurn(t) - Math.cos(Math.PI * t))).toBeLessThan(5e-16);
    }
  });

  it('is exact at the ends and in the middle', () => {
    expect([0, 0.5, 1].map(cosineOfTurn)).toEqual([1, 0, -1]);
  });

  it('falls from epoch to epoch', () => {
    for (let index = 1; index <= 6000; index++) {
      expect(cosineOfTurn(index / 6000)).toBeLessThan(cosineOfTurn((index - 1) / 6000));
    }
  });
});

describe('learningRateAt', () => {
  it('stays constant', () => {
    expect([0, 1, 6000].map((epoch) => learningRateAt(0.01, { kind: 'constant' }, epoch))).toEqual([
      0.01, 0.01, 0.01,
    ]);
  });

  it('falls along half a cosine to the minimum and stays there', () => {
    const schedule = { kind: 'cosine', epochs: 100, minimum: 0.1 } as const;
    const rates = [0, 50, 100, 1000].map((epoch) => learningRateAt(0.5, schedule, epoch));
    expect(rates).toEqual([0.5, expect.closeTo(0.3, 12), 0.1, 0.1]);
  });

  it('falls by a factor after every so many epochs', () => {
    const schedule = { kind: 'step', every: 10, factor: 0.5 } as const;
    const rates = [0, 9, 10, 19, 20, 35].map((epoch) => learningRateAt(8, schedule, epoch));
    expect(rates).toEqual([8, 8, 4, 4, 2, 1]);
  });

  it('ends at zero where the factor is zero, however far', () => {
    expect(learningRateAt(1, { kind: 'step', every: 1, factor: 0 }, 1e15)).toBe(0);
  });
});
