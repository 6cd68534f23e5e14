import { describe, expect, it } from 'vitest';
import type { JudgedCell } from '../../../experiments/findings/judged-cell.ts';
import { cell, normals, verdictOn } from './made-up-cells.ts';

/** Share of simulated sweeps in which a claim holds that does not. */
function falsePositives(claim: string, sweep: (normal: () => number) => JudgedCell[], sweeps = 200): number {
  let count = 0;
  for (let index = 0; index < sweeps; index++) {
    if (verdictOn(claim, sweep(normals(1000 + index))).word === 'holds') count += 1;
  }
  return count / sweeps;
}

/** Curves over twelve places with noise .4, half of its variance shared within a seed. */
function curves(seeds: number, slope: number): (normal: () => number) => JudgedCell[] {
  return (normal) =>
    Array.from({ length: seeds }, (_, seed) => {
      const shared = normal();
      return Array.from({ length: 12 }, (_unused, place) => {
        const noise = (): number => 0.4 * Math.SQRT1_2 * (shared + normal());
        const made = { error: Math.exp(slope * place + noise()), iou: noise() };
        return cell(seed, { parameters: place }, [made]);
      });
    }).flat();
}

describe('false positives on curves without an effect stay below 8 %', () => {
  it.each([
    ['flat', 8, 0],
    ['flat', 12, 0],
    ['rising', 12, 0.15],
    ['falling', 12, -0.15],
  ])('peak, %s, %i seeds', (_name, seeds, slope) => {
    const claim = '{ kind: peak, measure: true error, scale: log, along: parameters }';
    expect(falsePositives(claim, curves(seeds, slope))).toBeLessThan(0.08);
  });

  it('difference', () => {
    const claim =
      '{ kind: difference, measure: true error, scale: log, a: { parameters: 0 }, b: { parameters: 11 } }';
    expect(falsePositives(claim, curves(8, 0))).toBeLessThan(0.08);
  });

  it('rank', () => {
    const claim = '{ kind: rank, measure: true error, with: IoU, along: parameters, above: 0 }';
    expect(falsePositives(claim, curves(8, 0), 40)).toBeLessThan(0.08);
  });

  const runs =
    (seeds: number, events: number) =>
    (normal: () => number): JudgedCell[] =>
      Array.from({ length: seeds }, (_, seed) =>
        Array.from({ length: events }, (_unused, points) => {
          const [first, then] = [normal(), normal()];
          const snapshots = [1, 2, 3, 4].map((epoch) => ({
            epoch,
            iou: epoch > 2 + first ? 1 : 0,
            error: epoch > 2 + then ? 0 : 1,
          }));
          return cell(seed, { points }, snapshots);
        }),
      ).flat();

  it('faster, with cells that never arrive', () => {
    const claim = '{ kind: faster, measure: IoU, above: 0.5, a: { points: 0 }, b: { points: 1 } }';
    expect(falsePositives(claim, runs(8, 2))).toBeLessThan(0.08);
  });

  it('order', () => {
    const claim =
      '{ kind: order, first: { measure: IoU, above: 0.5 }, then: { measure: true error, below: 0.5 } }';
    expect(falsePositives(claim, runs(8, 4))).toBeLessThan(0.08);
  });

  it('reaches, where half of all seeds do', () => {
    const claim = '{ kind: reaches, measure: IoU, above: 0 }';
    const coins = (normal: () => number): JudgedCell[] =>
      Array.from({ length: 8 }, (_, seed) => cell(seed, { points: 1 }, [{ iou: normal() }]));
    expect(falsePositives(claim, coins)).toBeLessThan(0.08);
  });

  it('within, where the truth lies on a bound', () => {
    const claim = '{ kind: within, measure: IoU, low: 0, high: 9 }';
    const coins = (normal: () => number): JudgedCell[] =>
      Array.from({ length: 8 }, (_, seed) => cell(seed, { points: 1 }, [{ iou: normal() }]));
    expect(falsePositives(claim, coins)).toBeLessThan(0.08);
  });
});
