/** What commands print: documents on stdout, progress and remarks on stderr. */

/** What a terminal would obey instead of showing it: control characters, and marks that turn the direction of writing. */
const obeyed = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** `text` as a terminal may have it: what it would obey is replaced by �, line ends and tabs are kept. */
export function plainText(text: string): string {
  return text.replaceAll(obeyed, (mark) => (mark === '\n' || mark === '\t' ? mark : '\ufffd'));
}

/** Prints a line of the result on stdout. */
export function printLine(line: string): void {
  process.stdout.write(`${plainText(line)}\n`);
}

/** Prints one JSON document on stdout; non-finite numbers become null as JSON has it, typed arrays lists. */
export function printJson(document: unknown): void {
  const plain = (_key: string, value: unknown): unknown =>
    value instanceof Float32Array || value instanceof Uint32Array ? [...value] : value;
  process.stdout.write(`${JSON.stringify(document, plain, 2)}\n`);
}

/** Prints a remark on stderr. */
export function remark(line: string): void {
  process.stderr.write(`${plainText(line)}\n`);
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
