import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponential, logarithm } from '../../../experiments/random/elementary.ts';

/** Difference in units of the last place of the larger value, at least of 1e-300. */
function ulps(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  return Math.abs(a - b) / (Math.max(Math.abs(a), Math.abs(b), 1e-300) * 2 ** -52);
}

describe('elementary functions', () => {
  const positive = fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true });

  it('takes logarithms to within an ulp of the host', () => {
    fc.assert(
      fc.property(fc.oneof(positive, fc.double({ min: 0.4, max: 2.1, noNaN: true })), (x) => {
        expect(ulps(logarithm(x), Math.log(x))).toBeLessThan(1.5);
      }),
      { numRuns: 5000 },
    );
    expect([logarithm(1), logarithm(0), logarithm(Infinity)]).toEqual([0, -Infinity, Infinity]);
    expect([logarithm(-1), logarithm(NaN)]).toEqual([NaN, NaN]);
  });

  it('takes exponentials to within an ulp of the host', () => {
    fc.assert(
      fc.property(fc.double({ min: -708, max: 709.7, noNaN: true }), (x) => {
        expect(ulps(exponential(x), Math.exp(x))).toBeLessThan(1.5);
      }),
      { numRuns: 5000 },
    );
    expect([exponential(0), exponential(-1000), exponential(1000)]).toEqual([1, 0, Infinity]);
    expect(Math.abs(exponential(-740) - Math.exp(-740))).toBeLessThanOrEqual(5e-324);
    expect(exponential(NaN)).toBe(NaN);
  });
});
