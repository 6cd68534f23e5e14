/** `order`: in a seed's events, each a cell or a spike, one thing comes before another more often, or less often, than a share. */
import type { ClaimOf } from './claim-schema.ts';
import { timeOf, valueOf, type JudgedCell, type Reading, type Threshold } from './judged-cell.ts';
import { seedTable } from './seed-table.ts';
import { beyondBound, boundOf, meanPart, seedsForMean, verdictOf, type Verdict } from './verdict.ts';

/** Fewest events of all seeds together from which anything is decided. */
const leastEvents = 20;

/** The verdict on an order: the share of a seed's events in which `first` came first, and half of the ties. */
export function judgeOrder(claim: ClaimOf<'order'>, cells: readonly JudgedCell[]): Verdict {
  const bound = boundOf(claim, 0.5);
  const table = seedTable(cells, eventReader(claim));
  return verdictOf(table, 6, ({ rows }) => {
    const perSeed = rows.map((row) => {
      const sum = (at: number): number => row.cells.reduce((total, { values }) => total + values[at], 0);
      const [before, together, after] = [sum(0), sum(1), sum(2)];
      return { share: (before + together / 2) / (before + together + after), before, together, after };
    });
    const shares = perSeed.map(({ share }) => share);
    const part = meanPart('share', shares, bound);
    const events = perSeed.reduce((sum, { before, together, after }) => sum + before + together + after, 0);
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

/** Reads off a cell in how many of its events `first` comes before `then`, with it, and after it. */
function eventReader({ first, then, axis, diverged }: ClaimOf<'order'>): (cell: JudgedCell) => Reading[] {
  if (typeof first === 'string' || typeof then === 'string') {
    const counts = ['linearFirst', 'linearTogether', 'linearLater'] as const;
    const names = first === 'linear half time' ? counts : [counts[2], counts[1], counts[0]];
    return (cell) => {
      const readings = names.map((name) =>
        valueOf(cell, name, { scale: 'linear', at: 'last', diverged: 'leave out' }),
      );
      // A cell without a spike says nothing of an order.
      return readings.every((reading) => reading === 0) ? readings.map(() => 'undefined') : readings;
    };
  }
  const rule = { axis, limit: Infinity, diverged };
  return (cell) => {
    const times = [first, then].map((side: Threshold) => timeOf(cell, side, rule));
    const [before, after] = times;
    if (typeof before !== 'number' || typeof after !== 'number') return times;
    return [Number(before < after), Number(before === after), Number(before > after)];
  };
}
