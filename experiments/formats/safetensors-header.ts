/** The container of safetensors: a JSON header with names, types, shapes and offsets, then the data. */
import { floatBytes, type FloatType } from './float-data.ts';
import { ImportError } from './import-error.ts';
import { quoted } from './imported-network.ts';

/** One tensor: row-major little-endian data. */
export interface Tensor {
  readonly name: string;
  readonly type: FloatType;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** The tensors of a safetensors file and its metadata. */
export interface TensorFile {
  readonly tensors: readonly Tensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Largest file and header that are read. */
const maxFileBytes = 256 * 1024 * 1024;
const maxHeaderBytes = 1024 * 1024;
/** 100 hidden layers and the output layer have a weight and a bias each. */
const maxTensors = 202;

/**
 * Tensors and metadata of a safetensors file, in the order of their data. Data must be gapless and fill the file.
 * Throws ImportError. Source: github.com/huggingface/safetensors, "Format".
 */
export function parseTensorFile(bytes: Uint8Array): TensorFile {
  if (bytes.length > maxFileBytes)
    throw new ImportError(`safetensors file is larger than ${maxFileBytes} bytes`);
  if (bytes.length < 10) throw new ImportError('not a safetensors file: shorter than its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 0x1_0000_0000;
  if (length > maxHeaderBytes || 8 + length > bytes.length) {
    throw new ImportError(`not a safetensors file: its header would have ${length} bytes`);
  }
  const header = parseHeader(bytes.subarray(8, 8 + length));
  const data = bytes.subarray(8 + length);
  const tensors: Tensor[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') metadata = parseMetadata(value);
    else if (tensors.push(parseTensor(name, value, data)) > maxTensors) {
      throw new ImportError(`more than ${maxTensors} tensors: not a fully connected network`);
    }
  }
  tensors.sort((a, b) => a.data.byteOffset - b.data.byteOffset);
  checkCoverage(tensors, data);
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch {
    throw new ImportError('not a safetensors file: its header is not JSON');
  }
  const repeated = repeatedName(text);
  if (repeated !== null) throw new ImportError(`safetensors: the header has ${quoted(repeated)} twice`);
  return parseRecord(header, 'the header');
}

/** A name that an object of a JSON text has twice, or null: JSON.parse takes the last one in silence. */
function repeatedName(json: string): string | null {
  const open: Set<string>[] = [];
  for (const [token, name] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (name !== undefined) {
      const text = JSON.parse(name) as string;
      const names = open.at(-1);
      if (names?.has(text) === true) return text;
      names?.add(text);
    }
  }
  return null;
}

function parseRecord(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ImportError(`safetensors: ${what} is not an object`);
  }
  return value as Record<string, unknown>;
}

function parseMetadata(value: unknown): Record<string, string> {
  const entries = Object.entries(parseRecord(value, '__metadata__')).map(([key, text]): [string, string] => {
    if (typeof text !== 'string') throw new ImportError(`safetensors: metadata ${quoted(key)} is not text`);
    return [key, text];
  });
  return Object.fromEntries(entries);
}

function parseTensor(name: string, value: unknown, data: Uint8Array): Tensor {
  const { dtype, shape, data_offsets: offsets } = parseRecord(value, `tensor ${quoted(name)}`);
  const type = parseType(name, dtype);
  const extents = parseCounts(shape, `shape of ${quoted(name)}`);
  const range = parseCounts(offsets, `data_offsets of ${quoted(name)}`);
  const [start, end] = range;
  if (range.length !== 2 || start > end || end > data.length) {
    throw new ImportError(`safetensors: data_offsets of ${quoted(name)} lie outside the file's data`);
  }
  const elements = extents.reduce((product, extent) => product * extent, 1);
  if (end - start !== elements * floatBytes[type]) {
    throw new ImportError(
      `safetensors: ${quoted(name)} has ${end - start} bytes for ${elements} ${type} elements`,
    );
  }
  return { name, type, shape: extents, data: data.subarray(start, end) };
}

function parseType(name: string, type: unknown): FloatType {
  if (typeof type === 'string' && Object.hasOwn(floatBytes, type)) return type as FloatType;
  const known = Object.keys(floatBytes).join(', ');
  throw new ImportError(
    `safetensors: type of ${quoted(name)} is ${quoted(String(type))}, not one of ${known}`,
  );
}

function parseCounts(value: unknown, what: string): number[] {
  const isList = Array.isArray(value) && value.length <= 8 && value.every(isCount);
  if (!isList) throw new ImportError(`safetensors: ${what} is not a short list of counts`);
  return value;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maxFileBytes;
}

function checkCoverage(sorted: readonly Tensor[], data: Uint8Array): void {
  let end = data.byteOffset;
  for (const tensor of sorted) {
    if (tensor.data.byteOffset !== end) {
      throw new ImportError(`safetensors: data of ${quoted(tensor.name)} overlaps another's or leaves a gap`);
    }
    end += tensor.data.byteLength;
  }
  if (end !== data.byteOffset + data.byteLength) {
    throw new ImportError('safetensors: the file is longer than its tensors');
  }
}
