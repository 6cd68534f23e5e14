import { expect, it } from 'vitest';
import { unitView } from '../../../experiments/engines/engine.ts';
import { complexCounts } from '../../../experiments/polytopes/complex-counts.ts';
import { extractComplex } from '../../../experiments/polytopes/extract-complex.ts';
import { ExtractionError } from '../../../experiments/polytopes/extraction-error.ts';
import { arrangementCount, distinctHashes } from '../../../experiments/polytopes/self-test.ts';
import { initialNetwork, squareView } from '../../../experiments/polytopes/self-test-specimens.ts';
import { extractPlainComplex } from '../../bench/plain-complex.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { extract, kernel } from './geometry-kernel.ts';

const wide = initialNetwork([300, 300, 300, 300, 300], 'hanin-rolnick', 1, 0.01);

it('1.1 million regions finish soundly', () => {
  const complex = extract(wide, squareView);
  const counts = complexCounts(complex);
  expect(complex.regionCount).toBeGreaterThan(1_100_000);
  expect(counts.eulerCharacteristic).toBe(1);
  expect(counts.regions).toBe(1 + counts.interiorVertices + counts.boundaryVertices / 2);
  expect(distinctHashes(complex)).toBe(complex.regionCount);
  expect(complex.repairs).toBe(0);
});

it('or stop at the stated budget', () => {
  expect(() => extractComplex(wide, squareView, { kernel, budget: { regions: 1e6, bytes: 1e9 } })).toThrow(
    ExtractionError,
  );
});

it('a single layer of 1000 neurons makes at most 1 + n + n(n - 1)/2 regions', () => {
  const complex = extract(initialNetwork([1000], 'hanin-rolnick', 1, 0), squareView);
  expect(complex.regionCount).toBeGreaterThan(0.99 * arrangementCount(1000));
  expect(complex.regionCount).toBeLessThanOrEqual(arrangementCount(1000));
});

it('the plain subdivision finds as many regions and vertices in the trained and the deep network', () => {
  const deep = initialNetwork(new Array<number>(20).fill(100), 'he-normal', 1, 0.01);
  for (const network of [ringNetwork(6000), deep]) {
    const complex = extract(network, unitView);
    const plain = extractPlainComplex(network, unitView);
    expect([complex.regionCount, complex.vertexCount]).toEqual([plain.polygons.length, plain.vertexCount]);
  }
});
