/**
 * The layout that all records share. A payload is {header length u32 little-endian, header (UTF-8 JSON), sections}; the
 * header names the record's type and the arrays that follow it, in order, without gaps (byte-planes.ts).
 */
import {
  concatenated,
  dtypeOf,
  packPlanes,
  packedBytes,
  unpackPlanes,
  type Dtype,
  type NumberArray,
} from './byte-planes.ts';
import { canonicalJson } from './canonical-json.ts';
import { EntryError } from './entry-error.ts';
import { recordHeader, recordTypes, type RecordHeader, type Section } from './record-schema.ts';

/** Longest header; the arrays are outside of it. */
const maxHeaderBytes = 1 << 24;

/** The arrays of a record, in order, by name. */
export type Arrays = Readonly<Record<string, NumberArray>>;

/** Payload of a record: its header, completed by the list of its sections, and the packed arrays. */
export function recordPayload(header: object, arrays: Arrays): Uint8Array {
  const packed = Object.entries(arrays).map(([name, values]) => ({
    name,
    values,
    planes: packPlanes(values),
  }));
  const sections: Section[] = packed.map(({ name, values, planes }) => ({
    name,
    dtype: dtypeOf(values),
    length: values.length,
    deflated: [...planes.deflated],
  }));
  const text = new TextEncoder().encode(canonicalJson({ ...header, sections }));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length, true);
  return concatenated([length, text, ...packed.map(({ planes }) => planes.bytes)]);
}

/** A payload taken apart; the arrays stay packed. */
export interface RecordParts {
  readonly header: RecordHeader;
  /** Packed bytes of each section, by name. */
  readonly packed: ReadonlyMap<string, { readonly section: Section; readonly bytes: Uint8Array }>;
}

/** Header of one record type. */
export type HeaderOf<T extends RecordHeader['type']> = Extract<RecordHeader, { type: T }>;

/** Header and packed arrays of a payload. Throws EntryError. */
export function recordParts(bytes: Uint8Array): RecordParts {
  if (bytes.length < 4) throw new EntryError('truncated', 'a record of less than 4 bytes');
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (headerLength > maxHeaderBytes)
    throw new EntryError('too-large', `a record header of ${headerLength} bytes`);
  if (4 + headerLength > bytes.length)
    throw new EntryError('truncated', 'a record that ends within its header');
  const header = parseHeader(bytes.subarray(4, 4 + headerLength));
  const packed = new Map<string, { section: Section; bytes: Uint8Array }>();
  let offset = 4 + headerLength;
  for (const section of header.sections) {
    const size = packedBytes(section.dtype, section.length, section.deflated);
    if (packed.has(section.name)) throw new EntryError('malformed', `two sections named ${section.name}`);
    packed.set(section.name, { section, bytes: bytes.subarray(offset, offset + size) });
    offset += size;
  }
  if (offset !== bytes.length)
    throw new EntryError('malformed', `sections of ${offset} bytes in a record of ${bytes.length}`);
  return { header, packed };
}

function parseHeader(bytes: Uint8Array): RecordHeader {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new EntryError('malformed', 'a record header that is not JSON');
  }
  const parsed = recordHeader.safeParse(value);
  if (parsed.success) return parsed.data;
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  if (typeof type === 'string' && !recordTypes.includes(type)) {
    throw new EntryError('unknown-type', `a record of the unknown type '${type.slice(0, 40)}'`);
  }
  const [issue] = parsed.error.issues;
  throw new EntryError(
    'malformed',
    `a record header whose ${issue.path.join('.') || 'content'} is wrong: ${issue.message}`,
  );
}

/** The array of a section. Throws EntryError 'malformed' where it is missing or of another dtype. */
export function sectionArray<T extends NumberArray>(parts: RecordParts, name: string, dtype: Dtype): T {
  const found = parts.packed.get(name);
  if (found?.section.dtype !== dtype)
    throw new EntryError('malformed', `a record without its ${dtype} section '${name}'`);
  const { length, deflated } = found.section;
  return unpackPlanes(dtype, length, { deflated, bytes: found.bytes }) as T;
}
