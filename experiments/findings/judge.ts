/** The verdict on any claim, over the cells of an entry. */
import type { Claim } from './claim-schema.ts';
import { judgeDifference } from './difference.ts';
import { judgeExact } from './exact.ts';
import { judgeFaster } from './faster.ts';
import type { JudgedCell, PlacedCell } from './judged-cell.ts';
import { judgeOrder } from './order.ts';
import { judgePeak } from './peak.ts';
import { judgeRank } from './rank.ts';
import { judgeReaches } from './reaches.ts';
import { liesIn } from './seed-table.ts';
import type { Verdict } from './verdict.ts';
import { judgeWithin } from './within.ts';

/** The cells that a claim is about. */
export function cellsOfClaim<Cell extends PlacedCell>(claim: Claim, cells: readonly Cell[]): Cell[] {
  const used = cells.filter((cell) => liesIn(cell, claim.where));
  if (!('a' in claim)) return used;
  const { a, b } = claim;
  return used.filter((cell) => liesIn(cell, a) || (b !== undefined && liesIn(cell, b)));
}

/** The verdict on a claim over an entry's cells; `digest` (hex) is that of the claim, from which a bootstrap draws. */
export function judge(claim: Claim, cells: readonly JudgedCell[], digest: string): Verdict {
  const used = cells.filter((cell) => liesIn(cell, claim.where));
  switch (claim.kind) {
    case 'difference':
      return judgeDifference(claim, used);
    case 'peak':
      return judgePeak(claim, used);
    case 'within':
      return judgeWithin(claim, used);
    case 'reaches':
      return judgeReaches(claim, used);
    case 'faster':
      return judgeFaster(claim, used);
    case 'rank':
      return judgeRank(claim, used, parseInt(digest.slice(0, 8), 16));
    case 'order':
      return judgeOrder(claim, used);
    case 'exact':
      return judgeExact(claim, used);
  }
}
