import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  maybeRegionCounts,
  regionCountsCsv,
  spreadOrder,
  type RegionCount,
} from '../../../experiments/polytopes/region-counts.ts';
import { digestedText } from '../../../experiments/records/digested-text.ts';

const whole = fc.nat(1e9);
const size = fc.double({ min: 0, max: 1e9, noNaN: true });
const counts: fc.Arbitrary<RegionCount[]> = fc.uniqueArray(
  fc.record({
    epoch: whole,
    regions: whole,
    vertices: whole,
    edges: whole,
    dirichlet: size,
    levelSetLength: size,
  }),
  { selector: ({ epoch }) => epoch },
);

describe('the table of region counts', () => {
  it('gives back what was written, by ascending epochs', () => {
    fc.assert(
      fc.property(counts, (list) => {
        const sorted = [...list].sort((a, b) => a.epoch - b.epoch);
        // A zero has no sign in a text.
        expect(maybeRegionCounts(regionCountsCsv(list))).toEqual(
          sorted.map((count) => ({
            ...count,
            dirichlet: count.dirichlet + 0,
            levelSetLength: count.levelSetLength + 0,
          })),
        );
      }),
    );
  });

  it('is nothing where a line is broken, whatever the text', () => {
    const text = regionCountsCsv([
      { epoch: 0, regions: 5, vertices: 6, edges: 10, dirichlet: 0.5, levelSetLength: 0 },
      { epoch: 7, regions: 5, vertices: 6, edges: 10, dirichlet: 0.5, levelSetLength: 1 },
    ]);
    expect(maybeRegionCounts(text)?.length).toBe(2);
    const body = text.slice(text.indexOf('\n') + 1);
    const closed = (changed: string): string => digestedText('creasebook regions 1', changed);
    expect(maybeRegionCounts(closed(body))?.length).toBe(2);
    expect(maybeRegionCounts(closed(body.replace('7,5', '0,5')))).toBeNull();
    expect(maybeRegionCounts(closed(body.replace('7,5', '7,-5')))).toBeNull();
    expect(maybeRegionCounts(closed(body.slice(0, -8)))).toBeNull();
    expect(maybeRegionCounts(closed(body.replace('regions', 'count')))).toBeNull();
    expect(maybeRegionCounts(text.replace('7,5', '7,4'))).toBeNull();
    expect(maybeRegionCounts(body)).toBeNull();
    fc.assert(fc.property(fc.string(), (any) => maybeRegionCounts(any) === null));
  });
});

describe('the order of counting', () => {
  it('names every number once and begins with the ends and the middle', () => {
    expect(spreadOrder(0)).toEqual([]);
    expect(spreadOrder(1)).toEqual([0]);
    expect(spreadOrder(9)).toEqual([0, 8, 4, 2, 6, 1, 3, 5, 7]);
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 400 }), (count) => {
        expect([...spreadOrder(count)].sort((a, b) => a - b)).toEqual(
          Array.from({ length: count }, (_, at) => at),
        );
      }),
    );
  });
});
