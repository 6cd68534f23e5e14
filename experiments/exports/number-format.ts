/** Numbers as figures print them. */

/** "27,091". */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/**
 * An error with four decimals, "0.0123", or with one significant digit where that would print as nearly nothing,
 * "4e−5"; "–" where there is none.
 */
export function formatError(error: number | null): string {
  if (error === null || !Number.isFinite(error)) return '–';
  if (Math.abs(error) >= 1e5) return error.toExponential(0).replace('e+', 'e').replace(/-/g, '−');
  if (Math.abs(error) >= 99.995) return String(Math.round(error));
  if (Math.abs(error) >= 0.00095 || error === 0) return error.toFixed(Math.abs(error) >= 9.99995 ? 2 : 4);
  return error.toExponential(0).replace(/-/g, '−');
}

/** A share with two decimals and no zero in front, ".48", "1.00"; "–" where there is none. */
export function formatShare(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return '–';
  return share
    .toFixed(2)
    .replace(/^(-?)0\./, '$1.')
    .replace('-', '−');
}
