import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitView } from '../../../experiments/engines/engine.ts';
import { creaseStrengths } from '../../../experiments/polytopes/crease-opacity.ts';
import { LineInk } from '../../../experiments/drawing/line-ink.ts';
import { regionDensity } from '../../../experiments/polytopes/region-density.ts';
import { regionDetails } from '../../../experiments/polytopes/region-details.ts';
import { regionFrame } from '../../../experiments/polytopes/region-frame.ts';
import { RegionLocator } from '../../../experiments/polytopes/region-locator.ts';
import { initialNetwork } from '../../../experiments/polytopes/self-test-specimens.ts';
import { ringNetwork } from '../../fixtures/ring-network.ts';
import { extract, windowView } from './geometry-kernel.ts';

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
const small = extract(initialNetwork([8, 8], 'pytorch', 3, 0.01), unitView);

describe('ink of lines', () => {
  it('is their length times their weight, wherever they lie', () => {
    const place = fc.double({ min: 0, max: 20, noNaN: true });
    fc.assert(
      fc.property(
        place,
        place,
        place,
        place,
        fc.double({ min: 0.1, max: 2, noNaN: true }),
        (x0, y0, x1, y1, w) => {
          const lines = new LineInk(20, 20);
          lines.add(x0, y0, x1, y1, w);
          expect(sum(lines.ink)).toBeCloseTo(w * Math.hypot(x1 - x0, y1 - y0), 3);
        },
      ),
    );
  });

  it('lies in the pixels that a line passes', () => {
    const lines = new LineInk(4, 3);
    lines.add(0, 1.5, 4, 1.5, 1);
    expect([...lines.plane()]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]);
    const between = new LineInk(4, 2);
    between.add(0, 1, 4, 1, 1);
    expect([...between.plane()]).toEqual(new Array(8).fill(0.5));
  });
});

describe('opacity of creases', () => {
  it('is full for about a tenth of their length, and the fourth root of the jump below', () => {
    const complex = extract(ringNetwork(6000), windowView);
    const { jumps, lengths, opacities } = creaseStrengths(complex);
    const creases = [...jumps.keys()].filter((edge) => jumps[edge] > 0);
    const full = creases.filter((edge) => opacities[edge] === 1);
    const share = sum(full.map((edge) => lengths[edge])) / sum(creases.map((edge) => lengths[edge]));
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.13);
    const least = Math.min(...full.map((edge) => jumps[edge]));
    for (const edge of creases)
      expect(opacities[edge]).toBeCloseTo(Math.min(1, (jumps[edge] / least) ** 0.25), 1);
    const border = complex.edgeLabels.findIndex((label) => label < 0);
    expect(opacities[border]).toBe(0);
  });
});

describe('density of regions', () => {
  it.each([
    ['small regions', ringNetwork(6000), windowView, 24],
    ['large regions', small.network, unitView, 96],
  ])('sums to their number where they are %s', (_name, network, view, size) => {
    const complex = extract(network, view);
    const density = regionDensity(complex, regionFrame(complex, size, size), size, size);
    expect(sum(density) / complex.regionCount).toBeCloseTo(1, 1);
    expect(density.every((value) => value >= 0)).toBe(true);
  });
});

describe('details of a region', () => {
  const locator = new RegionLocator(small);
  const { jumps } = creaseStrengths(small);

  it('tell its polygon, its function and what lies beyond each crease', () => {
    const details = regionDetails(locator, small, jumps, 0.4, 0.6)!;
    expect(details.outline.length).toBe(2 * details.sides);
    const [gx, gy, constant] = details.functions;
    expect(details.values[0]).toBeCloseTo(gx * 0.4 + gy * 0.6 + constant, 12);
    for (const { centre, jump, layer, neuron, area, outline } of details.neighbours) {
      const other = regionDetails(locator, small, jumps, centre.x, centre.y)!;
      expect(other.hash).not.toBe(details.hash);
      expect(other.area).toBe(area);
      expect(other.outline).toEqual(outline);
      // The neighbour lists the crease from its own side, and the jump is the difference of the slopes.
      expect(other.neighbours.some((back) => back.layer === layer && back.neuron === neuron)).toBe(true);
      expect(Math.hypot(other.functions[0] - gx, other.functions[1] - gy)).toBeCloseTo(jump, 9);
    }
  });

  it('are unknown outside of the view', () => {
    expect(regionDetails(locator, small, jumps, 1.5, 0.5)).toBeNull();
  });
});
