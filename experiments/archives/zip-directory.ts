/**
 * What a zip file says it holds, believed only where everything agrees: its directory against every local header, sizes
 * against the file, names against what a name may be. Nothing is unpacked here.
 */
import type { LogReader } from '../records/record-log.ts';
import { maxCells } from '../sweeps/cell.ts';
import { ImportError } from '../formats/import-error.ts';
import { checkNames } from './zip-names.ts';

/** A file in an archive. */
export interface StoredMember {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  /** Bytes in the archive, and unpacked. */
  readonly packedSize: number;
  readonly size: number;
  readonly crc: number;
  /** Where its packed bytes begin. */
  readonly offset: number;
}

/** What is accepted of an archive before anything is unpacked; sizes in bytes. */
export interface ArchiveLimits {
  readonly members: number;
  readonly directoryBytes: number;
  /** Unpacked bytes of all members together. */
  readonly totalBytes: number;
  /** Times that a member may grow when it is unpacked, once it is larger than `freeBytes`. */
  readonly ratio: number;
  readonly freeBytes: number;
}

/** What an archive may describe: records and previews of as many cells as an entry may have, and tables of some of them. */
export const mostArchived = 4 * maxCells;

/** Above any entry, below what harms. */
export const archiveLimits: ArchiveLimits = {
  members: mostArchived,
  // A member's entry has 46 bytes and its name.
  directoryBytes: 192 * mostArchived,
  totalBytes: 2 ** 40,
  ratio: 100,
  freeBytes: 2 ** 20,
};

const endBytes = 22;
const maxCommentBytes = 0xffff;
const most32 = 0xffffffff;
const encrypted = 1 | (1 << 6) | (1 << 13);
const describedLater = 1 << 3;
const isUtf8 = 1 << 11;

/** Files of an archive, folders left out. Throws ImportError for anything that could surprise whoever unpacks it. */
export async function readDirectory(
  reader: LogReader,
  limits: ArchiveLimits = archiveLimits,
): Promise<StoredMember[]> {
  const end = await readEnd(reader);
  if (end.count > limits.members)
    throw new ImportError(`the archive has ${end.count} files, the limit is ${limits.members}`);
  if (end.size > limits.directoryBytes) throw new ImportError("the archive's directory is too large");
  if (end.offset + end.size > end.at) throw new ImportError("the archive's directory lies outside of it");
  const bytes = Uint8Array.from(await reader.read(end.offset, end.size));
  const entries = directoryEntries(bytes, end.count);
  checkNames(entries.map(({ name }) => name));
  checkSizes(entries, limits);
  const members: StoredMember[] = [];
  for (const entry of entries) members.push(await locatedMember(reader, entry, end.offset));
  checkApart(members);
  return members.filter(({ name }) => !name.endsWith('/'));
}

interface End {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  /** Where the records at the end begin. */
  readonly at: number;
}

async function readEnd(reader: LogReader): Promise<End> {
  const length = Math.min(reader.size, endBytes + maxCommentBytes);
  const tail = Uint8Array.from(await reader.read(reader.size - length, length));
  const view = viewOf(tail);
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (
      view.getUint32(at, true) !== 0x06054b50 ||
      at + endBytes + view.getUint16(at + 20, true) !== tail.length
    )
      continue;
    const isOneDisk = view.getUint16(at + 4, true) === 0 && view.getUint16(at + 6, true) === 0;
    const count = view.getUint16(at + 10, true);
    if (!isOneDisk || count !== view.getUint16(at + 8, true))
      throw new ImportError('the archive is one of several parts');
    const place = reader.size - tail.length + at;
    const end = {
      count,
      size: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
      at: place,
    };
    return (await largeEnd(reader, place)) ?? end;
  }
  throw new ImportError('this is not a zip archive, or its end is missing');
}

/** The end record of a large archive, whose place the 20 bytes before the usual one tell; null where there is none. */
async function largeEnd(reader: LogReader, place: number): Promise<End | null> {
  if (place < 20) return null;
  const locator = viewOf(Uint8Array.from(await reader.read(place - 20, 20)));
  if (locator.getUint32(0, true) !== 0x07064b50) return null;
  const at = wide(locator, 8);
  if (at + 56 > place - 20) throw new ImportError("the archive's end record lies outside of it");
  const record = viewOf(Uint8Array.from(await reader.read(at, 56)));
  if (record.getUint32(0, true) !== 0x06064b50) throw new ImportError("the archive's end record is missing");
  return { count: wide(record, 32), size: wide(record, 40), offset: wide(record, 48), at };
}

interface DirectoryEntry extends Omit<StoredMember, 'offset'> {
  readonly flags: number;
  /** Where its local header begins. */
  readonly headerAt: number;
}

function directoryEntries(bytes: Uint8Array, count: number): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    const view = viewOf(bytes.subarray(at));
    if (view.byteLength < 46 || view.getUint32(0, true) !== 0x02014b50)
      throw new ImportError("the archive's directory is damaged");
    const lengths = [28, 30, 32].map((field) => view.getUint16(field, true));
    const [nameLength = 0, extraLength = 0, commentLength = 0] = lengths;
    const length = 46 + nameLength + extraLength + commentLength;
    if (length > view.byteLength) throw new ImportError("the archive's directory is damaged");
    const flags = view.getUint16(8, true);
    const name = memberName(bytes.subarray(at + 46, at + 46 + nameLength), flags);
    const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    checkKind(name, flags, view.getUint16(4, true) >>> 8, view.getUint32(38, true));
    const sizes = {
      size: view.getUint32(24, true),
      packedSize: view.getUint32(20, true),
      headerAt: view.getUint32(42, true),
    };
    const method = methodOf(name, view.getUint16(10, true));
    entries.push({
      name,
      flags,
      method,
      crc: view.getUint32(16, true),
      ...withLargeSizes(name, sizes, extra),
    });
    at += length;
  }
  if (at !== bytes.length) throw new ImportError("the archive's directory does not end where it says");
  return entries;
}

function memberName(bytes: Uint8Array, flags: number): string {
  if ((flags & isUtf8) === 0 && bytes.some((byte) => byte > 126))
    throw new ImportError('a name in the archive is not UTF-8');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ImportError('a name in the archive is not UTF-8');
  }
}

/** Links, devices and encrypted files have no place in an archive that is imported. */
function checkKind(name: string, flags: number, system: number, attributes: number): void {
  if ((flags & encrypted) !== 0) throw new ImportError(`'${name}' in the archive is encrypted`);
  const kind = (attributes >>> 16) & 0o170000;
  const isPlain = kind === 0 || kind === 0o100000 || (kind === 0o040000 && name.endsWith('/'));
  if ((system === 3 || system === 19) && !isPlain)
    throw new ImportError(`'${name}' in the archive is a link or no plain file`);
}

function methodOf(name: string, number: number): StoredMember['method'] {
  if (number === 0) return 'stored';
  if (number === 8) return 'deflated';
  throw new ImportError(`'${name}' in the archive is packed by method ${number}, which cannot be read`);
}

type Sizes = Pick<DirectoryEntry, 'size' | 'packedSize' | 'headerAt'>;

/** Sizes that did not fit into 32 bits stand in the extra field 1, in this order. */
function withLargeSizes(name: string, sizes: Sizes, extra: Uint8Array): Sizes {
  const result = { ...sizes };
  const missing = (['size', 'packedSize', 'headerAt'] as const).filter((field) => sizes[field] === most32);
  if (missing.length === 0) return result;
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    missing.forEach((field, index) => {
      if (8 * index + 8 > view.getUint16(at + 2, true) || at + 12 + 8 * index > extra.length)
        throw new ImportError(`'${name}' in the archive has no size`);
      result[field] = wide(view, at + 4 + 8 * index);
    });
    return result;
  }
  throw new ImportError(`'${name}' in the archive has no size`);
}

function checkSizes(entries: readonly DirectoryEntry[], limits: ArchiveLimits): void {
  let total = 0;
  for (const { name, method, size, packedSize } of entries) {
    total += size;
    if (method === 'stored' && size !== packedSize)
      throw new ImportError(`'${name}' in the archive has two sizes`);
    if (size > limits.freeBytes && size > limits.ratio * packedSize)
      throw new ImportError(
        `'${name}' in the archive would grow more than ${limits.ratio} times when unpacked`,
      );
    if (name.endsWith('/') && size > 0)
      throw new ImportError(`the folder '${name}' in the archive has content`);
  }
  if (total > limits.totalBytes) throw new ImportError('the archive would unpack to more than the limit');
}

/** The member with its data's place, once its local header says the same as the directory. */
async function locatedMember(
  reader: LogReader,
  entry: DirectoryEntry,
  dataEnd: number,
): Promise<StoredMember> {
  const { name, flags, headerAt, method, packedSize, size, crc } = entry;
  const fault = new ImportError(`'${name}' in the archive is not what the directory says`);
  if (headerAt + 30 > dataEnd) throw fault;
  const head = viewOf(Uint8Array.from(await reader.read(headerAt, 30)));
  const [nameLength, extraLength] = [head.getUint16(26, true), head.getUint16(28, true)];
  const offset = headerAt + 30 + nameLength + extraLength;
  if (head.getUint32(0, true) !== 0x04034b50 || offset + packedSize > dataEnd) throw fault;
  const text = Uint8Array.from(await reader.read(headerAt + 30, nameLength + extraLength));
  const local = {
    crc: head.getUint32(14, true),
    packedSize: head.getUint32(18, true),
    size: head.getUint32(22, true),
  };
  const agrees =
    head.getUint16(6, true) === flags &&
    methodOf(name, head.getUint16(8, true)) === method &&
    memberName(text.subarray(0, nameLength), flags) === name;
  if (!agrees) throw fault;
  if ((flags & describedLater) === 0) {
    const sizes = localSizes(name, local, text.subarray(nameLength));
    if (local.crc !== crc || sizes.size !== size || sizes.packedSize !== packedSize) throw fault;
  }
  return { name, method, packedSize, size, crc, offset };
}

function localSizes(name: string, local: Pick<Sizes, 'size' | 'packedSize'>, extra: Uint8Array): Sizes {
  return withLargeSizes(name, { ...local, headerAt: 0 }, extra);
}

/** Members that share bytes are how a small archive unpacks to a large one. */
function checkApart(members: readonly StoredMember[]): void {
  const ordered = [...members].sort((a, b) => a.offset - b.offset);
  ordered.forEach((member, at) => {
    const next = ordered[at + 1];
    if (next !== undefined && member.offset + member.packedSize > next.offset)
      throw new ImportError(`'${member.name}' and '${next.name}' share bytes in the archive`);
  });
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function wide(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ImportError('a size in the archive is impossible');
  return Number(value);
}
