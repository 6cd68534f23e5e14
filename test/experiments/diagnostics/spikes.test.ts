import { describe, expect, it } from 'vitest';
import { flickerParts } from '../../../experiments/diagnostics/flicker.ts';
import { nullParts } from '../../../experiments/diagnostics/flicker-null.ts';
import { quietSteps, spikesOf, spread } from '../../../experiments/diagnostics/spikes.ts';
import { initialParameters } from '../../../experiments/network/initialization.ts';
import { layoutFromShape, type Network } from '../../../experiments/network/shape.ts';
import { flickerValues } from '../../../experiments/sweeps/flicker-values.ts';

/** A falling loss with a little saw, and jumps that decay at these steps. */
function series(length: number, spikes: readonly number[]): Float64Array {
  const losses = Float64Array.from({ length }, (_, at) => 1 + 1 / (at + 1) + (at % 2) * 1e-6);
  for (const at of spikes)
    for (let step = 0; step < 10 && at + step < length; step++) losses[at + step]! += 20 / (step + 1);
  return losses;
}

describe('spikes of a loss', () => {
  it('are jumps beyond five medians, a hundred steps apart, with the local minimum before them', () => {
    const losses = series(1000, [200, 260, 500, 985]);
    // 260 comes within a hundred steps of 200; 985 is not followed to its end.
    expect(spikesOf(losses)).toEqual([
      { step: 200, base: 199 },
      { step: 500, base: 499 },
    ]);
    expect(spikesOf(series(1000, []))).toEqual([]);
    expect(spikesOf(series(1000, [20]))).toEqual([]);
  });

  it('need a minimum within twelve steps', () => {
    const losses = series(400, []);
    for (let at = 180; at < 200; at++) losses[at] = 2 + 0.01 * at;
    for (let at = 200; at < 400; at++) losses[at] = 50;
    expect(spikesOf(losses)).toEqual([]);
  });

  it('leave quiet steps far from them', () => {
    const losses = series(1000, [500]);
    const quiet = quietSteps(losses, 6);
    expect(quiet).toHaveLength(6);
    expect(quiet.every((step) => step >= 150 && step < 976 && Math.abs(step - 500) >= 150)).toBe(true);
    expect([quiet[0], quiet.at(-1)]).toEqual([150, 975]);
    expect(spread([1, 2, 3, 4, 5], 3)).toEqual([1, 3, 5]);
  });
});

const shape = { hidden: [9, 9], outputs: 1 };
const before: Network = {
  shape,
  slope: 0.01,
  parameters: initialParameters(shape, 'he-normal', 2),
  output: 'affine',
};
const moved = (from: number, by: number): Network => ({
  ...before,
  parameters: before.parameters.map((value, at) => (at >= from ? value + by * Math.sin(at) : value)),
});

describe('random directions beside a change', () => {
  it('have its linear part, and its lengths by layer up to one factor', () => {
    const after = moved(0, 0.05);
    const { linear } = flickerParts(before, after, 16);
    const [first, second] = [0, 1].map((index) => nullParts(before, after, linear, 16, 7, index));
    for (const found of [first, second]) {
      expect(Math.abs(found!.parts.linear / linear - 1)).toBeLessThan(1e-3);
      expect(found!.length).toBeGreaterThan(0);
    }
    expect(first!.parts.geometry).not.toBe(second!.parts.geometry);
    expect(nullParts(before, after, linear, 16, 7, 0)).toEqual(first);
  });

  it('stay where a layer stays: without a changed gate there is no geometry', () => {
    const last = layoutFromShape(shape).at(-1)!;
    const after = moved(last.weightOffset, 0.1);
    const parts = flickerParts(before, after, 16);
    expect(parts.geometry).toBe(0);
    expect(nullParts(before, after, parts.linear, 16, 1, 0)!.parts.geometry).toBe(0);
    expect(flickerParts(before, moved(0, 0.3), 16).geometry).toBeGreaterThan(0);
  });
});

describe('measures of spikes', () => {
  it('count half times, and hold a change along a random direction for one', async () => {
    const losses = series(1200, [300, 600, 900]);
    // Every change is a step further along one direction: linear grows with the steps, geometry faster.
    const networksFrom = (_: number, count: number) =>
      Promise.resolve(Array.from({ length: count + 1 }, (__, at) => moved(0, 0.01 * at)));
    const told = await flickerValues({ losses, seed: 3, networksFrom });
    expect(told.spikes).toBe(3);
    expect(told.linearFirst! + told.linearTogether! + told.linearLater!).toBe(3);
    const parts = Array.from({ length: 24 }, (_, at) => flickerParts(before, moved(0, 0.01 * (at + 1)), 32));
    const halfTime = (of: 'linear' | 'geometry') => {
      const most = Math.max(...parts.map((part) => part[of]));
      return 1 + parts.findIndex((part) => 2 * part[of] >= most);
    };
    const times = [halfTime('linear'), halfTime('geometry')];
    expect([told.linearHalfTime, told.geometryHalfTime]).toEqual(times);
    expect(told.linearFirst).toBe(times[0]! < times[1]! ? 3 : 0);
    const peak = flickerParts(before, moved(0, 0.01), 32);
    expect(told.linearOverGeometry).toBeCloseTo(peak.linear / peak.geometry, 9);
    const quiet = flickerParts(before, moved(0, 0.08), 32);
    expect(told.quietLinearOverGeometry).toBeCloseTo(quiet.linear / quiet.geometry, 9);
    expect(told.flipsOverNull!).toBeGreaterThan(0.2);
    expect(told.flipsOverNull!).toBeLessThan(5);
    const none = await flickerValues({ losses: series(1000, []), seed: 3, networksFrom });
    expect([none.spikes, none.linearFirst, none.geometryOverNull]).toEqual([0, 0, null]);
  });
});
