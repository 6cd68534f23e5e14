/** NumPy's .npy format, version 1.0 (NEP 1). */

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
const alignment = 64;

/** Bytes of a C-ordered float32 array of that shape. Throws RangeError where the values do not fill it. */
export function encodeNpyFloat32(values: Float32Array, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  return encodeNpy('<f4', shape, values.length, 4, (view, offset) => {
    for (let at = 0; at < values.length; at++) view.setFloat32(offset + 4 * at, values[at], true);
  });
}

/**
 * Bytes of a C-ordered uint64 array of that shape, from uint32 [n, 2]: low half, then high half, as frames hold their
 * hashes. Throws RangeError where the pairs do not fill it.
 */
export function encodeNpyUint64(pairs: Uint32Array, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  return encodeNpy('<u8', shape, pairs.length / 2, 8, (view, offset) => {
    for (let at = 0; at < pairs.length; at++) view.setUint32(offset + 4 * at, pairs[at], true);
  });
}

function encodeNpy(
  descriptor: string,
  shape: readonly number[],
  count: number,
  itemSize: number,
  write: (view: DataView, offset: number) => void,
): Uint8Array<ArrayBuffer> {
  const expected = shape.reduce((product, extent) => product * extent, 1);
  if (count !== expected) {
    throw new RangeError(`an array of shape (${shape.join(', ')}) has ${expected} elements, not ${count}`);
  }
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const prefix = magic.length + 2;
  const offset = Math.ceil((prefix + text.length + 1) / alignment) * alignment;
  const bytes = new Uint8Array(offset + count * itemSize);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint16(magic.length, offset - prefix, true);
  bytes.fill(0x20, prefix, offset - 1);
  for (let at = 0; at < text.length; at++) bytes[prefix + at] = text.charCodeAt(at);
  bytes[offset - 1] = 0x0a;
  write(view, offset);
  return bytes;
}
