/** `order`: in a seed's cells, each an event, one thing comes before another more often, or less often, than a share. */
import type { ClaimOf } from './claim-schema.ts';
import { timeOf, type JudgedCell } from './judged-cell.ts';
import { seedTable } from './seed-table.ts';
import { beyondBound, boundOf, meanPart, seedsForMean, verdictOf, type Verdict } from './verdict.ts';

/** Fewest events of all seeds together from which anything is decided. */
const leastEvents = 20;

/** The verdict on an order: the share of a seed's cells in which `first` came first, and half of the ties. */
export function judgeOrder(claim: ClaimOf<'order'>, cells: readonly JudgedCell[]): Verdict {
  const rule = { axis: claim.axis, limit: Infinity, diverged: claim.diverged };
  const bound = boundOf(claim, 0.5);
  const table = seedTable(cells, (cell) => [timeOf(cell, claim.first, rule), timeOf(cell, claim.then, rule)]);
  return verdictOf(table, 6, ({ rows }) => {
    const perSeed = rows.map((row) => {
      const compare = (test: (first: number, then: number) => boolean): number =>
        row.cells.filter(({ values: [first, then] }) => test(first, then)).length;
      const before = compare((first, then) => first < then);
      const together = compare((first, then) => first === then);
      const events = row.cells.length;
      return { share: (before + together / 2) / events, before, together, after: events - before - together };
    });
    const shares = perSeed.map(({ share }) => share);
    const part = meanPart('share', shares, bound);
    const events = rows.reduce((sum, row) => sum + row.cells.length, 0);
    return {
      word: events < leastEvents ? 'undecided' : beyondBound(part, bound),
      parts: [part],
      deciding:
        events < leastEvents
          ? Math.ceil((leastEvents * rows.length) / events)
          : seedsForMean(shares, bound.value),
      perSeed,
    };
  });
}
