import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { angleOf, arctangent, cosine, largestAngle, sine } from '../../../experiments/random/angles.ts';

/** Difference in units of the last place of the expected value. */
function ulps(found: number, expected: number): number {
  return found === expected ? 0 : Math.abs(found - expected) / (Math.abs(expected) * 2 ** -52);
}

const angle = fc.oneof(
  fc.double({ min: -8, max: 8, noNaN: true }),
  fc.double({ min: -largestAngle, max: largestAngle, noNaN: true }),
  // next to multiples of a quarter turn, where digits cancel
  fc.integer({ min: -524_000, max: 524_000 }).map((quarters) => quarters * (Math.PI / 2)),
);
const number = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('sines and angles', () => {
  it('takes sines and cosines to within an ulp of the host', () => {
    fc.assert(
      fc.property(angle, (x) => {
        expect(ulps(sine(x), Math.sin(x))).toBeLessThan(1.5);
        expect(ulps(cosine(x), Math.cos(x))).toBeLessThan(1.5);
      }),
      { numRuns: 3000 },
    );
    expect([sine(0), cosine(0)]).toEqual([0, 1]);
    expect([sine(2 * largestAngle), cosine(Infinity), sine(NaN)]).toEqual([NaN, NaN, NaN]);
  });

  it('takes angles to within an ulp of the host, in all quarters', () => {
    fc.assert(
      fc.property(number, number, (x, y) => {
        expect(ulps(arctangent(x), Math.atan(x))).toBeLessThan(1.5);
        if (Number.isFinite(y / x)) expect(ulps(angleOf(y, x), Math.atan2(y, x))).toBeLessThan(1.5);
      }),
      { numRuns: 3000 },
    );
    const corners = [-1, -0, 0, 1].flatMap((y) => [-1, -0, 0, 1].map((x) => [y, x] as const));
    for (const [y, x] of corners) expect(angleOf(y, x)).toBe(Math.atan2(y, x));
  });
});
