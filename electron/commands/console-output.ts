/** What commands print: documents on stdout, progress and remarks on stderr. */
import {
  byFinding,
  findingLine,
  verdictRow,
  type JudgedClaim,
} from '../../experiments/findings/verdict-text.ts';

/** A line that only says what it says: control characters and changes of writing direction become question marks. */
export function plainLine(line: string): string {
  return line.replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2028\u2029]/gu, '?');
}

/** Prints a line of the result on stdout. */
export function printLine(line: string): void {
  process.stdout.write(`${plainLine(line)}\n`);
}

/** Prints lines of the result on stdout, at once. */
export function printLines(lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`${lines.map(plainLine).join('\n')}\n`);
}

/** Prints one JSON document on stdout; non-finite numbers become null as JSON has it, typed arrays lists; on one line where asked for. */
export function printJson(document: unknown, { isOneLine = false } = {}): void {
  const plain = (_key: string, value: unknown): unknown =>
    value instanceof Float32Array || value instanceof Uint32Array ? [...value] : value;
  const text = JSON.stringify(document, plain, isOneLine ? 0 : 2);
  // JSON itself leaves some control characters as they are.
  const escaped = text.replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  process.stdout.write(`${escaped}\n`);
}

/** Prints a remark on stderr. */
export function remark(line: string): void {
  process.stderr.write(`${plainLine(line)}\n`);
}

/** Text columns padded to a common width; the columns named in `right` are aligned to the right. */
export function alignColumns(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((text, at) => (widths[at] = Math.max(widths[at] ?? 0, text.length)));
  return rows.map((row) =>
    row
      .map((text, at) => (right.includes(at) ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** "1:07" or "2:03:00" for seconds. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** "1.2 GB" for bytes, decimal units. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}

/** Verdicts for people: each finding with its question, and a line for each of its claims. */
export function verdictLines(claims: readonly JudgedClaim[]): string[] {
  const rows = alignColumns(claims.map(verdictRow));
  const rowOf = new Map(claims.map((claim, index) => [claim, rows[index]]));
  return byFinding(claims).flatMap((group) => [
    findingLine(group),
    ...group.map((claim) => rowOf.get(claim) ?? ''),
  ]);
}
