/** `reaches`: more than half of the seeds come beyond a threshold, in time where the claim gives a limit. */
import type { ClaimOf } from './claim-schema.ts';
import { timeOf, type JudgedCell } from './judged-cell.ts';
import { seedTable } from './seed-table.ts';
import { median, medianInterval, shareInterval } from './statistics.ts';
import { beyondBound, firstDeciding, verdictOf, type Verdict } from './verdict.ts';

const half = { side: 'above', value: 0.5 } as const;

/** The verdict on reaching a threshold: a seed does where all of its cells do, and its time is that of the last. */
export function judgeReaches(claim: ClaimOf<'reaches'>, cells: readonly JudgedCell[]): Verdict {
  const table = seedTable(cells, (cell) => [timeOf(cell, claim, timeRule(claim))]);
  return verdictOf(table, 6, ({ rows }) => {
    const times = rows.map((row) => Math.max(...row.cells.map(({ values }) => values[0])));
    const count = { agreeing: times.filter(Number.isFinite).length, of: times.length };
    const estimate = count.agreeing / count.of;
    const share = { name: 'share', estimate, ...shareInterval(count.agreeing, count.of), count };
    const middle = medianInterval(times) ?? { low: -Infinity, high: Infinity };
    return {
      word: beyondBound(share, half),
      parts: [share, { name: `median ${claim.axis}`, estimate: median(times), ...middle, count: null }],
      deciding: firstDeciding(
        count.of + 1,
        (seeds) => beyondBound(shareInterval(Math.round(estimate * seeds), seeds), half) !== 'undecided',
      ),
      perSeed: times.map((time) => ({ time })),
    };
  });
}

/** A limit counts on its own axis, which is then that of the times. */
function timeRule({ axis, before, diverged }: ClaimOf<'reaches'>): Parameters<typeof timeOf>[2] {
  if (before === undefined) return { axis, limit: Infinity, diverged };
  return 'epochs' in before
    ? { axis: 'epochs', limit: before.epochs, diverged }
    : { axis: 'steps', limit: before.steps, diverged };
}
