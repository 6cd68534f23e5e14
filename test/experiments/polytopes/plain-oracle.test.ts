import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitView } from '../../../experiments/engines/engine.ts';
import { parameterCount } from '../../../experiments/network/shape.ts';
import type { Complex } from '../../../experiments/polytopes/complex.ts';
import { initialNetwork } from '../../../experiments/polytopes/self-test-specimens.ts';
import { extractPlainComplex, type PlainComplex } from '../../bench/plain-complex.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { extract, windowView } from './geometry-kernel.ts';

/** Vertices as sorted text with 9 digits, with their values. */
function vertexList(positions: Float64Array, values: Float64Array, outputs: number): string[] {
  return Array.from({ length: positions.length / 2 }, (_, vertex) =>
    [
      ...positions.subarray(2 * vertex, 2 * vertex + 2),
      ...values.subarray(outputs * vertex, outputs * (vertex + 1)),
    ]
      .map((value) => (Math.round(value * 1e9) + 0).toString())
      .join(' '),
  ).sort();
}

function polygonList(lists: readonly (readonly number[])[]): string[] {
  return lists
    .map((list) => list.length)
    .sort((a, b) => a - b)
    .map(String);
}

function polygonsOf({ offsets, sideVertices, regionCount }: Complex): number[][] {
  return Array.from({ length: regionCount }, (_, region) => [
    ...sideVertices.subarray(offsets[region], offsets[region + 1]),
  ]);
}

function differing(a: readonly string[], b: readonly string[]): number {
  const rest = new Set(b);
  return a.filter((text) => !rest.has(text)).length;
}

function expectSame(complex: Complex, plain: PlainComplex): void {
  const { outputs } = complex.network.shape;
  expect(complex.regionCount).toBe(plain.polygons.length);
  expect(complex.vertexCount).toBe(plain.vertexCount);
  expect(polygonList(polygonsOf(complex))).toEqual(polygonList(plain.polygons));
  const ours = vertexList(complex.positions, complex.values, outputs);
  const theirs = vertexList(plain.positions, plain.values, outputs);
  // Rounding to nine digits may fall on either side of a tie.
  expect(differing(ours, theirs)).toBeLessThanOrEqual(0.002 * ours.length);
}

describe('the extraction and the plain subdivision', () => {
  it('agree on a trained network', () => {
    const network = ringNetwork(6000);
    expectSame(extract(network, windowView), extractPlainComplex(network, windowView));
  });

  it.each([
    [[40, 40, 40], 'he-normal', 0.01],
    [[20, 20, 20, 20, 20], 'pytorch', 0],
    [[100, 70], 'hanin-rolnick', 0.2],
  ] as const)('agree on %j, %s, slope %f', (hidden, initialization, slope) => {
    const network = initialNetwork(hidden, initialization, 3, slope, 2);
    expectSame(extract(network, unitView), extractPlainComplex(network, unitView));
  });

  it('agree on small random networks of every shape and slope', () => {
    const networks = fc.record({
      hidden: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }),
      outputs: fc.integer({ min: 1, max: 3 }),
      slope: fc.constantFrom(0, 0.01, 0.5, 1),
      seed: fc.integer({ min: 1, max: 1e6 }),
    });
    fc.assert(
      fc.property(networks, ({ hidden, outputs, slope, seed }) => {
        let state = seed;
        const uniform = (): number => (state = (state * 48271) % 2147483647) / 2147483647 - 0.5;
        const shape = { hidden, outputs };
        const parameters = new Float32Array(parameterCount(shape)).map(uniform);
        const network = { shape, slope, parameters, output: 'affine' as const };
        const view = { x0: -3, y0: -2, x1: 2, y1: 3 };
        expectSame(extract(network, view), extractPlainComplex(network, view));
      }),
      { numRuns: 60 },
    );
  });
});
