/** Which derived measures claims need, and at which snapshots. */
import { measureFamilies, type MeasureFamily } from '../records/derived-measures.ts';
import { familyOf, isReach, type ClaimMeasure } from './claim-measures.ts';
import type { Claim } from './claim-schema.ts';

/** A family that is needed: at the last snapshot of a cell alone, at its key frames, or at all snapshots. */
export interface NeededFamily {
  readonly family: MeasureFamily;
  readonly epochs: 'last' | 'key' | 'all';
}

/** The families that claims need, each once. */
export function neededFamilies(claims: readonly Claim[]): NeededFamily[] {
  const needs = claims.flatMap((claim) => {
    const isLast = 'at' in claim && claim.at === 'last' && !('along' in claim && claim.along === 'epochs');
    return measuresOf(claim).map((name) => ({ family: familyOf(name), isLast }));
  });
  // The chart of reach draws the nearest neighbour's beside it.
  if (claims.some((claim) => measuresOf(claim).some(isReach)))
    needs.push({ family: 'nearest', isLast: true });
  return measureFamilies.flatMap((family) => {
    const own = needs.filter((need) => need.family === family);
    return own.length === 0 ? [] : [{ family, epochs: own.every(({ isLast }) => isLast) ? 'last' : 'all' }];
  });
}

/** The measures that a claim is about. */
export function measuresOf(claim: Claim): ClaimMeasure[] {
  if (claim.kind === 'order')
    return [claim.first, claim.then].map((side) => (typeof side === 'string' ? 'linearFirst' : side.measure));
  if (claim.kind === 'rank') return [claim.measure, ...(claim.with === 'axis' ? [] : [claim.with])];
  if (claim.kind === 'exact')
    return [claim.measure, ...(typeof claim.equals === 'number' ? [] : [claim.equals])];
  return [claim.measure];
}
