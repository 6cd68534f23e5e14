import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  dtypeOf,
  packPlanes,
  packedBytes,
  unpackPlanes,
  type NumberArray,
} from '../../../experiments/records/byte-planes.ts';
import { numbersFrom, sampleWeights } from './sample-records.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';

function bytesOf(values: NumberArray): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function roundTrip(values: NumberArray): NumberArray {
  return unpackPlanes(dtypeOf(values), values.length, packPlanes(values));
}

test('every bit of every dtype comes back, NaN payloads and -0 included', () => {
  const bits = fc.uint8Array({ minLength: 0, maxLength: 1600 });
  fc.assert(
    fc.property(bits, fc.constantFrom(1, 4, -4, 8), (bytes, width) => {
      const size = Math.floor(bytes.length / Math.abs(width));
      const { buffer } = bytes.slice();
      const values =
        width === 1
          ? new Uint8Array(buffer)
          : width === 4
            ? new Float32Array(buffer, 0, size)
            : width === -4
              ? new Uint32Array(buffer, 0, size)
              : new Float64Array(buffer, 0, size);
      expect(bytesOf(roundTrip(values))).toEqual(bytesOf(values));
    }),
    { numRuns: fuzzRuns(300) },
  );
});

test('arrays that are views into a larger buffer are packed from where they begin', () => {
  const all = sampleWeights(300, 9);
  const part = all.subarray(100, 250);
  expect(roundTrip(part)).toEqual(part.slice());
});

test('weights lose about an eighth of their size, and zeros nearly all of it', () => {
  const next = numbersFrom(3);
  // Roughly normal: the sum of twelve uniform numbers (Irwin-Hall).
  const normal = Float32Array.from({ length: 27_091 }, () => {
    let sum = -6;
    for (let term = 0; term < 12; term++) sum += next() / 2 ** 32;
    return 0.26 * sum;
  });
  expect(packPlanes(normal).bytes.length / normal.byteLength).toBeLessThan(0.88);
  expect(packPlanes(new Float32Array(27_091)).bytes.length).toBeLessThan(1000);
});

test('random bits are stored as they are, without growing', () => {
  const next = numbersFrom(4);
  const values = Uint32Array.from({ length: 5000 }, () => next());
  const packed = packPlanes(values);
  expect(packed.deflated).toEqual([]);
  expect(packed.bytes.length).toBe(values.byteLength);
});

test('planes that contradict their lengths are refused', () => {
  const values = sampleWeights(500, 1);
  const packed = packPlanes(values);
  expect(packed.deflated.length).toBeGreaterThan(0);
  const refuse = (length: number, deflated: readonly number[], bytes: Uint8Array, code: string): void =>
    expect(() => unpackPlanes('f32', length, { deflated, bytes })).toThrow(expect.objectContaining({ code }));
  refuse(500, packed.deflated, packed.bytes.subarray(1), 'truncated');
  refuse(
    499,
    packed.deflated,
    packed.bytes.subarray(0, packedBytes('f32', 499, packed.deflated)),
    'malformed',
  );
  refuse(501, packed.deflated, new Uint8Array(packedBytes('f32', 501, packed.deflated)), 'malformed');
  refuse(500, [1, 1, 1, 1, 1], new Uint8Array(5), 'malformed');
  refuse(2 ** 40, [], new Uint8Array(0), 'too-large');
});

test('a deflated plane longer than the array is refused, not cut off', () => {
  const { deflated, bytes } = packPlanes(new Uint8Array(2000));
  expect(() => unpackPlanes('u8', 1999, { deflated, bytes })).toThrow(
    expect.objectContaining({ code: 'malformed' }),
  );
  expect(() => unpackPlanes('u8', 2001, { deflated, bytes })).toThrow(
    expect.objectContaining({ code: 'malformed' }),
  );
});
