/** `exact`: an identity holds in every cell: a measure equals a number or another measure. */
import type { ClaimOf } from './claim-schema.ts';
import { valueOf, type JudgedCell } from './judged-cell.ts';
import { seedTable } from './seed-table.ts';
import { verdictOf, type Verdict } from './verdict.ts';

/** The verdict on an identity: the largest deviation over all cells against the tolerance. */
export function judgeExact(claim: ClaimOf<'exact'>, cells: readonly JudgedCell[]): Verdict {
  const { measure, equals, tolerance } = claim;
  const table = seedTable(cells, (cell) => [
    valueOf(cell, measure, claim),
    typeof equals === 'number' ? equals : valueOf(cell, equals, claim),
  ]);
  return verdictOf(table, 1, ({ rows }) => {
    const deviations = rows.map((row) =>
      Math.max(...row.cells.map(({ values: [left, right] }) => Math.abs(left - right))),
    );
    const largest = Math.max(...deviations);
    const agreeing = deviations.filter((deviation) => deviation <= tolerance).length;
    return {
      word: largest <= tolerance ? 'holds' : 'fails',
      parts: [
        {
          name: 'largest deviation',
          estimate: largest,
          low: largest,
          high: largest,
          count: { agreeing, of: deviations.length },
        },
      ],
      deciding: null,
      perSeed: deviations.map((deviation) => ({ deviation })),
    };
  });
}
