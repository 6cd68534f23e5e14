import { describe, expect, it } from 'vitest';
import { unitView } from '../../../experiments/engines/engine.ts';
import { hashCoefficient } from '../../../experiments/hash/activation-hash.ts';
import { affineFunctions, affineResiduals } from '../../../experiments/polytopes/affine-functions.ts';
import { complexCounts } from '../../../experiments/polytopes/complex-counts.ts';
import { neuronStride, type Complex } from '../../../experiments/polytopes/complex.ts';
import { complexSummary } from '../../../experiments/polytopes/complex-summary.ts';
import { compensatedSum, regionAreas } from '../../../experiments/polytopes/region-geometry.ts';
import { arrangementCount, distinctHashes } from '../../../experiments/polytopes/self-test.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { extract, windowView } from './geometry-kernel.ts';

const cases = [
  { epoch: 0, view: unitView, regions: 9_088, vertices: 9_358, energy: '2.120', length: '0.0000' },
  { epoch: 300, view: unitView, regions: 101_016, vertices: 101_456, energy: '94.403', length: '2.9333' },
  { epoch: 6000, view: unitView, regions: 417_635, vertices: 418_032, energy: '727.539', length: '2.9630' },
  { epoch: 6000, view: windowView, regions: 4_657, vertices: 5_085, energy: null, length: null },
] as const;

describe.each(cases)(
  'the complex of epoch $epoch in $view.x0..$view.x1',
  ({ epoch, view, regions, vertices, energy, length }) => {
    const network = ringNetwork(epoch);
    const complex = extract(network, view);
    const counts = complexCounts(complex);
    const areas = regionAreas(complex);
    const functions = affineFunctions(complex);

    it('has the known number of regions and vertices', () => {
      expect([complex.regionCount, complex.vertexCount]).toEqual([regions, vertices]);
      expect(complex.repairs).toBe(0);
    });

    it('keeps the identities of generic weights', () => {
      expect(counts.eulerCharacteristic).toBe(1);
      expect(counts.regions).toBe(1 + counts.interiorVertices + counts.boundaryVertices / 2);
      expect(counts.meanSides).toBe(4);
      expect(counts.meanDegree).toBeLessThan(4);
      expect(counts.meanDegree).toBeCloseTo((4 * counts.regions - counts.boundaryEdges) / counts.regions, 12);
      expect(counts.regions).toBeLessThan(arrangementCount(30) ** 30);
    });

    it('covers the view, every edge on one or two regions', () => {
      const area = (view.x1 - view.x0) * (view.y1 - view.y0);
      expect(Math.abs(compensatedSum(areas) / area - 1)).toBeLessThan(1e-12);
      expect(sidesOfEdges(complex)).toEqual({
        one: counts.boundaryEdges,
        two: counts.edges - counts.boundaryEdges,
      });
    });

    it('has one activation pattern a region', () => {
      expect(distinctHashes(complex)).toBe(regions);
    });

    it('is affine on every region', () => {
      const worst = affineResiduals(complex, functions).reduce((most, value) => Math.max(most, value), 0);
      expect(worst).toBeLessThan(1e-9);
    });

    it('changes exactly the labelled neuron across every edge', () => {
      expect(wrongLabels(complex)).toBe(0);
    });

    if (energy !== null)
      it('has the known Dirichlet energy and level-set length', () => {
        const summary = complexSummary(complex);
        expect(summary.dirichlet.toFixed(3)).toBe(energy);
        expect(summary.levelSetLength.toFixed(4)).toBe(length);
        expect(summary).toMatchObject({ ...counts, area: compensatedSum(areas) });
      });
  },
);

it('float32 could not tell the regions of the trained network apart', () => {
  const complex = extract(ringNetwork(6000), unitView);
  const areas = regionAreas(complex);
  let narrow = 0;
  for (let region = 0; region < complex.regionCount; region++)
    if (areas[region] < 2 ** -24 * maxSide(complex, region)) narrow++;
  expect(narrow).toBeGreaterThan(3_000);
});

function maxSide({ offsets, sideEdges, edgeVertices, positions }: Complex, region: number): number {
  let longest = 0;
  for (const edge of sideEdges.subarray(offsets[region], offsets[region + 1])) {
    const [a, b] = [2 * edgeVertices[2 * edge], 2 * edgeVertices[2 * edge + 1]];
    longest = Math.max(longest, Math.hypot(positions[a] - positions[b], positions[a + 1] - positions[b + 1]));
  }
  return longest;
}

function sidesOfEdges(complex: Complex): { one: number; two: number } {
  const sides = new Int32Array(complex.edgeCount);
  for (const edge of complex.sideEdges) sides[edge]++;
  return {
    one: sides.filter((count) => count === 1).length,
    two: sides.filter((count) => count === 2).length,
  };
}

/** Edges whose regions' hashes do not differ by the coefficient of the edge's own neuron. */
function wrongLabels({ edgeCount, edgeLabels, edgeRegions, hashes }: Complex): number {
  let wrong = 0;
  for (let edge = 0; edge < edgeCount; edge++) {
    const label = edgeLabels[edge];
    const [a, b] = [edgeRegions[2 * edge], edgeRegions[2 * edge + 1]];
    if (label < 0) {
      if (b !== -1) wrong++;
      continue;
    }
    const lanes = ([0, 1] as const).map((lane) => {
      const coefficient = hashCoefficient(Math.floor(label / neuronStride), label % neuronStride, lane);
      const difference = (hashes[2 * a + lane] - hashes[2 * b + lane]) >>> 0;
      return difference === coefficient ? 1 : difference === -coefficient >>> 0 ? -1 : 0;
    });
    if (lanes[0] === 0 || lanes[0] !== lanes[1]) wrong++;
  }
  return wrong;
}
