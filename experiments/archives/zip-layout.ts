/**
 * Zip files whose bytes depend on their content alone: members stored as they are, in the order given, without times.
 * Zip64 fields appear where a size or an offset needs them (APPNOTE.TXT 6.3.10, sections 4.3 to 4.5).
 */

/** A file of an archive as it is announced. */
export interface ZipMember {
  /** Path in ASCII, forward slashes. */
  readonly name: string;
  readonly size: number;
  /** CRC-32 (ISO 3309). */
  readonly crc: number;
}

/** An archive: what goes before each member, in their order, and what goes after the last one. */
export interface ZipLayout {
  readonly heads: readonly Uint8Array[];
  readonly tail: Uint8Array;
  /** Bytes of the whole archive. */
  readonly size: number;
}

const most32 = 0xffffffff;
/** 1 January 1980, the first day zip knows, at midnight. */
const fixedDate = 0x21;
/** A regular file that everybody may read, written on Unix. */
const regularFile = 0o100644 * 65536;

/** The layout of an archive. Throws RangeError for names that are not plain ASCII. */
export function zipLayout(members: readonly ZipMember[]): ZipLayout {
  const heads: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const member of members) {
    if (!/^[\x21-\x7e]{1,1000}$/.test(member.name)) throw new RangeError(`no name for a zip: ${member.name}`);
    const head = localHeader(member);
    heads.push(head);
    directory.push(directoryEntry(member, at));
    at += head.length + member.size;
  }
  const tail = joined([...directory, ...ending(members.length, totalLength(directory), at)]);
  return { heads, tail, size: at + tail.length };
}

/** Little-endian fields of 2, 4 or 8 bytes, one after another. */
function fields(...parts: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of parts) {
    if (width === 2) view.setUint16(at, value, true);
    else if (width === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}

function localHeader({ name, size, crc }: ZipMember): Uint8Array {
  const isLarge = size >= most32;
  const extra = isLarge ? fields([2, 1], [2, 16], [8, size], [8, size]) : new Uint8Array(0);
  const shown = isLarge ? most32 : size;
  const head = fields(
    [4, 0x04034b50],
    [2, isLarge ? 45 : 10],
    [2, 0],
    [2, 0],
    [2, 0],
    [2, fixedDate],
    [4, crc],
    [4, shown],
    [4, shown],
    [2, name.length],
    [2, extra.length],
  );
  return joined([head, new TextEncoder().encode(name), extra]);
}

function directoryEntry({ name, size, crc }: ZipMember, offset: number): Uint8Array {
  const large = [...(size >= most32 ? [size, size] : []), ...(offset >= most32 ? [offset] : [])];
  const wide = large.map((value) => [8, value] as const);
  const extra = large.length === 0 ? new Uint8Array(0) : fields([2, 1], [2, 8 * large.length], ...wide);
  const shown = Math.min(size, most32);
  const version = large.length === 0 ? 10 : 45;
  const head = fields(
    [4, 0x02014b50],
    [2, 0x0300 | version],
    [2, version],
    [2, 0],
    [2, 0],
    [2, 0],
    [2, fixedDate],
    [4, crc],
    [4, shown],
    [4, shown],
    [2, name.length],
    [2, extra.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, regularFile],
    [4, Math.min(offset, most32)],
  );
  return joined([head, new TextEncoder().encode(name), extra]);
}

function ending(count: number, size: number, offset: number): Uint8Array[] {
  const isLarge = count >= 0xffff || size >= most32 || offset >= most32;
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, Math.min(count, 0xffff)],
    [2, Math.min(count, 0xffff)],
    [4, Math.min(size, most32)],
    [4, Math.min(offset, most32)],
    [2, 0],
  );
  if (!isLarge) return [end];
  const large = fields(
    [4, 0x06064b50],
    [8, 44],
    [2, 0x032d],
    [2, 45],
    [4, 0],
    [4, 0],
    [8, count],
    [8, count],
    [8, size],
    [8, offset],
  );
  return [large, fields([4, 0x07064b50], [4, 0], [8, offset + size], [4, 1]), end];
}

function totalLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(totalLength(parts));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
