/** Figures of papers on networks whose figures follow by hand. */
import { describe, expect, it } from 'vitest';
import { initialNetwork, lineNetwork } from '../../../experiments/polytopes/self-test-specimens.ts';
import { activationCode, hamming } from '../../../experiments/reading/activation-codes.ts';
import {
  balestrieroRows,
  humayunRows,
  liuRows,
  type TrainedCell,
} from '../../../experiments/reading/networks.ts';
import { bearsOut } from '../../../experiments/reading/reading-row.ts';
import { uniforms } from '../findings/made-up-cells.ts';
import { extract } from '../polytopes/geometry-kernel.ts';

function cellOf(overrides: Partial<TrainedCell>): TrainedCell {
  const next = uniforms(3);
  const coordinates = Float32Array.from({ length: 400 }, next);
  const labels = Float32Array.from({ length: 200 }, (_, at) => (coordinates[2 * at]! < 0.5 ? 0 : 1));
  const boundary = Float32Array.from({ length: 80 }, (_, at) => (at % 2 === 0 ? 0.5 : at / 80));
  return { points: 200, seed: 1, networks: [], coordinates, labels, boundary, ...overrides };
}

/** Creases at x = 0.5 + k / 1000, all within a radius of the boundary of the labels; or spread over the square. */
const gathered = lineNetwork([0, 1, 2, 3].map((k) => [1, 0, -0.5 - k / 1000] as const));
const spread = lineNetwork([1, 3, 5, 7].map((k) => [1, 0, -k / 8] as const));

describe('activation codes', () => {
  it('say on which side of each line a point lies', () => {
    expect([...activationCode(spread, 0.5, 0.1)]).toEqual([1, 1, 0, 0]);
    expect(hamming(activationCode(spread, 0, 0), activationCode(spread, 1, 1))).toBe(4);
  });

  it('as distances vote better than places once creases lie where classes part', () => {
    const [before, after] = balestrieroRows([cellOf({ networks: [spread, gathered] })]);
    expect(after!.measured).toBeGreaterThanOrEqual(before!.measured);
    expect(after!.measured).toBeGreaterThan(0);
  });

  it('of neighbours differ in one neuron, and along a segment change at least as often as its ends differ', () => {
    const deep = initialNetwork([8, 8, 8], 'he-normal', 5, 0.01);
    const rows = liuRows([cellOf({ networks: [deep, deep] })], extract);
    expect(rows.map(bearsOut)).toEqual([true, true, true]);
    expect(rows[2]!.measured).toBe(1);
  });
});

describe('concentration at the boundary', () => {
  it('grows where creases gather there, more than where they do not', () => {
    const many = cellOf({ networks: [spread, gathered] });
    const few = cellOf({ networks: [spread, spread], points: 20 });
    const shifted = { boundary: Float32Array.of(0.5, 0.2, 0.125, 0.3) };
    const [gain, over] = humayunRows([
      { ...many, ...shifted },
      { ...few, ...shifted },
    ]);
    expect(gain!.measured).toBeGreaterThan(1.5);
    expect(over!.measured).toBe(gain!.measured);
  });
});
