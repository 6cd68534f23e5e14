/** One text for one value, so that digests of JSON mean something. */
import { EntryError } from './entry-error.ts';

/** Numbers that JSON has no literal for are written as these strings. */
export const nonFiniteNames = ['NaN', 'Infinity', '-Infinity'] as const;

/**
 * Canonical JSON of a plain value: object keys sorted by UTF-16 code units, no white space, numbers as ECMAScript
 * prints them, -0 as -0, NaN and infinities as the strings of `nonFiniteNames`; fields that are undefined are left out.
 * Throws EntryError 'malformed' on anything that is not plain data.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (typeof value === 'object' && !ArrayBuffer.isView(value)) {
    const fields = value as Readonly<Record<string, unknown>>;
    let text = '';
    for (const key of sortedKeys(fields)) {
      const item = fields[key];
      if (item !== undefined)
        text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(item)}`;
    }
    return `{${text}}`;
  }
  throw new EntryError('malformed', `a ${typeof value} has no canonical JSON`);
}

/** Keys in the order of their UTF-16 code units; what was read from canonical JSON has it already. */
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  for (let at = 1; at < keys.length; at++) if (keys[at - 1] > keys[at]) return keys.sort();
  return keys;
}

function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? String(value) : `"${String(value)}"`;
}
