/** Floating-point numbers as files hold them, as float32. */

/** Widths that weights are stored in. */
export type FloatType = 'F64' | 'F32' | 'F16' | 'BF16';

/** Bytes of one number. */
export const floatBytes: Readonly<Record<FloatType, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2 };

/** Little-endian numbers as float32 (rounded to nearest where they were wider). */
export function float32FromData(data: Uint8Array, type: FloatType): Float32Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const size = floatBytes[type];
  const values = new Float32Array(data.byteLength / size);
  for (let at = 0; at < values.length; at++) values[at] = readValue(view, at * size, type);
  return values;
}

const bits = new DataView(new ArrayBuffer(4));

function readValue(view: DataView, offset: number, type: FloatType): number {
  switch (type) {
    case 'F64':
      return view.getFloat64(offset, true);
    case 'F32':
      return view.getFloat32(offset, true);
    case 'BF16':
      bits.setUint32(0, view.getUint16(offset, true) << 16);
      return bits.getFloat32(0);
    case 'F16':
      return float16(view.getUint16(offset, true));
  }
}

/** 2^-24, the smallest positive binary16. */
const smallestHalf = 5.9604644775390625e-8;

/** Value of an IEEE 754 binary16. */
function float16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * smallestHalf;
  bits.setUint32(0, ((half & 0x8000) << 16) | ((exponent + 112) << 23) | (fraction << 13));
  return bits.getFloat32(0);
}
