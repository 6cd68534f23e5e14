import { describe, expect, it } from 'vitest';
import { unitView } from '../../../experiments/engines/engine.ts';
import { neuronStride } from '../../../experiments/polytopes/complex.ts';
import { evaluateAtPoint } from '../../../experiments/polytopes/point-evaluation.ts';
import { hashAgreement, regionFrame } from '../../../experiments/polytopes/region-frame.ts';
import { regionCentres } from '../../../experiments/polytopes/region-geometry.ts';
import { RegionLocator } from '../../../experiments/polytopes/region-locator.ts';
import { lineNetwork } from '../../../experiments/polytopes/self-test-specimens.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { extract, windowView } from './geometry-kernel.ts';

const complex = extract(ringNetwork(6000), windowView);
const locator = new RegionLocator(complex);

describe('the region at a point', () => {
  it('is found for the centre of every region', () => {
    const centres = regionCentres(complex);
    let wrong = 0;
    for (let region = 0; region < complex.regionCount; region++)
      if (locator.regionAt(centres[2 * region], centres[2 * region + 1]) !== region) wrong++;
    expect(wrong).toBe(0);
  });

  it('is -1 outside the view and some region on its border and corners', () => {
    const { x0, y0, x1, y1 } = windowView;
    for (const [x, y] of [
      [x0 - 1e-9, 0.5],
      [x1 + 1e-9, 0.5],
      [0.72, y0 - 1e-9],
      [0.72, y1 + 1e-9],
      [NaN, 0.5],
    ])
      expect(locator.regionAt(x, y)).toBe(-1);
    for (const [x, y] of [
      [x0, y0],
      [x1, y1],
      [x0, y1],
      [x1, y0],
      [0.72, y1],
    ])
      expect(locator.regionAt(x, y)).toBeGreaterThanOrEqual(0);
    expect(locator.query(0, 0)).toBeNull();
  });

  it('comes with its function, hash and neighbours', () => {
    const query = locator.query(0.721, 0.4987)!;
    const { values, hash } = evaluateAtPoint(complex.network, 0.721, 0.4987);
    expect(query.hash).toEqual(hash);
    expect(query.values).toEqual(values);
    const [gx, gy, constant] = query.functions;
    expect(gx * 0.721 + gy * 0.4987 + constant).toBeCloseTo(values[0], 12);
    expect(query.neighbours.length).toBe(query.sides);
    for (const { region, edge, label } of query.neighbours) {
      expect([complex.edgeRegions[2 * edge], complex.edgeRegions[2 * edge + 1]].sort()).toEqual(
        [region, query.region].sort(),
      );
      expect(Math.floor(label / neuronStride)).toBeLessThan(30);
    }
  });

  it('where creases meet is one of the regions there', () => {
    const cross = extract(
      lineNetwork([
        [1, 0, -0.5],
        [0, 1, -0.5],
      ]),
      unitView,
    );
    expect(new RegionLocator(cross).regionAt(0.5, 0.5)).toBeGreaterThanOrEqual(0);
  });
});

describe('frames of regions', () => {
  it('hold at every pixel the region that the locator finds there', () => {
    const frame = regionFrame(complex, 50, 40);
    let wrong = 0;
    frame.forEach((region, at) => {
      const x = windowView.x0 + (((at % 50) + 0.5) / 50) * (windowView.x1 - windowView.x0);
      const y = windowView.y0 + ((Math.floor(at / 50) + 0.5) / 40) * (windowView.y1 - windowView.y0);
      if (locator.regionAt(x, y) !== region) wrong++;
    });
    expect(wrong).toBe(0);
  });

  it('agree with sampled hashes, and a wrong hash is noticed', () => {
    const size = 40;
    const hashes = new Uint32Array(2 * size * size);
    for (let at = 0; at < size * size; at++) {
      const x = windowView.x0 + (((at % size) + 0.5) / size) * (windowView.x1 - windowView.x0);
      const y = windowView.y0 + ((Math.floor(at / size) + 0.5) / size) * (windowView.y1 - windowView.y0);
      hashes.set(evaluateAtPoint(complex.network, x, y).hash, 2 * at);
    }
    const agreement = hashAgreement(complex, hashes, size, size);
    expect(agreement).toMatchObject({ pixels: 1600, foreignHashes: 0, mismatches: 0, unexplained: 0 });
    expect(agreement.sampledHashes).toBeGreaterThan(100);
    hashes[0]++;
    expect(hashAgreement(complex, hashes, size, size)).toMatchObject({
      foreignHashes: 1,
      mismatches: 1,
      unexplained: 1,
    });
  });
});
