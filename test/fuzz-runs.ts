/** Cases of a property that `npm test` tries; the long campaign multiplies them through CREASEBOOK_FUZZ. */
export function fuzzRuns(cases: number): number {
  return cases * Number(process.env['CREASEBOOK_FUZZ'] ?? 1);
}
