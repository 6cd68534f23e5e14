/**
 * Lossless packing of number arrays. The bytes of all elements are sorted by significance into planes, most significant
 * plane first, and leading planes are deflated as long as that pays: the exponents of trained weights fill few of their
 * 256 values, the rest of a mantissa is noise. Float32 elements are first rotated left by one bit, so that the first
 * plane is exactly the exponent and the sign joins the mantissa.
 */
import { deflateSync } from 'fflate';
import { byteWork } from '../bytes/byte-work.ts';
import { concatenated } from '../bytes/concatenated.ts';
import { EntryError } from './entry-error.ts';

/** How elements are stored: little-endian numbers of 1, 2, 4 or 8 bytes, as NumPy and safetensors name them. */
export type Dtype = 'u8' | 'u32' | 'f32' | 'f64';

/** An array that records can hold. */
export type NumberArray = Uint8Array | Uint32Array | Float32Array | Float64Array;

/** Bytes per element, which is also the number of planes. */
export const dtypeBytes: Readonly<Record<Dtype, number>> = { u8: 1, u32: 4, f32: 4, f64: 8 };

/** Whether numbers in memory begin with their least significant byte. */
export const hostIsLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** A packed array: sizes of the leading planes that are deflated, and all planes one after another. */
export interface PackedPlanes {
  readonly deflated: readonly number[];
  readonly bytes: Uint8Array;
}

/** Below so many elements deflating is not tried. */
const worthwhileElements = 64;

/** More elements than any array of an entry has ([512]*100 has 26 million parameters). */
export const maxElements = 1 << 26;

/** Dtype of an array. */
export function dtypeOf(values: NumberArray): Dtype {
  if (values instanceof Float32Array) return 'f32';
  if (values instanceof Float64Array) return 'f64';
  return values instanceof Uint32Array ? 'u32' : 'u8';
}

/** Planes of `values`, packed. Every bit comes back, those of NaN and -0 included. */
export function packPlanes(values: NumberArray): PackedPlanes {
  const planes = planesFromValues(values);
  const deflated: number[] = [];
  const parts: Uint8Array[] = [];
  let pays = values.length >= worthwhileElements;
  for (const plane of planes) {
    pays = pays && !isNoise(plane);
    const small = pays ? deflateSync(plane, { level: 1 }) : plane;
    pays = pays && small.length < 0.98 * plane.length;
    if (pays) deflated.push(small.length);
    parts.push(pays ? small : plane);
  }
  return { deflated, bytes: concatenated(parts) };
}

/**
 * Whether the bytes of a plane are spread so evenly that deflating cannot pay: the chance that two of them are equal is
 * within 15 % of that of random bytes. Mantissas are; looking costs a tenth of trying.
 */
function isNoise(plane: Uint8Array): boolean {
  const counts = new Uint32Array(256);
  for (const byte of plane) counts[byte]++;
  let equalPairs = 0;
  for (const count of counts) equalPairs += count * (count - 1);
  return equalPairs * 256 < 1.15 * plane.length * (plane.length - 1);
}

/** Bytes that `length` packed elements take. */
export function packedBytes(dtype: Dtype, length: number, deflated: readonly number[]): number {
  return deflated.reduce((sum, size) => sum + size, 0) + (dtypeBytes[dtype] - deflated.length) * length;
}

/** Memory that the float32 arrays of one record after another are unpacked into: new memory costs more than the unpacking. */
export class PlaneMemory {
  readonly #arrays: Uint32Array<ArrayBuffer>[] = [];
  #next = 0;

  /** Lets the next record have the memory of the last one, whose arrays hold no longer. */
  reset(): void {
    this.#next = 0;
  }

  words(length: number): Uint32Array<ArrayBuffer> {
    const at = this.#next++;
    if ((this.#arrays[at]?.length ?? -1) < length) this.#arrays[at] = new Uint32Array(length);
    return this.#arrays[at].subarray(0, length);
  }
}

/**
 * Elements from their packed planes, float32 in `memory` where some is given. Throws EntryError 'malformed', 'too-large' or
 * 'truncated'.
 */
export function unpackPlanes(
  dtype: Dtype,
  length: number,
  packed: PackedPlanes,
  memory?: PlaneMemory,
): NumberArray {
  if (length > maxElements)
    throw new EntryError('too-large', `an array of ${length} elements is over the limit`);
  if (packed.deflated.length > dtypeBytes[dtype])
    throw new EntryError('malformed', 'more planes than bytes in an element');
  if (packedBytes(dtype, length, packed.deflated) !== packed.bytes.length) {
    throw new EntryError(
      'truncated',
      `${packed.bytes.length} bytes do not hold ${length} elements of ${dtype}`,
    );
  }
  const planes: Uint8Array[] = [];
  let offset = 0;
  for (let plane = 0; plane < dtypeBytes[dtype]; plane++) {
    const size = packed.deflated[plane] ?? length;
    const stored = packed.bytes.subarray(offset, offset + size);
    planes.push(plane < packed.deflated.length ? inflated(stored, length) : stored);
    offset += size;
  }
  return valuesFromPlanes(dtype, length, planes, memory);
}

function planesFromValues(values: NumberArray): Uint8Array[] {
  if (values instanceof Uint8Array) return [values];
  if (values instanceof Float64Array) return planesFromDoubles(values);
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const rotate = values instanceof Float32Array;
  const count = words.length;
  const [p0, p1, p2, p3] = [
    new Uint8Array(count),
    new Uint8Array(count),
    new Uint8Array(count),
    new Uint8Array(count),
  ];
  for (let index = 0; index < count; index++) {
    const word = rotate ? (words[index] << 1) | (words[index] >>> 31) : words[index];
    p0[index] = word >>> 24;
    p1[index] = word >>> 16;
    p2[index] = word >>> 8;
    p3[index] = word;
  }
  return [p0, p1, p2, p3];
}

function planesFromDoubles(values: Float64Array): Uint8Array[] {
  const planes = Array.from({ length: 8 }, () => new Uint8Array(values.length));
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  for (let half = 0; half < 2; half++) {
    const [p0, p1, p2, p3] = planes.slice(4 * half, 4 * half + 4);
    for (let index = 0, at = wordOfHalf(half); index < values.length; index++, at += 2) {
      const word = words[at];
      p0[index] = word >>> 24;
      p1[index] = word >>> 16;
      p2[index] = word >>> 8;
      p3[index] = word;
    }
  }
  return planes;
}

function valuesFromPlanes(
  dtype: Dtype,
  length: number,
  planes: readonly Uint8Array[],
  memory?: PlaneMemory,
): NumberArray {
  if (dtype === 'u8') return planes[0].slice();
  if (dtype === 'f64') return doublesFromPlanes(length, planes);
  const words = (dtype === 'f32' ? memory?.words(length) : undefined) ?? new Uint32Array(length);
  const [p0, p1, p2, p3] = planes;
  if (dtype === 'u32') {
    for (let index = 0; index < length; index++)
      words[index] = (p0[index] << 24) | (p1[index] << 16) | (p2[index] << 8) | p3[index];
    return words;
  }
  // One bit to the right: the lowest one, that of the sign, goes to the top.
  for (let index = 0; index < length; index++) {
    const low = p3[index];
    words[index] = (low << 31) | (p0[index] << 23) | (p1[index] << 15) | (p2[index] << 7) | (low >>> 1);
  }
  return new Float32Array(words.buffer, words.byteOffset, length);
}

function doublesFromPlanes(length: number, planes: readonly Uint8Array[]): Float64Array {
  const values = new Float64Array(length);
  const words = new Uint32Array(values.buffer);
  for (let half = 0; half < 2; half++) {
    const [p0, p1, p2, p3] = planes.slice(4 * half, 4 * half + 4);
    for (let index = 0, at = wordOfHalf(half); index < length; index++, at += 2)
      words[at] = (p0[index] << 24) | (p1[index] << 16) | (p2[index] << 8) | p3[index];
  }
  return values;
}

/** Which of the two words of a float64 in memory has its more significant half (0), or the other one (1). */
function wordOfHalf(half: number): number {
  return hostIsLittleEndian ? 1 - half : half;
}

/** Exactly `length` inflated bytes. */
function inflated(stored: Uint8Array, length: number): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = byteWork().inflate(stored, length);
  } catch (error) {
    throw new EntryError(
      'malformed',
      `a deflated plane cannot be read: ${error instanceof Error ? error.message : 'damaged'}`,
    );
  }
  if (bytes.length !== length)
    throw new EntryError('malformed', `a deflated plane does not hold ${length} bytes`);
  return bytes;
}
