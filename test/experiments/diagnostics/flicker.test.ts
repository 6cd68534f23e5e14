import { describe, expect, it } from 'vitest';
import { flickerParts } from '../../../experiments/diagnostics/flicker.ts';
import { parameterCount, type Network } from '../../../experiments/network/shape.ts';

/** One hidden neuron, relu(w x + c), times v, plus d. */
function neuron(w: number, c: number, v: number, d: number, slope = 0): Network {
  return {
    shape: { hidden: [1], outputs: 1 },
    slope,
    parameters: Float32Array.of(w, 0, c, v, d),
    output: 'affine',
  };
}

const random = (seed: number): Network => {
  const shape = { hidden: [5, 7, 4], outputs: 2 };
  const parameters = Float32Array.from({ length: parameterCount(shape) }, (_, at) =>
    Math.sin(12.9898 * (at + 1) + 78.233 * seed),
  );
  return { shape, slope: 0.01, parameters, output: 'sigmoid' };
};

describe('flicker', () => {
  it('is nothing where nothing changed', () => {
    const parts = flickerParts(random(1), random(1), 9);
    expect(parts).toMatchObject({ linear: 0, geometry: 0, change: 0 });
    expect(Array.from(parts.flipped)).toEqual([0, 0, 0]);
  });

  it('is linear where no gate flips', () => {
    // The crease stays at x = 1/2; twice the slope on the right half, points at 5/8 and 7/8: rms of 1/8 and 3/8 over all.
    const parts = flickerParts(neuron(1, -0.5, 1, 0), neuron(1, -0.5, 2, 0), 4);
    expect(parts.linear).toBeCloseTo(Math.sqrt((1 / 64 + 9 / 64) / 4), 12);
    expect(parts.geometry).toBe(0);
    expect(parts.change).toBe(parts.linear);
    expect(Array.from(parts.flipped)).toEqual([0]);
  });

  it('splits what a crease does that moves', () => {
    // From relu(x - 1/2) to relu(x - 3/4): with the old gates the points 5/8, 7/8 fall by 1/4; the gate at 5/8 closes,
    // which lifts it from -1/8 back to 0.
    const parts = flickerParts(neuron(1, -0.5, 1, 0), neuron(1, -0.75, 1, 0), 4);
    expect(parts.linear).toBeCloseTo(Math.sqrt((2 * (1 / 16)) / 4), 12);
    expect(parts.geometry).toBeCloseTo(Math.sqrt(1 / 64 / 4), 12);
    expect(parts.change).toBeCloseTo(Math.sqrt((1 / 64 + 1 / 16) / 4), 12);
    expect(Array.from(parts.flipped)).toEqual([0.25]);
  });

  it('counts gates by their layer, and both parts make up the change', () => {
    const [before, after] = [random(1), random(1)];
    const biasOfSecond = 5 * 3 + 5 * 7;
    for (let row = 0; row < 7; row++) after.parameters[biasOfSecond + row] -= 0.5;
    const { linear, geometry, change, flipped } = flickerParts(before, after, 11);
    expect(flipped).toHaveLength(3);
    expect(flipped[0]).toBe(0);
    expect(flipped[1]).toBeGreaterThan(0);
    expect(change).toBeGreaterThan(0);
    expect(change).toBeLessThanOrEqual(linear + geometry);
    expect(change).toBeGreaterThanOrEqual(Math.abs(linear - geometry));
  });

  it('refuses networks of different shapes', () => {
    expect(() => flickerParts(random(1), neuron(1, 0, 1, 0), 4)).toThrow(RangeError);
  });
});
