import { describe, expect, it } from 'vitest';
import { streamIds, streamWords, writeBlock } from '../../../experiments/random/philox.ts';

const all = 0xffffffff;

type Words4 = readonly [number, number, number, number];

function philox4x32(counter: Words4, key: readonly [number, number]): Uint32Array {
  const out = new Uint32Array(4);
  writeBlock(...counter, ...key, out, 0);
  return out;
}

describe('a Philox block', () => {
  // kat_vectors of Random123 1.14, philox4x32 10
  it.each([
    { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
    {
      counter: [all, all, all, all],
      key: [all, all],
      words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ] as const)('gives the published block of counter $counter', ({ counter, key, words }) => {
    expect([...philox4x32(counter, key)]).toEqual([...words]);
  });
});

describe('streamWords', () => {
  it('is word p mod 4 of the block with counter (p / 4, high word, subsequence, 0) and key (seed, stream)', () => {
    const block = philox4x32([3, 0, 7, 0], [42, streamIds.shuffle]);
    expect([...streamWords(42, streamIds.shuffle, 7, 12, 4)]).toEqual([...block]);
    const far = philox4x32([5, 9, 7, 0], [42, streamIds.shuffle]);
    const position = 4 * (9 * 2 ** 32 + 5);
    expect([...streamWords(42, streamIds.shuffle, 7, position + 1, 2)]).toEqual([far[1], far[2]]);
  });

  it('gives the same words whatever piece of the stream is asked for', () => {
    const whole = streamWords(1, streamIds.data, 0, 0, 103);
    for (let start = 0; start < 9; start++) {
      for (const count of [0, 1, 2, 5, 94]) {
        expect(streamWords(1, streamIds.data, 0, start, count)).toEqual(whole.slice(start, start + count));
      }
    }
  });

  it('has different words for every seed, stream and subsequence', () => {
    const firstWords = new Set<string>();
    for (const seed of [0, 1, all]) {
      for (const stream of Object.values(streamIds)) {
        for (const subsequence of [0, 1, 2]) {
          firstWords.add(streamWords(seed, stream, subsequence, 0, 4).join());
        }
      }
    }
    expect(firstWords.size).toBe(9 * Object.keys(streamIds).length);
  });

  it('sets every bit in half of the words', () => {
    const count = 100_000;
    const words = streamWords(9, streamIds.probe, 0, 0, count);
    for (let bit = 0; bit < 32; bit++) {
      const ones = words.reduce((sum, word) => sum + ((word >>> bit) & 1), 0);
      // five standard deviations
      expect(Math.abs(ones - count / 2)).toBeLessThan(5 * Math.sqrt(count / 4));
    }
  });
});
