import { describe, expect, it } from 'vitest';
import { initializationNames, initialParameters } from '../../../experiments/network/initialization.ts';
import { layoutFromShape, type Shape } from '../../../experiments/network/shape.ts';
import { normalVariates } from '../../../experiments/random/normal.ts';
import { streamIds } from '../../../experiments/random/philox.ts';

const shape: Shape = { hidden: [100, 100, 50], outputs: 3 };
const layout = layoutFromShape(shape);

function moments(values: Float32Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { mean, variance, largest };
}

function partsOf(parameters: Float32Array) {
  return layout.map(({ weightOffset, biasOffset, inputs, outputs }) => ({
    inputs,
    weights: parameters.subarray(weightOffset, biasOffset),
    biases: parameters.subarray(biasOffset, biasOffset + outputs),
  }));
}

describe('initialParameters', () => {
  it('draws He-normal weights with variance 2 / fan-in and sets all biases to 0.1, those of the output layer too', () => {
    for (const { inputs, weights, biases } of partsOf(initialParameters(shape, 'he-normal', 1))) {
      const { mean, variance } = moments(weights);
      expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(2 / inputs / weights.length));
      expect(Math.abs((variance * inputs) / 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / weights.length));
      expect(new Set(biases)).toEqual(new Set([Math.fround(0.1)]));
    }
  });

  it('draws He-uniform weights up to sqrt(6 / fan-in), which have the same variance', () => {
    for (const { inputs, weights, biases } of partsOf(initialParameters(shape, 'he-uniform', 1))) {
      const { variance, largest } = moments(weights);
      const bound = Math.fround(Math.sqrt(6 / inputs));
      expect(largest).toBeLessThanOrEqual(bound);
      expect(largest).toBeGreaterThan(0.95 * bound);
      expect(Math.abs((variance * inputs) / 2 - 1)).toBeLessThan(5 * Math.sqrt(0.8 / weights.length));
      expect(new Set(biases)).toEqual(new Set([Math.fround(0.1)]));
    }
  });

  it("draws PyTorch's weights and biases up to 1 / sqrt(fan-in)", () => {
    for (const { inputs, weights, biases } of partsOf(initialParameters(shape, 'pytorch', 1))) {
      const bound = Math.fround(1 / Math.sqrt(inputs));
      for (const part of [weights, biases]) expect(moments(part).largest).toBeLessThanOrEqual(bound);
      expect(moments(weights).largest).toBeGreaterThan(0.95 * bound);
      expect(new Set(biases).size).toBe(biases.length);
    }
  });

  it('draws Hanin and Rolnick biases with variance 1e-6', () => {
    const parts = partsOf(initialParameters(shape, 'hanin-rolnick', 1));
    const biases = Float32Array.from(parts.flatMap((part) => [...part.biases]));
    expect(Math.abs(moments(biases).variance / 1e-6 - 1)).toBeLessThan(5 * Math.sqrt(2 / biases.length));
    const { weights, inputs } = parts[1];
    expect(Math.abs((moments(weights).variance * inputs) / 2 - 1)).toBeLessThan(
      5 * Math.sqrt(2 / weights.length),
    );
  });

  it('takes parameter i from position i of the init stream', () => {
    const parameters = initialParameters(shape, 'he-normal', 7);
    const { weightOffset, inputs } = layout[2];
    const [normal] = normalVariates(7, streamIds.init, 0, weightOffset + 5, 1);
    expect(parameters[weightOffset + 5]).toBe(Math.fround(Math.sqrt(2 / inputs) * normal));
    // Weights are the same whether or not biases are drawn.
    expect(partsOf(initialParameters(shape, 'hanin-rolnick', 7))[2].weights).toEqual(
      partsOf(parameters)[2].weights,
    );
  });

  it('differs between seeds and is finite everywhere', () => {
    for (const name of initializationNames) {
      const first = initialParameters(shape, name, 1);
      expect(first.every(Number.isFinite)).toBe(true);
      expect(initialParameters(shape, name, 1)).toEqual(first);
      expect(initialParameters(shape, name, 2)).not.toEqual(first);
    }
  });

  it('has kept its values for the shape of the original experiments', () => {
    const hidden = new Array<number>(30).fill(30);
    const parameters = initialParameters({ hidden, outputs: 1 }, 'he-normal', 1);
    expect(parameters.length).toBe(27_091);
    expect([...parameters.subarray(0, 2), ...parameters.subarray(27_000, 27_002)]).toMatchInlineSnapshot(`
      [
        0.33735576272010803,
        0.9640345573425293,
        -0.06734523922204971,
        0.10874950885772705,
      ]
    `);
  });
});

describe('a network of more parameters than any engine computes', () => {
  it('is refused in words before memory is asked for', () => {
    const huge: Shape = { hidden: Array<number>(20).fill(65536), outputs: 1 };
    expect(() => initialParameters(huge, 'he-normal', 1)).toThrow(
      'A network must have at most 268435456 parameters, not 81605885953.',
    );
  });
});
