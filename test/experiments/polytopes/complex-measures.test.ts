import { describe, expect, it } from 'vitest';
import { unitView, type View } from '../../../experiments/engines/engine.ts';
import {
  affineFunctions,
  dirichletEnergy,
  slopeJumps,
} from '../../../experiments/polytopes/affine-functions.ts';
import { complexCounts } from '../../../experiments/polytopes/complex-counts.ts';
import { complexStatistics, smallerThanPixel } from '../../../experiments/polytopes/complex-statistics.ts';
import { levelSet, type LevelSet } from '../../../experiments/polytopes/level-set.ts';
import { evaluateAtPoint } from '../../../experiments/polytopes/point-evaluation.ts';
import {
  compensatedSum,
  regionAreas,
  regionCentres,
  regionDegrees,
  regionNeighbours,
} from '../../../experiments/polytopes/region-geometry.ts';
import { initialNetwork, lineNetwork } from '../../../experiments/polytopes/self-test-specimens.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { extract } from './geometry-kernel.ts';

/** |x - 1/2| and |y - 1/4| with their slopes: f = leaky(x - 1/2) - leaky(y - 1/4), four rectangles. */
const cross = extract(
  lineNetwork(
    [
      [1, 0, -0.5],
      [0, 1, -0.25],
    ],
    0.5,
  ),
  unitView,
);

describe('measures of four rectangles worked out by hand', () => {
  const areas = regionAreas(cross);
  const functions = affineFunctions(cross);

  it('counts', () => {
    expect(complexCounts(cross)).toEqual({
      regions: 4,
      vertices: 9,
      edges: 12,
      boundaryEdges: 8,
      boundaryVertices: 4,
      interiorVertices: 1,
      eulerCharacteristic: 1,
      meanSides: 4,
      meanDegree: 2,
    });
  });

  it('areas and centres', () => {
    expect([...areas].sort()).toEqual([0.125, 0.125, 0.375, 0.375]);
    const centres = regionCentres(cross);
    expect([...centres].sort()).toEqual([0.125, 0.125, 0.25, 0.25, 0.625, 0.625, 0.75, 0.75]);
  });

  it('affine functions', () => {
    const centres = regionCentres(cross);
    for (let region = 0; region < 4; region++) {
      const [x, y] = centres.subarray(2 * region, 2 * region + 2);
      const gx = x > 0.5 ? 1 : 0.5;
      const gy = y > 0.25 ? -1 : -0.5;
      const constant = (x > 0.5 ? -0.5 : -0.25) + (y > 0.25 ? 0.25 : 0.125);
      expect([...functions.subarray(3 * region, 3 * region + 3)]).toEqual([gx, gy, constant]);
    }
  });

  it('Dirichlet energy', () => {
    // areas times |gradient|^2: right-bottom, left-bottom, right-top, left-top
    const expected = 0.375 * 2 + 0.375 * 1.25 + 0.125 * 1.25 + 0.125 * 0.5;
    expect(dirichletEnergy(cross, functions, areas)).toBeCloseTo(expected, 14);
  });

  it('slope jumps: half the weight across creases, nothing on the border', () => {
    const jumps = slopeJumps(cross, functions);
    for (let edge = 0; edge < cross.edgeCount; edge++)
      expect(jumps[edge]).toBe(cross.edgeLabels[edge] < 0 ? 0 : 0.5);
  });

  it('adjacency: every rectangle has two neighbours across one crease each', () => {
    expect([...regionDegrees(cross)]).toEqual([2, 2, 2, 2]);
    for (let region = 0; region < 4; region++) {
      const neighbours = regionNeighbours(cross, region);
      expect(neighbours.map(({ edge }) => cross.edgeLabels[edge]).sort()).toEqual([0, 1]);
      for (const { region: other } of neighbours)
        expect(regionNeighbours(cross, other).some(({ region: back }) => back === region)).toBe(true);
    }
  });

  it('statistics', () => {
    const statistics = complexStatistics(cross);
    expect(statistics.sides).toEqual([0, 0, 0, 0, 4]);
    expect(statistics.degrees).toEqual([0, 0, 4]);
    expect(statistics.areas).toEqual([0, 2, 0, 2]);
    expect(statistics.creaseEdges).toEqual([4]);
    expect(statistics.creaseLengths).toEqual([2]);
    expect(statistics.creasedNeurons).toEqual([2]);
    expect(smallerThanPixel(cross, 2, 2)).toBe(0.5);
  });
});

it('half of the regions are smaller than the median area', () => {
  const complex = extract(initialNetwork([9, 9], 'he-normal', 2, 0.01), unitView);
  const { medianArea } = complexStatistics(complex);
  const smaller = regionAreas(complex).filter((area) => area < medianArea).length;
  expect(smaller).toBe(complex.regionCount >> 1);
});

it('the slope across a region too narrow for its coordinates is 0, not noise', () => {
  const right = 0.5 + Number.EPSILON;
  const narrow = {
    ...cross,
    regionCount: 1,
    offsets: Int32Array.of(0, 4),
    sideVertices: Int32Array.of(0, 1, 2, 3),
    positions: Float64Array.of(0.5, 0, right, 0, right, 1, 0.5, 1),
    values: Float64Array.of(0, 1e-15, 3 - 1e-15, 3),
  };
  const [gx, gy, constant] = affineFunctions(narrow);
  expect(Math.abs(gx)).toBeLessThan(1e-9);
  expect(gy).toBeCloseTo(3, 9);
  expect(constant).toBeCloseTo(0, 9);
});

describe('level sets', () => {
  const network = lineNetwork([[1, 0, -0.5]], 1);

  it('of a plane is a straight line, smaller values on its left', () => {
    const { segments, regions, length } = levelSet(extract(network, unitView), -0.25);
    expect(length).toBe(1);
    expect(regions.length).toBe(1);
    expect([...segments]).toEqual([0.25, 0, 0.25, 1]);
  });

  it('along a crease counts once', () => {
    const complex = extract(lineNetwork([[1, 0, -0.5]], 0.5), unitView);
    expect(complex.regionCount).toBe(2);
    expect(levelSet(complex, 0).length).toBe(1);
  });

  it('of a sigmoid output at 0.5 is that of the affine output at 0', () => {
    const affine = extract(network, unitView);
    const squashed = extract({ ...network, output: 'sigmoid' }, unitView);
    expect(levelSet(squashed, 0.5).segments).toEqual(levelSet(affine, 0).segments);
    expect(() => levelSet(squashed, 1)).toThrow('never has the value 1');
  });

  it('of a later output is found, of a missing one refused', () => {
    const complex = extract(initialNetwork([9, 9], 'he-normal', 2, 0.01, 3), unitView);
    const value = complex.values[2];
    expect(levelSet(complex, value + 1e-3, 2).length).toBeGreaterThan(0);
    expect(() => levelSet(complex, 0, 3)).toThrow(RangeError);
  });

  it('is closed: every end lies exactly on another segment or on the border', () => {
    expect(looseEnds(levelSet(extract(ringNetwork(300), unitView), 0.5))).toBe(0);
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const complex = extract(initialNetwork([8], 'pytorch', seed, 0.01), unitView);
      for (let vertex = 0; vertex < complex.vertexCount; vertex += 3) {
        const set = levelSet(complex, complex.values[vertex] + 1e-3);
        expect(looseEnds(set), `seed ${seed}`).toBe(0);
      }
    }
  });
});

/** Ends of segments inside the unit square that are not the end of exactly one other segment. */
function looseEnds({ segments }: LevelSet): number {
  const ends = new Map<string, number>();
  for (let at = 0; at < segments.length; at += 2) {
    if ([0, 1].includes(segments[at]) || [0, 1].includes(segments[at + 1])) continue;
    const key = `${segments[at]},${segments[at + 1]}`;
    ends.set(key, (ends.get(key) ?? 0) + 1);
  }
  return [...ends.values()].filter((count) => count !== 2).length;
}

describe('region functions and hashes', () => {
  it('are those of the network at points inside', () => {
    const network = initialNetwork([12, 12, 12, 12], 'he-normal', 8, 0.01, 3);
    const view: View = { x0: -0.5, y0: 0.25, x1: 1.5, y1: 0.75 };
    const complex = extract(network, view);
    const areas = regionAreas(complex);
    const functions = affineFunctions(complex);
    const centres = regionCentres(complex);
    for (let region = 0; region < complex.regionCount; region++) {
      if (areas[region] < 1e-9) continue;
      const [x, y] = centres.subarray(2 * region, 2 * region + 2);
      const { values, gradient, hash } = evaluateAtPoint(network, x, y);
      expect(hash).toEqual([...complex.hashes.subarray(2 * region, 2 * region + 2)]);
      for (let output = 0; output < 3; output++) {
        const [gx, gy, constant] = functions.subarray(3 * (3 * region + output));
        expect(gx * x + gy * y + constant).toBeCloseTo(values[output], 9);
        expect(gx).toBeCloseTo(gradient[2 * output], 5);
        expect(gy).toBeCloseTo(gradient[2 * output + 1], 5);
      }
    }
  });

  it('a sum with compensation loses nothing to order', () => {
    expect(compensatedSum(Float64Array.of(1, 1e100, 1, -1e100))).toBe(2);
    expect(compensatedSum(new Float64Array(100_000).fill(0.1))).toBeCloseTo(10_000, 10);
  });
});
