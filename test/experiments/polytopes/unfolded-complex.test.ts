import { describe, expect, it } from 'vitest';
import { unitView, type View } from '../../../experiments/engines/engine.ts';
import type { InputMap } from '../../../experiments/network/input-map.ts';
import type { Network } from '../../../experiments/network/shape.ts';
import { affineFunctions, affineResiduals } from '../../../experiments/polytopes/affine-functions.ts';
import { complexCounts } from '../../../experiments/polytopes/complex-counts.ts';
import { foldLabel, type Complex } from '../../../experiments/polytopes/complex.ts';
import { complexSvg } from '../../../experiments/polytopes/complex-svg.ts';
import { orderedComplex } from '../../../experiments/polytopes/ordered-complex.ts';
import { evaluateAtPoint } from '../../../experiments/polytopes/point-evaluation.ts';
import { hashAgreement } from '../../../experiments/polytopes/region-frame.ts';
import { compensatedSum, regionAreas } from '../../../experiments/polytopes/region-geometry.ts';
import { initialNetwork } from '../../../experiments/polytopes/self-test-specimens.ts';
import { wasmEngine } from '../engines/test-engines.ts';
import { extract } from './geometry-kernel.ts';

const plain = initialNetwork([20, 20, 20], 'pytorch', 5, 0.01);
const folded = (inputs: InputMap): Network => ({ ...plain, inputs });
const mapsOf = (axis: 'x' | 'y'): InputMap[] => [
  { kind: 'fold', axis, period: 0.25, phase: 0 },
  { kind: 'fold', axis, period: 0.25, phase: 0.25 },
  { kind: 'fold', axis, period: 0.3, phase: 0.123 },
  { kind: 'fold', axis, period: 5, phase: 0.1 },
];

function checkWhole(complex: Complex, view: View): void {
  const areas = regionAreas(complex);
  expect(compensatedSum(areas) / ((view.x1 - view.x0) * (view.y1 - view.y0))).toBeCloseTo(1, 12);
  expect(Math.min(...areas)).toBeGreaterThan(-1e-15);
  expect(complexCounts(complex).eulerCharacteristic).toBe(1);
  expect(complex.repairs).toBe(0);
  // Each edge is a side of the regions that it tells of, once forward and once backward.
  const uses = new Map<number, number[]>();
  for (let region = 0; region < complex.regionCount; region++)
    for (let side = complex.offsets[region]!; side < complex.offsets[region + 1]!; side++) {
      const edge = complex.sideEdges[side]!;
      uses.set(edge, [...(uses.get(edge) ?? []), region]);
      const isForward = complex.edgeVertices[2 * edge] === complex.sideVertices[side];
      expect(isForward).toBe(complex.edgeRegions[2 * edge] === region);
    }
  for (const [edge, regions] of uses)
    expect([complex.edgeRegions[2 * edge], complex.edgeRegions[2 * edge + 1]]).toEqual([
      regions[0],
      regions[1] ?? -1,
    ]);
}

describe.each(['x', 'y'] as const)('exact complexes of inputs folded along %s', (axis) => {
  it.each(mapsOf(axis))('are whole, period $period and phase $phase', async (inputs) => {
    const network = folded(inputs);
    for (const view of [unitView, { x0: 0.21, y0: 0.13, x1: 0.83, y1: 0.64 }]) {
      const complex = extract(network, view);
      checkWhole(complex, view);
      for (let vertex = 0; vertex < complex.vertexCount; vertex += 7) {
        const [x, y] = [complex.positions[2 * vertex]!, complex.positions[2 * vertex + 1]!];
        expect(complex.values[vertex]).toBeCloseTo(evaluateAtPoint(network, x, y).values[0]!, 9);
      }
      const residuals = affineResiduals(complex, affineFunctions(complex));
      expect(Math.max(...residuals)).toBeLessThan(1e-9);
      const engine = await wasmEngine('strict');
      const frame = await engine.renderFrame({
        network,
        view,
        width: 200,
        height: 200,
        planes: { hashes: true },
      });
      expect(hashAgreement(complex, frame.hashes!, 200, 200)).toMatchObject({ unexplained: 0, tooMany: 0 });
    }
  });
});

describe('unfolding', () => {
  it('repeats the regions of one strip in all of them', () => {
    const complex = extract(folded({ kind: 'fold', axis: 'x', period: 0.25, phase: 0 }), unitView);
    const one = extract(plain, unitView);
    expect(complex.regionCount).toBe(8 * one.regionCount);
    const folds = complex.edgeLabels.filter((label) => label === foldLabel).length;
    const border = (label: number) => one.edgeLabels.filter((own) => own === label).length;
    // Four folds at 1 less none at the ends, where both borders of the picture see 1; four at 0.
    expect(folds).toBe(4 * border(-4) + 3 * border(-2));
    expect(complexSvg(orderedComplex(complex), { width: 300 }).svg).toContain('id="folds"');
  });

  it('refuses a sine in words', () => {
    const network = folded({ kind: 'sine', axis: 'x', period: 0.25, phase: 0 });
    expect(() => extract(network, unitView)).toThrow('creases are curves');
  });
});
