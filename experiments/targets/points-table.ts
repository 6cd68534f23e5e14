/** Tables of points as they are read from files: CSV by lines, Parquet by rows. */
import { maxOwnPoints } from './points-chunk.ts';
import { TargetError } from './target-error.ts';

/** Rows of texts and numbers, each with its place in the file for people: "line 7", "row 6". */
export interface PointsTable {
  /** Null where the file names no columns. */
  readonly head: readonly string[] | null;
  readonly rows: readonly (readonly (string | number)[])[];
  placeOf(row: number): string;
}

/** The table of a file, told apart by its first bytes. Throws TargetError. */
export async function pointsTable(bytes: Uint8Array): Promise<PointsTable> {
  const isParquet = 'PAR1' === String.fromCharCode(...bytes.subarray(0, 4));
  return isParquet ? tableFromParquet(bytes) : tableFromCsv(csvText(bytes));
}

function csvText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TargetError('the file is neither Parquet nor text in UTF-8');
  }
}

const separators = [',', ';', '\t'] as const;

/** Whether a text is a number as programs write it. */
export function isNumberText(text: string | number): boolean {
  return typeof text === 'number' || (text.trim() !== '' && Number.isFinite(Number(text)));
}

/**
 * The table of a CSV text (RFC 4180; separated by commas, semicolons or tabs, whichever the first line has most of). Empty
 * lines and lines that begin with # are passed over. A first line without any number names the columns. Throws TargetError.
 */
function tableFromCsv(text: string): PointsTable {
  const lines: number[] = [];
  const rows: string[][] = [];
  let line = 0;
  let separator: string | null = null;
  let open = '';
  for (const piece of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)) {
    line++;
    const whole: string = open === '' ? piece : `${open}\n${piece}`;
    if (open === '' && (whole.trim() === '' || whole.startsWith('#'))) continue;
    // A quote that is not closed goes on in the next line.
    if (whole.split('"').length % 2 === 0) {
      open = whole;
      continue;
    }
    separator ??= separatorOf(whole);
    lines.push(line);
    rows.push(fieldsOf(whole, separator));
    open = '';
    if (rows.length > maxOwnPoints + 1) throw tooMany();
  }
  if (open !== '') throw new TargetError('a quote is opened and not closed');
  const hasHead = rows.length > 0 && !rows[0].some(isNumberText);
  const first = hasHead ? 1 : 0;
  return {
    head: hasHead ? rows[0] : null,
    rows: rows.slice(first),
    placeOf: (row) => `line ${lines[row + first]}`,
  };
}

function tooMany(): TargetError {
  return new TargetError(`there are more than ${maxOwnPoints} points`);
}

function separatorOf(line: string): string {
  const counts = separators.map((separator) => line.split(separator).length);
  return separators[counts.indexOf(Math.max(...counts))];
}

/** Fields of a line whose quotes are closed. */
function fieldsOf(line: string, separator: string): string[] {
  const fields: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const letter = line[at];
    if (letter === '"') {
      if (isQuoted && line[at + 1] === '"') field += line[at++];
      else isQuoted = !isQuoted;
    } else if (letter === separator && !isQuoted) {
      fields.push(field.trim());
      field = '';
    } else field += letter;
  }
  return [...fields, field.trim()];
}

/** The table of a Parquet file: uncompressed or Snappy, as most programs write it. Throws TargetError. */
async function tableFromParquet(bytes: Uint8Array): Promise<PointsTable> {
  // Few need it: programs start without.
  const { parquetReadObjects } = await import('hyparquet');
  const { buffer, byteOffset, byteLength } = bytes;
  const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  const rows = await parquetReadObjects({ file, rowEnd: maxOwnPoints + 1 }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new TargetError(`the Parquet file cannot be read: ${why}`);
  });
  if (rows.length > maxOwnPoints) throw tooMany();
  const head = Object.keys(rows[0] ?? {});
  return {
    head,
    rows: rows.map((row) => head.map((name) => plainOf(row[name]))),
    placeOf: (row) => `row ${row + 1}`,
  };
}

/** A value as a number or a text; nothing as an empty text. */
function plainOf(value: unknown): string | number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
}
