/** Fonts out of WOFF 1.0, TrueType, OpenType and collection files: which letters they have, and the same font under a family name of our own. */
import { unzlibSync } from 'fflate';
import { FigureError } from './figure-error.ts';

/** A font file that was opened. */
export interface FontFile {
  /** Whether it has a shape for a code point. */
  has(codePoint: number): boolean;
  /** How far a code point moves the pen, in ems; where it has no shape, how far the box does that stands for it. */
  advance(codePoint: number): number;
  /** The font as an sfnt file (TrueType or OpenType) whose family is called so. */
  sfnt(family: string): Uint8Array<ArrayBuffer>;
}

interface Table {
  readonly tag: string;
  readonly bytes: Uint8Array;
}

/** Opens a font file, of a collection the first font. Throws FigureError where it is none. */
export function openFont(file: Uint8Array): FontFile {
  const { flavour, tables } = tablesOf(file);
  const table = (tag: string): DataView =>
    viewOf(tables.find((one) => one.tag === tag)?.bytes ?? new Uint8Array(64));
  const codes = glyphsOf(table('cmap'));
  const [unitsPerEm, metrics] = [table('head').getUint16(18), table('hmtx')];
  const lastAdvance = table('hhea').getUint16(34) - 1;
  return {
    has: (codePoint) => codes.has(codePoint),
    advance(codePoint) {
      const glyph = codes.get(codePoint) ?? 0;
      return metrics.getUint16(4 * Math.min(glyph, lastAdvance)) / unitsPerEm;
    },
    sfnt: (family) =>
      sfntFile(flavour, [
        ...tables.filter(({ tag }) => tag !== 'name' && tag !== 'DSIG'),
        { tag: 'name', bytes: nameTable(family) },
      ]),
  };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Signatures of the formats (WOFF 1.0, section 3; OpenType, "Table directory" and "TTC header"). */
const signatures = { woff: 0x774f4646, collection: 0x74746366, trueType: 0x00010000, openType: 0x4f54544f };

function tablesOf(file: Uint8Array): { readonly flavour: number; readonly tables: readonly Table[] } {
  const view = viewOf(file);
  const signature = file.length < 44 ? 0 : view.getUint32(0);
  if (signature === signatures.woff) {
    const tables = Array.from({ length: view.getUint16(12) }, (_, at) => tableAt(file, 44 + 20 * at));
    return { flavour: view.getUint32(4), tables };
  }
  const start = signature === signatures.collection ? view.getUint32(12) : 0;
  const flavour = signature === 0 || start + 12 > file.length ? 0 : view.getUint32(start);
  if (flavour !== signatures.trueType && flavour !== signatures.openType)
    throw new FigureError('a font is no WOFF, TrueType or OpenType file');
  const tables = Array.from({ length: view.getUint16(start + 4) }, (_, at): Table => {
    const entry = start + 12 + 16 * at;
    const [offset, length] = [view.getUint32(entry + 8), view.getUint32(entry + 12)];
    return { tag: tagAt(file, entry), bytes: file.subarray(offset, offset + length) };
  });
  return { flavour, tables };
}

function tagAt(file: Uint8Array, entry: number): string {
  return String.fromCharCode(...file.subarray(entry, entry + 4));
}

function tableAt(file: Uint8Array, entry: number): Table {
  const view = viewOf(file);
  const [offset, packed, length] = [4, 8, 12].map((at) => view.getUint32(entry + at));
  const tag = tagAt(file, entry);
  const stored = file.subarray(offset, offset + packed);
  return { tag, bytes: packed === length ? stored : unzlibSync(stored) };
}

/** Glyphs by code point, from the Unicode subtables (formats 4, 12) of a cmap table; those of the box are left out. */
function glyphsOf(cmap: DataView): Map<number, number> {
  const codes = new Map<number, number>();
  for (let at = 0; at < cmap.getUint16(2); at++) {
    const platform = cmap.getUint16(4 + 8 * at);
    const start = cmap.getUint32(8 + 8 * at);
    const format = cmap.getUint16(start);
    if (platform !== 0 && platform !== 3) continue;
    if (format === 4) addSegments(cmap, start, codes);
    if (format === 12) addGroups(cmap, start, codes);
  }
  return codes;
}

function addSegments(cmap: DataView, start: number, codes: Map<number, number>): void {
  const size = cmap.getUint16(start + 6);
  for (let at = 0; at < size; at += 2) {
    const last = cmap.getUint16(start + 14 + at);
    const first = cmap.getUint16(start + 16 + size + at);
    const delta = cmap.getUint16(start + 16 + 2 * size + at);
    const place = start + 16 + 3 * size + at;
    const range = cmap.getUint16(place);
    for (let code = first; code <= last && code < 0xffff; code++) {
      const glyph = range === 0 ? code : cmap.getUint16(place + range + 2 * (code - first));
      if (glyph !== 0 && ((glyph + delta) & 0xffff) !== 0) codes.set(code, (glyph + delta) & 0xffff);
    }
  }
}

function addGroups(cmap: DataView, start: number, codes: Map<number, number>): void {
  for (let group = 0; group < cmap.getUint32(start + 12); group++) {
    const [first, last, glyph] = [0, 4, 8].map((at) => cmap.getUint32(start + 16 + 12 * group + at));
    for (let code = first; code <= last; code++)
      if (glyph + code - first !== 0) codes.set(code, glyph + code - first);
  }
}

/** Family, style, full and PostScript name for Windows in English. */
function nameTable(family: string): Uint8Array {
  const names = [family, 'Regular', family, family.replaceAll(' ', '')];
  const text = names.join('');
  const bytes = new Uint8Array(6 + 12 * names.length + 2 * text.length);
  const view = viewOf(bytes);
  view.setUint16(2, names.length);
  view.setUint16(4, 6 + 12 * names.length);
  let offset = 0;
  names.forEach((name, at) => {
    const fields = [3, 1, 0x409, [1, 2, 4, 6][at], 2 * name.length, offset];
    fields.forEach((field, place) => view.setUint16(6 + 12 * at + 2 * place, field));
    offset += 2 * name.length;
  });
  for (let at = 0; at < text.length; at++)
    view.setUint16(6 + 12 * names.length + 2 * at, text.charCodeAt(at));
  return bytes;
}

function sfntFile(flavour: number, unsorted: readonly Table[]): Uint8Array<ArrayBuffer> {
  const tables = [...unsorted].sort((a, b) => (a.tag < b.tag ? -1 : 1));
  const padded = (length: number): number => (length + 3) & ~3;
  const head = 12 + 16 * tables.length;
  const file = new Uint8Array(head + tables.reduce((sum, { bytes }) => sum + padded(bytes.length), 0));
  const view = viewOf(file);
  const power = 31 - Math.clz32(tables.length);
  view.setUint32(0, flavour);
  [tables.length, 16 << power, power, 16 * tables.length - (16 << power)].forEach((field, at) =>
    view.setUint16(4 + 2 * at, field),
  );
  let offset = head;
  tables.forEach(({ tag, bytes }, at) => {
    file.set(bytes, offset);
    for (let letter = 0; letter < 4; letter++) view.setUint8(12 + 16 * at + letter, tag.charCodeAt(letter));
    view.setUint32(16 + 16 * at, sumOf(view, offset, padded(bytes.length)));
    view.setUint32(20 + 16 * at, offset);
    view.setUint32(24 + 16 * at, bytes.length);
    offset += padded(bytes.length);
  });
  return file;
}

function sumOf(view: DataView, from: number, length: number): number {
  let sum = 0;
  for (let at = from; at < from + length; at += 4) sum = (sum + view.getUint32(at)) >>> 0;
  return sum;
}
