import { describe, expect, it } from 'vitest';
import { unitView } from '../../../experiments/engines/engine.ts';
import { layoutFromShape } from '../../../experiments/network/shape.ts';
import { affineFunctions, affineResiduals } from '../../../experiments/polytopes/affine-functions.ts';
import { complexCounts } from '../../../experiments/polytopes/complex-counts.ts';
import type { Complex } from '../../../experiments/polytopes/complex.ts';
import { compensatedSum, regionAreas } from '../../../experiments/polytopes/region-geometry.ts';
import { arrangementCount, distinctHashes } from '../../../experiments/polytopes/self-test.ts';
import {
  concurrentLines,
  duplicatedNeurons,
  initialNetwork,
  lineArrangement,
  lineNetwork,
  squareView,
} from '../../../experiments/polytopes/self-test-specimens.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { extract, networkOf } from './geometry-kernel.ts';

/** Checks what holds for every complex, degenerate or not. */
function expectSound(complex: Complex): void {
  const { view } = complex;
  const area = (view.x1 - view.x0) * (view.y1 - view.y0);
  const areas = regionAreas(complex);
  expect(complexCounts(complex).eulerCharacteristic).toBe(1);
  expect(complex.repairs).toBe(0);
  expect(Math.abs(compensatedSum(areas) / area - 1)).toBeLessThan(1e-12);
  expect(Math.min(...areas)).toBeGreaterThan(-1e-14 * area);
  expect(Math.max(...affineResiduals(complex, affineFunctions(complex)))).toBeLessThan(1e-9);
  expect(distinctHashes(complex)).toBe(complex.regionCount);
}

describe('one hidden layer in general position', () => {
  it.each([4, 8, 10, 20, 50])('%i neurons make 1 + n + n(n - 1)/2 regions', (n) => {
    for (const seed of [1, 2, 3]) {
      const { network, view } = lineArrangement(n, seed);
      const complex = extract(network, view);
      expect(complex.regionCount, `seed ${seed}`).toBe(arrangementCount(n));
      expectSound(complex);
    }
  });
});

describe('signs have three states', () => {
  it('duplicated neurons make 22 regions', () => {
    const { network, view } = duplicatedNeurons();
    const complex = extract(network, view);
    expect(complex.regionCount).toBe(22);
    expectSound(complex);
  });

  it('four concurrent lines make 8 regions', () => {
    const { network, view } = concurrentLines();
    const complex = extract(network, view);
    expect(complex.regionCount).toBe(8);
    expectSound(complex);
  });

  it('many lines through one vertex make two regions each', () => {
    const lines = Array.from({ length: 12 }, (_, i): [number, number, number] => [
      i - 5.5,
      3,
      -(i - 5.5) / 4 - 0.75,
    ]);
    const complex = extract(lineNetwork(lines), unitView);
    expect(complex.regionCount).toBe(24);
    expectSound(complex);
  });

  it('neurons that are multiples of each other count once', () => {
    const complex = extract(
      lineNetwork([
        [1, 2, -1],
        [-3, -6, 3],
        [0.1, 0.2, -0.1],
        [1, -1, 0.1],
      ]),
      unitView,
    );
    expect(complex.regionCount).toBe(4);
  });
});

describe('neurons without a crease', () => {
  it('zero weights cut nothing, whatever the bias', () => {
    for (const bias of [0, 1, -1]) {
      const complex = extract(
        lineNetwork([
          [0, 0, bias],
          [1, 0, -0.5],
        ]),
        unitView,
      );
      expect(complex.regionCount).toBe(2);
      expectSound(complex);
    }
  });

  it('a network of zeros has one region', () => {
    expect(
      extract(
        networkOf([5, 5], 1, 0.01, () => 0),
        unitView,
      ).regionCount,
    ).toBe(1);
  });

  it('a dead ReLU layer leaves the regions before it and adds none', () => {
    const network = initialNetwork([8, 6, 6], 'hanin-rolnick', 5, 0);
    const [, dead] = layoutFromShape(network.shape);
    const before = extract(initialNetwork([8], 'hanin-rolnick', 5, 0), squareView);
    network.parameters.fill(-1e6, dead.biasOffset, dead.biasOffset + dead.outputs);
    const complex = extract(network, squareView);
    expect(complex.regionCount).toBe(before.regionCount);
    expect(new Set(complex.values).size).toBe(1);
  });

  it('no hidden layer gives one region', () => {
    const complex = extract(
      networkOf([], 3, 0.01, (index) => index),
      unitView,
    );
    expect(complex.regionCount).toBe(1);
    expect([...complex.values]).toEqual([6, 7, 8, 6, 9, 12, 7, 12, 17, 7, 10, 13]);
  });
});

describe('creases on the border of the view', () => {
  it('a crease on a side cuts nothing', () => {
    const complex = extract(
      lineNetwork([
        [1, 0, 0],
        [0, 1, -1],
        [1, 0, -0.25],
      ]),
      unitView,
    );
    expect(complex.regionCount).toBe(2);
    expectSound(complex);
  });

  it('creases through corners and side middles meet there', () => {
    const complex = extract(
      lineNetwork([
        [1, -1, 0],
        [1, 1, -1],
        [2, 0, -1],
        [0, 2, -1],
      ]),
      unitView,
    );
    expect(complex.regionCount).toBe(8);
    expect(complex.vertexCount).toBe(9);
    expectSound(complex);
  });
});

describe('integer weights', () => {
  it.each([1, 2, 3, 4, 5, 6])('make a sound complex (case %i)', (seed) => {
    let state = seed;
    const next = (): number => (state = (state * 48271) % 2147483647) % 5;
    const complex = extract(
      networkOf([6, 9, 5, 4], 2, 0.5, () => next() - 2),
      {
        x0: -2,
        y0: -2,
        x1: 2,
        y1: 2,
      },
    );
    expect(complex.regionCount).toBeGreaterThan(1);
    expectSound(complex);
  });
});

describe('zooming in', () => {
  it('keeps a crossing of creases sound down to the resolution of float64', () => {
    const network = ringNetwork(6000);
    const [x, y] = [0.7223540607067483, 0.4932274433201266];
    for (const size of [1e-3, 1e-6, 1e-9, 1e-12]) {
      const view = { x0: x - size, y0: y - size, x1: x + size, y1: y + size };
      const complex = extract(network, view);
      expect(complexCounts(complex).eulerCharacteristic).toBe(1);
      expect(complex.repairs).toBe(0);
      expect(distinctHashes(complex)).toBe(complex.regionCount);
      if (size <= 1e-9) expect(complex.regionCount).toBe(4);
    }
  });

  it('sees in a window the very regions that the whole has there', () => {
    const network = initialNetwork([16, 16, 16, 16], 'he-normal', 7, 0.01);
    const whole = extract(network, unitView);
    const part = extract(network, { x0: 0.25, y0: 0.5, x1: 0.375, y1: 0.75 });
    const hashes = new Set(
      Array.from({ length: whole.regionCount }, (_, r) => String(whole.hashes.subarray(2 * r, 2 * r + 2))),
    );
    for (let region = 0; region < part.regionCount; region++)
      expect(hashes.has(String(part.hashes.subarray(2 * region, 2 * region + 2)))).toBe(true);
  });
});

describe('odd shapes', () => {
  it.each([
    [[1], 1],
    [[63], 1],
    [[64], 2],
    [[65], 3],
    [[1, 1, 1], 1],
    [[129, 2, 70], 2],
    [[3, 512], 1],
  ])('%j with %i outputs is sound', (hidden, outputs) => {
    const complex = extract(initialNetwork(hidden, 'hanin-rolnick', 11, 0.01, outputs), {
      x0: -0.01,
      y0: -0.01,
      x1: 0.01,
      y1: 0.01,
    });
    const counts = complexCounts(complex);
    expect(counts.eulerCharacteristic).toBe(1);
    expect(counts.meanSides).toBe(4);
    expect(distinctHashes(complex)).toBe(complex.regionCount);
  });
});
