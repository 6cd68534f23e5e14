/** `within`: a measure, averaged over seeds, agrees with a number: its whole interval lies between two bounds. */
import { logarithm } from '../random/elementary.ts';
import type { ClaimOf } from './claim-schema.ts';
import { valueOf, type JudgedCell } from './judged-cell.ts';
import { seedTable } from './seed-table.ts';
import { mean, meanInterval } from './statistics.ts';
import { seedsForMean, verdictOf, type Verdict } from './verdict.ts';

/** The verdict on agreement over these cells; on the logarithmic scale that of the geometric mean. */
export function judgeWithin(claim: ClaimOf<'within'>, cells: readonly JudgedCell[]): Verdict {
  const [low, high] =
    claim.scale === 'log' ? [logarithm(claim.low), logarithm(claim.high)] : [claim.low, claim.high];
  const table = seedTable(cells, (cell) => [valueOf(cell, claim.measure, claim)]);
  return verdictOf(table, 4, ({ rows }) => {
    const values = rows.map((row) => mean(row.cells.map((entry) => entry.values[0])));
    const interval = meanInterval(values);
    const isInside = low <= interval.low && interval.high <= high;
    const isOutside = interval.high < low || high < interval.low;
    const estimate = mean(values);
    const nearer = Math.abs(estimate - low) < Math.abs(estimate - high) ? low : high;
    const agreeing = values.filter((value) => low <= value && value <= high).length;
    return {
      word: isInside ? 'holds' : isOutside ? 'fails' : 'undecided',
      parts: [{ name: 'mean', estimate, ...interval, count: { agreeing, of: values.length } }],
      deciding: seedsForMean(values, nearer),
      perSeed: values.map((value) => ({ value })),
    };
  });
}
