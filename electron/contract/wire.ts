/**
 * Messages as bytes: u32 little-endian length of the header, the header (UTF-8 JSON), then typed arrays, each beginning
 * at a multiple of 8 from the message's start. The header holds the value with null in place of what JSON cannot say,
 * and a list of what belongs there: typed arrays and numbers that are not finite.
 */
const arrayTypes = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

type ArrayType = keyof typeof arrayTypes;
type WireArray = InstanceType<(typeof arrayTypes)[ArrayType]>;

type Path = readonly (string | number)[];

/** Numbers that JSON has no word for. */
const wireNumbers = ['NaN', 'Infinity', '-Infinity', '-0'] as const;

type WireNumber = (typeof wireNumbers)[number];

interface Header {
  readonly value: unknown;
  /** [path, type, number of elements], in the order of the bytes. */
  readonly arrays: readonly (readonly [Path, ArrayType, number])[];
  readonly numbers: readonly (readonly [Path, WireNumber])[];
}

const alignment = 8;
const deepest = 64;
const maxArrays = 100_000;

function aligned(offset: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** The bytes of a message made of plain data and typed arrays. Throws TypeError for anything else. */
export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  const arrays: [Path, ArrayType, number][] = [];
  const contents: WireArray[] = [];
  const numbers: [Path, WireNumber][] = [];
  const plain = (value: unknown, path: Path): unknown => {
    if (path.length > deepest) throw new TypeError('A message is nested too deeply.');
    const number = wireNumbers.find((name) => Object.is(value, Number(name)));
    if (number !== undefined) {
      numbers.push([path, number]);
      return null;
    }
    if (typeof value !== 'object' || value === null) return plainScalar(value);
    if (ArrayBuffer.isView(value)) {
      const array = value as WireArray;
      arrays.push([path, arrayTypeOf(array), array.length]);
      contents.push(array);
      return null;
    }
    if (Array.isArray(value)) return value.map((item, at) => plain(item, [...path, at]));
    const entries = Object.entries(value).filter(([, field]) => field !== undefined);
    return Object.fromEntries(entries.map(([key, field]) => [key, plain(field, [...path, key])]));
  };
  const header: Header = { value: plain(message, []), arrays, numbers };
  return packed(new TextEncoder().encode(JSON.stringify(header)), contents);
}

function plainScalar(value: unknown): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (value === undefined) return null;
  throw new TypeError(`A message cannot hold a ${typeof value}.`);
}

function arrayTypeOf(array: ArrayBufferView): ArrayType {
  const types = Object.keys(arrayTypes) as ArrayType[];
  const type = types.find((name) => array instanceof arrayTypes[name]);
  if (type === undefined) throw new TypeError('A message cannot hold this kind of typed array.');
  return type;
}

function packed(header: Uint8Array, contents: readonly WireArray[]): Uint8Array<ArrayBuffer> {
  let end = 4 + header.length;
  for (const array of contents) end = aligned(end) + array.byteLength;
  const bytes = new Uint8Array(end);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, 4);
  let offset = 4 + header.length;
  for (const array of contents) {
    offset = aligned(offset);
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset += array.byteLength;
  }
  return bytes;
}

/**
 * The message that bytes hold; typed arrays are views of the bytes where they are aligned, else copies. Throws TypeError
 * where the bytes are not a message, whatever they are.
 */
export function decodeMessage(bytes: Uint8Array<ArrayBuffer>): unknown {
  const { header, end } = readHeader(bytes);
  const root = { value: header.value };
  let offset = end;
  for (const [path, type, length] of header.arrays) {
    offset = aligned(offset);
    place(root, path, arrayAt(bytes, offset, type, length));
    offset += length * arrayTypes[type].BYTES_PER_ELEMENT;
  }
  if (offset !== bytes.length) throw new TypeError('The message has another length than it announces.');
  for (const [path, text] of header.numbers) place(root, path, Number(text));
  return root.value;
}

function readHeader(bytes: Uint8Array<ArrayBuffer>): { header: Header; end: number } {
  if (bytes.length < 4) throw new TypeError('The message is too short.');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (4 + length > bytes.length) throw new TypeError('The message ends in its header.');
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(4, 4 + length)));
  } catch {
    throw new TypeError('The header of the message is not JSON.');
  }
  if (!isHeader(header)) throw new TypeError('The header of the message is malformed.');
  return { header, end: 4 + length };
}

function isHeader(header: unknown): header is Header {
  if (typeof header !== 'object' || header === null) return false;
  const { arrays, numbers } = header as Partial<Record<string, unknown>>;
  if (!Array.isArray(arrays) || !Array.isArray(numbers) || !Object.hasOwn(header, 'value')) return false;
  if (arrays.length + numbers.length > maxArrays) return false;
  return arrays.every(isArrayPlace) && numbers.every(isNumberPlace);
}

function isArrayPlace(place: unknown): boolean {
  if (!Array.isArray(place) || place.length !== 3 || !isPath(place[0])) return false;
  const length: unknown = place[2];
  return (
    typeof place[1] === 'string' &&
    Object.hasOwn(arrayTypes, place[1]) &&
    typeof length === 'number' &&
    Number.isSafeInteger(length) &&
    length >= 0
  );
}

function isNumberPlace(place: unknown): boolean {
  return (
    Array.isArray(place) &&
    place.length === 2 &&
    isPath(place[0]) &&
    wireNumbers.some((name) => name === place[1])
  );
}

function isPath(path: unknown): path is Path {
  return (
    Array.isArray(path) &&
    path.length <= deepest + 1 &&
    path.every((step) => typeof step === 'string' || Number.isSafeInteger(step))
  );
}

/** Puts a value where the encoder left null; only at places that the plain value itself has. */
function place(root: { value: unknown }, path: Path, value: unknown): void {
  let holder: unknown = root;
  let key: string | number = 'value';
  for (const step of path) {
    holder = own(holder, key);
    key = step;
  }
  if (own(holder, key) !== null) throw new TypeError('The message puts a value where another one is.');
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

function own(holder: unknown, key: string | number): unknown {
  if (
    typeof holder !== 'object' ||
    holder === null ||
    !Object.hasOwn(holder, key) ||
    ArrayBuffer.isView(holder)
  ) {
    throw new TypeError('The message names a place that it does not have.');
  }
  return (holder as Record<string | number, unknown>)[key];
}

function arrayAt(bytes: Uint8Array<ArrayBuffer>, offset: number, type: ArrayType, length: number): WireArray {
  const Type = arrayTypes[type];
  const size = length * Type.BYTES_PER_ELEMENT;
  if (offset + size > bytes.length) throw new TypeError('The message ends in an array.');
  const start = bytes.byteOffset + offset;
  if (start % Type.BYTES_PER_ELEMENT === 0) return new Type(bytes.buffer, start, length);
  return new Type(bytes.slice(offset, offset + size).buffer, 0, length);
}
