/**
 * The layout that all records share. A payload is {header length u32 little-endian, header (UTF-8 JSON), sections}; the
 * header names the record's type and the arrays that follow it, in order, without gaps (byte-planes.ts).
 */
import { concatenated } from '../bytes/concatenated.ts';
import {
  dtypeOf,
  packPlanes,
  packedBytes,
  unpackPlanes,
  type Dtype,
  type NumberArray,
  type PlaneMemory,
} from './byte-planes.ts';
import { canonicalJson } from './canonical-json.ts';
import { EntryError } from './entry-error.ts';
import { recordHeader, recordTypes, sections, type RecordHeader, type Section } from './record-schema.ts';

/** Maximum size of a header in bytes; the arrays are outside of it. */
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
  const listed: Section[] = packed.map(({ name, values, planes }) => ({
    name,
    dtype: dtypeOf(values),
    length: values.length,
    deflated: [...planes.deflated],
  }));
  const text = new TextEncoder().encode(canonicalJson({ ...header, sections: listed }));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length, true);
  return concatenated([length, text, ...packed.map(({ planes }) => planes.bytes)]);
}

/** A payload taken apart; the arrays stay packed. */
export interface RecordParts {
  readonly header: RecordHeader;
  /** Packed bytes of each section, by name. */
  readonly packed: ReadonlyMap<string, { readonly section: Section; readonly bytes: Uint8Array }>;
  /** Where float32 arrays are unpacked; missing where each has memory of its own. */
  readonly memory?: PlaneMemory;
}

/** Header of one record type. */
export type HeaderOf<T extends RecordHeader['type']> = Extract<RecordHeader, { type: T }>;

/** Header and packed arrays of a payload. Throws EntryError. */
export function recordParts(bytes: Uint8Array, memory?: PlaneMemory): RecordParts {
  if (bytes.length < 4) throw new EntryError('truncated', 'a record of less than 4 bytes');
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (headerLength > maxHeaderBytes)
    throw new EntryError('too-large', `a record header of ${headerLength} bytes`);
  if (4 + headerLength > bytes.length)
    throw new EntryError('truncated', 'a record that ends within its header');
  const header = parseHeader(bytes.subarray(4, 4 + headerLength));
  return { header, packed: packedSections(bytes, 4 + headerLength, header.sections), memory };
}

/** Packed bytes of the sections that follow a header, by name. Throws EntryError 'malformed' where they are not the rest. */
function packedSections(bytes: Uint8Array, start: number, listed: readonly Section[]): RecordParts['packed'] {
  const packed = new Map<string, { section: Section; bytes: Uint8Array }>();
  let offset = start;
  for (const section of listed) {
    const size = packedBytes(section.dtype, section.length, section.deflated);
    if (packed.has(section.name)) throw new EntryError('malformed', `two sections named ${section.name}`);
    packed.set(section.name, { section, bytes: bytes.subarray(offset, offset + size) });
    offset += size;
  }
  if (offset !== bytes.length)
    throw new EntryError('malformed', `sections of ${offset} bytes in a record of ${bytes.length}`);
  return packed;
}

/** A header of a record as whoever wrote it put it: any field may be missing or anything. */
export interface ClaimedHeader {
  readonly type?: unknown;
  readonly link?: unknown;
  readonly weightsDigest?: unknown;
  readonly metrics?: { readonly epoch?: unknown };
  readonly sections?: unknown;
}

/** The header that a payload begins with, not checked, for comparing it with what is known; null where there is none. */
export function claimedHeader(bytes: Uint8Array): ClaimedHeader | null {
  if (bytes.length < 4) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (length > maxHeaderBytes || 4 + length > bytes.length) return null;
  try {
    const value: unknown = JSON.parse(headerText.decode(bytes.subarray(4, 4 + length)));
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** The arrays of a payload whose header is only claimed. Throws EntryError where they are none. */
export function claimedArrays(bytes: Uint8Array, header: ClaimedHeader): Pick<RecordParts, 'packed'> {
  const listed = sections.safeParse(header.sections);
  if (!listed.success) throw new EntryError('malformed', 'a record without a list of its sections');
  const start = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return { packed: packedSections(bytes, start, listed.data) };
}

const headerText = new TextDecoder('utf-8', { fatal: true });

function parseHeader(bytes: Uint8Array): RecordHeader {
  let value: unknown;
  try {
    value = JSON.parse(headerText.decode(bytes));
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
export function sectionArray<T extends NumberArray>(
  parts: Pick<RecordParts, 'packed' | 'memory'>,
  name: string,
  dtype: Dtype,
): T {
  const found = parts.packed.get(name);
  if (found?.section.dtype !== dtype)
    throw new EntryError('malformed', `a record without its ${dtype} section '${name}'`);
  const { length, deflated } = found.section;
  return unpackPlanes(dtype, length, { deflated, bytes: found.bytes }, parts.memory) as T;
}
