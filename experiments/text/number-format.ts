/** Numbers as figures print them. */
import type { MeasureUnit } from '../records/measures.ts';

/** "27,091". */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/**
 * An error with four decimals, "0.0123", with two digits and an exponent below 0.001, "4.1e−5"; "–" where there is
 * none.
 */
export function formatError(error: number | null): string {
  if (error === null || !Number.isFinite(error)) return '–';
  const size = Math.abs(error);
  if (size >= 100_000) return error.toExponential(0).replace('e+', 'e').replace('-', '−');
  if (size !== 0 && size < 0.001) return error.toExponential(1).replaceAll('-', '−');
  const decimals = size < 9.99995 ? 4 : size < 99.995 ? 2 : 0;
  return error.toFixed(decimals).replace('-', '−');
}

/** A share with two decimals and no zero in front, ".48", "1.00"; "–" where there is none. */
export function formatShare(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return '–';
  return share
    .toFixed(2)
    .replace(/^(-?)0\./, '$1.')
    .replace('-', '−');
}

/** A measure in its unit: counts with commas, shares and errors as above; "–" where there is none. */
export function formatMeasure(unit: MeasureUnit, value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  if (unit === 'share') return formatShare(value);
  return unit === 'count' ? formatCount(value) : formatError(value);
}
