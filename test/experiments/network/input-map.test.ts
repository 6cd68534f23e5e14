import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  inputMapText,
  mappedCoordinate,
  mappedCoordinates,
  mappedSlope,
  maybeInputMap,
  type InputMap,
} from '../../../experiments/network/input-map.ts';
import { foldStrips } from '../../../experiments/network/map-strips.ts';

const fold: InputMap = { kind: 'fold', axis: 'x', period: 0.25, phase: 0.25 };
const maps = fc.record({
  kind: fc.constantFrom('fold' as const, 'sine' as const),
  axis: fc.constantFrom('x' as const, 'y' as const),
  period: fc.double({ min: 0.05, max: 3, noNaN: true }),
  phase: fc.double({ min: 0, max: 2, noNaN: true }),
});

describe('maps of a coordinate', () => {
  it('fold at half turns, and bend with their tops at the folds', () => {
    // Turns 0.25, 0.5, 0.75, 1 at 0, 1/16, 2/16, 3/16.
    expect([0, 1 / 16, 2 / 16, 3 / 16].map((x) => mappedCoordinate(fold, x))).toEqual([0.5, 0, 0.5, 1]);
    const sine = { ...fold, kind: 'sine' as const };
    for (let x = 0; x < 1; x += 1 / 64)
      expect(mappedCoordinate(sine, x)).toBeCloseTo(0.5 + 0.5 * Math.sin(2 * Math.PI * (4 * x)), 12);
  });

  it('repeat after a period, stay from 0 to 1, and have the slope of their differences', () => {
    fc.assert(
      fc.property(maps, fc.double({ min: -2, max: 2, noNaN: true }), (map, x) => {
        const value = mappedCoordinate(map, x);
        expect(value).toBeGreaterThanOrEqual(-1e-12);
        expect(value).toBeLessThanOrEqual(1 + 1e-12);
        expect(mappedCoordinate(map, x + map.period)).toBeCloseTo(value, 9);
        const part = 2 * (x / map.period + map.phase);
        fc.pre(Math.abs(part - Math.round(part)) > 1e-3);
        const step = 1e-6 * map.period;
        const slope = (mappedCoordinate(map, x + step) - mappedCoordinate(map, x - step)) / (2 * step);
        expect(mappedSlope(map, x) * map.period).toBeCloseTo(slope * map.period, 4);
      }),
    );
  });

  it('map one column of points', () => {
    const points = Float32Array.of(0.125, 0.3, 0.5, 0.6);
    expect([...mappedCoordinates(fold, points)]).toEqual([0.5, Math.fround(0.3), 0.5, Math.fround(0.6)]);
    expect(mappedCoordinates(undefined, points)).toBe(points);
  });

  it('are read as they are written', () => {
    expect(maybeInputMap('plain')).toBeNull();
    expect(maybeInputMap('fold 1/4 + 1/4')).toEqual(fold);
    expect(maybeInputMap('sine y 0.2 + 0')).toEqual({ kind: 'sine', axis: 'y', period: 0.2, phase: 0 });
    for (const text of ['fold', 'fold 0 + 0', 'fold 1/0 + 0', 'bend 1 + 0', 'fold z 1 + 0', 'fold -1 + 0'])
      expect(maybeInputMap(text)).toBeUndefined();
    expect(maybeInputMap(inputMapText(fold))).toEqual(fold);
  });
});

describe('strips between folds', () => {
  it('cover the view, are affine and end on fold lines', () => {
    fc.assert(
      fc.property(
        maps,
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        (any, from, wide) => {
          const map = { ...any, kind: 'fold' as const };
          const strips = foldStrips(map, from, from + wide, 4096);
          expect([strips[0]!.from, strips.at(-1)!.to]).toEqual([from, from + wide]);
          strips.forEach((strip, at) => {
            if (at > 0)
              expect([strip.from, strip.mappedFrom]).toEqual([strips[at - 1]!.to, strips[at - 1]!.mappedTo]);
            expect(strip.to).toBeGreaterThan(strip.from);
            const middle = mappedCoordinate(map, (strip.from + strip.to) / 2);
            expect(middle).toBeCloseTo((strip.mappedFrom + strip.mappedTo) / 2, 9);
          });
        },
      ),
    );
  });

  it('are whole where lines fall on the ends of the view, and counted', () => {
    const strips = foldStrips({ ...fold, phase: 0 }, 0, 1, 100);
    expect(strips.map(({ mappedFrom, mappedTo }) => [mappedFrom, mappedTo])).toEqual(
      [0, 1, 2, 3].flatMap(() => [
        [1, 0],
        [0, 1],
      ]),
    );
    expect(() => foldStrips(fold, -1000, 1000, 4096)).toThrow('More than 4096 folds');
  });
});
