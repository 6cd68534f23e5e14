/** Times as records and entries keep them. */

const earliest = Date.parse('0000-01-01T00:00:00.000Z');
const latest = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * ISO 8601 in UTC, to the millisecond. A clock that stands outside of the years 0000 to 9999 counts as standing at their
 * edge: years of more digits are not valid in any file.
 */
export function isoTime(time: Date): string {
  return new Date(Math.min(latest, Math.max(earliest, time.getTime()))).toISOString();
}
