import { expect, test } from 'vitest';
import { encodeNpyFloat32, encodeNpyUint64 } from '../../../experiments/formats/npy.ts';

/** Header text of a version 1.0 file and where its data begins. */
function headerOf(bytes: Uint8Array): { text: string; offset: number } {
  expect([...bytes.subarray(0, 8)]).toEqual([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
  const offset = 10 + (bytes[8] | (bytes[9] << 8));
  return { text: new TextDecoder().decode(bytes.subarray(10, offset)), offset };
}

test('float32 values follow a padded header', () => {
  const bytes = encodeNpyFloat32(Float32Array.from([0, 1, -2.5, 0.1, NaN, 6]), [2, 3]);
  const { text, offset } = headerOf(bytes);
  expect(text.trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");
  expect(text.endsWith(' \n')).toBe(true);
  expect(offset % 64).toBe(0);
  expect(bytes.length).toBe(offset + 24);
  expect([...bytes.subarray(offset + 4, offset + 12)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0]);
});

test('one-dimensional shapes are Python tuples', () => {
  expect(headerOf(encodeNpyFloat32(new Float32Array(3), [3])).text).toContain("'shape': (3,)");
});

test('hash pairs become little-endian uint64, the first lane low', () => {
  const bytes = encodeNpyUint64(Uint32Array.from([0x04030201, 0x08070605, 0xffffffff, 0]), [1, 2]);
  const { text, offset } = headerOf(bytes);
  expect(text).toContain("'descr': '<u8'");
  expect([...bytes.subarray(offset)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 255, 255, 255, 255, 0, 0, 0, 0]);
});

test('values that do not fill the shape are refused', () => {
  expect(() => encodeNpyFloat32(new Float32Array(5), [2, 3])).toThrow('has 6 elements, not 5');
  expect(() => encodeNpyUint64(new Uint32Array(2), [2])).toThrow('has 2 elements, not 1');
});
