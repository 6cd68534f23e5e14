/** More seeds for a sweep: those that follow the ones it has. */
import type { PlainValue } from '../../electron/contract/sweeps.ts';

/** The seed axis of a sweep file with so many more seeds than these; a run of whole numbers is written as a run. */
export function axisWithMoreSeeds(seeds: readonly number[], more: number): PlainValue {
  const sorted = [...new Set(seeds)].sort((a, b) => a - b);
  const last = sorted[sorted.length - 1] ?? 0;
  const added = Array.from({ length: more }, (_, at) => last + 1 + at);
  const values = [...sorted, ...added];
  const [from = 1] = values;
  const isRun = values.every((seed, at) => seed === from + at);
  return isRun ? { from, to: from + values.length - 1, count: values.length } : { values };
}
