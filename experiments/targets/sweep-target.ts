/** What a sweep file calls what is learnt. */

/** A built-in picture or the path of a picture relative to the sweep file; or a formula. */
type SweepPicture = string | { readonly formula: string };

/** A picture; or a file of points, with the picture behind them where somebody knows it. */
export type SweepTarget = SweepPicture | { readonly points: string; readonly truth?: SweepPicture };

/** Whether the name of a file says that it holds points. */
export function isPointsFileName(name: string): boolean {
  return /\.(?:csv|tsv|parquet)$/i.test(name);
}

/** The file of points of a target; null where it is a picture. */
export function pointsOfTarget(target: SweepTarget): string | null {
  if (typeof target === 'string') return isPointsFileName(target) ? target : null;
  return 'points' in target ? target.points : null;
}
