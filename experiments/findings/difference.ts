/** `difference`: a measure in one group of cells minus the same in another, or alone, lies beyond a margin; pairs within seeds. */
import type { ClaimOf } from './claim-schema.ts';
import { valueOf, type JudgedCell } from './judged-cell.ts';
import { liesIn, seedTable, type Group, type SeedRow } from './seed-table.ts';
import { mean } from './statistics.ts';
import { beyondBound, boundOf, meanPart, seedsForMean, verdictOf, type Verdict } from './verdict.ts';

/** The verdict on a difference over these cells. */
export function judgeDifference(claim: ClaimOf<'difference'>, cells: readonly JudgedCell[]): Verdict {
  const { a, b } = claim;
  const used = cells.filter((cell) => liesIn(cell, a) || (b !== undefined && liesIn(cell, b)));
  const bound = boundOf(claim, claim.margin ?? 0);
  const table = seedTable(used, (cell) => [valueOf(cell, claim.measure, claim)]);
  return verdictOf(table, 6, ({ rows }) => {
    const sides = rows.map((row) => ({ a: groupMean(row, a), ...(b && { b: groupMean(row, b) }) }));
    const differences = sides.map((side) => side.a - (side.b ?? 0));
    const perSeed = sides.map((side, index) => ({ ...side, difference: differences[index] }));
    const part = meanPart('difference', differences, bound);
    const deciding = seedsForMean(differences, bound.value);
    return { word: beyondBound(part, bound), parts: [part], deciding, perSeed };
  });
}

function groupMean({ cells }: SeedRow, group: Group): number {
  return mean(cells.filter(({ cell }) => liesIn(cell, group)).map(({ values }) => values[0]));
}
