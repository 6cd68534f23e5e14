import { describe, expect, it } from 'vitest';
import { normalQuantile, normalVariates, uniformVariates } from '../../../experiments/random/normal.ts';
import { streamIds, streamWords } from '../../../experiments/random/philox.ts';

/** The quantile of a probability in (0, 1). */
function quantile(probability: number): number {
  return normalQuantile(probability - 0.5, probability < 0.5 ? probability : 1 - probability);
}

describe('normalQuantile', () => {
  // Wichura (1988), table of PPND16's test values; the others from tables of the normal distribution
  it.each([
    [0.25, -0.6744897501960817],
    [0.001, -3.090232306167813],
    [1e-20, -9.26234008979841],
    [0.975, 1.959963984540054],
    [0.5, 0],
  ])('of %f is %f', (probability, expected) => {
    expect(Math.abs(quantile(probability) - expected)).toBeLessThanOrEqual(
      1e-15 * Math.max(1, 4 * Math.abs(expected)),
    );
  });
});

describe('uniformVariates', () => {
  it('takes 53 bits from words 2i and 2i + 1', () => {
    const words = streamWords(4, streamIds.probe, 2, 0, 20);
    const expected = Array.from({ length: 10 }, (_, index) => {
      const bits = (BigInt(words[2 * index]) << 32n) | BigInt(words[2 * index + 1]);
      // the lowest five bits of the first and six of the second word are not used
      const used = ((bits >> 37n) << 26n) | ((bits & 0xffffffffn) >> 6n);
      return Number(used) / 2 ** 53;
    });
    expect([...uniformVariates(4, streamIds.probe, 2, 0, 10)]).toEqual(expected);
  });

  it('gives the same values whatever piece is asked for', () => {
    const whole = uniformVariates(4, streamIds.probe, 0, 0, 50);
    expect(uniformVariates(4, streamIds.probe, 0, 13, 20)).toEqual(whole.slice(13, 33));
  });

  it('fills the unit interval evenly', () => {
    const count = 200_000;
    const bins = new Float64Array(50);
    for (const value of uniformVariates(8, streamIds.init, 0, 0, count)) bins[Math.floor(value * 50)] += 1;
    const chiSquare = bins.reduce((sum, size) => sum + (size - count / 50) ** 2 / (count / 50), 0);
    // 49 degrees of freedom: 95 is exceeded once in ten thousand
    expect(chiSquare).toBeLessThan(95);
  });
});

describe('normalVariates', () => {
  const count = 200_000;
  const values = normalVariates(8, streamIds.init, 0, 0, count);

  it('has the moments of the standard normal distribution', () => {
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / count;
    // within five standard errors
    expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / count));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / count));
  });

  it('is the quantile of the uniform of the same words', () => {
    const uniforms = uniformVariates(8, streamIds.init, 0, 0, 1000);
    uniforms.forEach((uniform, index) => {
      expect(values[index]).toBeCloseTo(quantile(uniform + 2 ** -54), 12);
    });
  });

  it('gives the same values whatever piece is asked for', () => {
    expect(normalVariates(8, streamIds.init, 0, 77, 20)).toEqual(values.slice(77, 97));
  });

  it('has kept its first values', () => {
    expect([...values.subarray(0, 3)]).toMatchInlineSnapshot(`
      [
        -0.21458118929950515,
        0.9665845901487979,
        0.5128423121825366,
      ]
    `);
  });
});
