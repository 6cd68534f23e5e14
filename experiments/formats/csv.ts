/** Comma-separated values as spreadsheets and other programs read them. */
import type { AxisValue } from '../sweeps/cell.ts';

/** CSV (RFC 4180) with a header and one line a row; numbers in full precision, an empty field where there is none. */
export function csvText(head: readonly string[], rows: readonly (readonly (AxisValue | null)[])[]): string {
  return `${[head, ...rows].map((row) => row.map(csvField).join(',')).join('\n')}\n`;
}

/** Words that a spreadsheet would take for a formula begin with an apostrophe, as spreadsheets themselves mark text. */
function csvField(value: AxisValue | null): string {
  const isFormula = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value));
  const text = value === null ? '' : isFormula ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
