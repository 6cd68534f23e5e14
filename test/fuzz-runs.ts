/** How much of a campaign `npm test` tries, and how much the long one. */

/** Cases of a property that `npm test` tries; the long campaign multiplies them through CREASEBOOK_FUZZ. */
export function fuzzRuns(cases: number): number {
  return cases * Number(process.env['CREASEBOOK_FUZZ'] ?? 1);
}

/**
 * Which of `count` places a campaign over all of them tries: each third in `npm test`, from another one each time; all of
 * them in the long campaign. What fails names its place.
 */
export function campaignPlaces(count: number): number[] {
  const every = process.env['CREASEBOOK_FUZZ'] === undefined ? 3 : 1;
  const first = Math.floor(Math.random() * every);
  return Array.from({ length: count }, (_, place) => place).filter((place) => place % every === first);
}
