import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  orderByKey,
  orderEnds,
  permutationOrder,
  type OrderEnds,
} from '../../../experiments/random/permutation.ts';
import { streamIds, streamWords } from '../../../experiments/random/philox.ts';

describe('orderByKey', () => {
  it('sorts by key and, where keys are equal, by index', () => {
    const key = fc.oneof(
      fc.nat(3),
      fc.nat(0xffffffff),
      fc.constantFrom(0, 0x7fffffff, 0x80000000, 0xffffffff),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 300 }), (keys) => {
        const expected = keys.map((_, index) => index).sort((a, b) => keys[a] - keys[b] || a - b);
        expect([...orderByKey(Uint32Array.from(keys))]).toEqual(expected);
      }),
    );
  });
});

/** The ends of the order of these keys, handed over as they are asked for. */
function endsOf(keys: Uint32Array, first: number, last: number): OrderEnds {
  const ends = orderEnds(keys.length, first, last);
  for (let next = ends.next(); ;) {
    if (next.done === true) return next.value;
    const { atMost, atLeast } = next.value;
    const pairs = [...keys].flatMap((key, index) => (key <= atMost || key >= atLeast ? [key, index] : []));
    next = ends.next(Uint32Array.from(pairs));
  }
}

describe('orderEnds', () => {
  it('are the ends of the whole order, whatever lies between them', () => {
    const key = fc.oneof(fc.nat(3), fc.nat(0xffffffff), fc.constantFrom(0x7fffffff, 0x80000000, 0xffffffff));
    const cases = fc
      .array(key, { minLength: 1, maxLength: 300 })
      .chain((keys) =>
        fc
          .nat(keys.length)
          .chain((first) =>
            fc.nat(keys.length - first).map((last) => ({ keys: Uint32Array.from(keys), first, last })),
          ),
      );
    fc.assert(
      fc.property(cases, ({ keys, first, last }) => {
        const order = orderByKey(keys);
        expect(endsOf(keys, first, last)).toEqual({
          first: order.slice(0, first),
          last: order.slice(keys.length - last),
        });
      }),
    );
  });

  it('are those of a whole picture', () => {
    const keys = streamWords(1, streamIds.data, 0, 0, 1 << 20);
    const order = orderByKey(keys);
    expect(endsOf(keys, 5050, 1000)).toEqual({ first: order.slice(0, 5050), last: order.slice(-1000) });
  });

  it('are right where nearly all keys lie at one end, which no bound expects', () => {
    const keys = streamWords(2, streamIds.data, 0, 0, 200_000).map((key) => key >>> 20);
    const order = orderByKey(keys);
    for (const last of [0, 1, 150_000])
      expect(endsOf(keys, 300, last)).toEqual({
        first: order.slice(0, 300),
        last: order.slice(keys.length - last),
      });
  });
});

describe('permutationOrder', () => {
  it('orders indices by the words of the stream', () => {
    const words = streamWords(3, streamIds.shuffle, 17, 0, 1000);
    expect(permutationOrder(3, streamIds.shuffle, 17, 1000)).toEqual(orderByKey(words));
  });

  it('is a permutation of every length', () => {
    for (const count of [0, 1, 2, 63, 64, 65, 1000]) {
      const order = permutationOrder(5, streamIds.data, 0, count);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
    }
  });

  it('puts every index at every place about equally often', () => {
    const size = 6;
    const draws = 6000;
    const counts = new Float64Array(size * size);
    for (let draw = 0; draw < draws; draw++) {
      permutationOrder(1, streamIds.shuffle, draw, size).forEach(
        (value, place) => (counts[place * size + value] += 1),
      );
    }
    const expected = draws / size;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // (size - 1)^2 = 25 degrees of freedom: 60 is exceeded once in ten thousand
    expect(chiSquare).toBeLessThan(60);
  });

  it('has kept its first values', () => {
    expect([...permutationOrder(1, streamIds.data, 0, 1024 * 1024).subarray(0, 4)]).toMatchInlineSnapshot(`
      [
        856780,
        497926,
        1019513,
        614930,
      ]
    `);
  });
});
