import { describe, expect, it } from 'vitest';
import { boundaryPlane, distinctCount, levelsFromValues } from '../../../experiments/engines/frame-planes.ts';
import { streamWords } from '../../../experiments/random/philox.ts';

const pairs = (...hashes: [number, number][]) => Uint32Array.from(hashes.flat());

describe('distinct hashes', () => {
  it('are counted as a set counts them, whichever lane differs', () => {
    const words = streamWords(5, 4, 0, 0, 40_000);
    for (const range of [1, 3, 500, 4_294_967_296]) {
      const hashes = words.map((word) => word % range);
      const set = new Set<string>();
      for (let at = 0; at < hashes.length; at += 2) set.add(`${hashes[at]} ${hashes[at + 1]}`);
      expect(distinctCount(hashes)).toBe(set.size);
    }
  });

  it('include the hash of no active neuron', () => {
    expect(distinctCount(pairs([0, 0], [0, 1], [1, 0], [0, 0], [1, 0]))).toBe(3);
    expect(distinctCount(new Uint32Array(0))).toBe(0);
  });

  it('do not take hashes whose lanes add up alike for equal', () => {
    const hashes = pairs(...Array.from({ length: 3000 }, (_, at): [number, number] => [at, 3000 - at]));
    expect(distinctCount(hashes)).toBe(3000);
  });
});

describe('boundary plane', () => {
  it('marks pixels that differ from their right or lower neighbour, in either lane', () => {
    // 3 x 3: a a b / a a b / c c c, where b and c differ from a in one lane each
    const a: [number, number] = [7, 9];
    const b: [number, number] = [7, 8];
    const c: [number, number] = [6, 9];
    const plane = boundaryPlane(pairs(a, a, b, a, a, b, c, c, c), 3, 3);
    // 0 1 0 / 1 1 1 / 0 0 0
    expect([...plane.bits]).toEqual([0b01011100, 0]);
    expect(plane.share).toBe(4 / 9);
  });

  it('does not compare the end of a row with the start of the next', () => {
    const plane = boundaryPlane(pairs([1, 1], [2, 2], [2, 2], [2, 2]), 2, 2);
    expect([...plane.bits]).toEqual([0b10000000]);
  });

  it('refuses hashes that do not fill the frame', () => {
    expect(() => boundaryPlane(new Uint32Array(6), 2, 2)).toThrow(RangeError);
  });
});

describe('preview', () => {
  it('keeps values as clamped 8-bit levels', () => {
    expect([...levelsFromValues(Float32Array.of(-1, 0, 0.5, 0.1, 1, 1.7, NaN, Infinity))]).toEqual([
      0, 0, 128, 26, 255, 255, 0, 255,
    ]);
  });
});
