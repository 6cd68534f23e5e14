/** Float32 numbers as little-endian bytes, whatever the machine. */

/** 4 bytes a number. */
export function floatBytes(numbers: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * numbers.length);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, at) => view.setFloat32(4 * at, number, true));
  return bytes;
}

/** `count` numbers from `offset` bytes on. Throws RangeError where the bytes end before. */
export function floatsFromBytes(bytes: Uint8Array, offset: number, count: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: count }, (_, at) => view.getFloat32(offset + 4 * at, true));
}
