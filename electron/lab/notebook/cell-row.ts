/** What the index of an entry is to say of a cell, from its logs. */
import type { CellRow } from '../../../experiments/entries/cells-index.ts';
import { cellState } from '../../../experiments/records/cell-state.ts';
import type { CellLogs } from './cell-logs.ts';

/** The row of a cell. */
export function cellRow(id: string, { index, records, previews }: CellLogs): CellRow {
  const { events, lastStart, snapshots } = index;
  const last = snapshots.at(-1);
  const { metrics } = last ?? {};
  const ending = events.at(-1)?.event;
  return {
    id,
    // The last word, whatever the goal is today.
    state: cellState(events, 0, false),
    reach: ending?.kind !== 'finished' ? 0 : ending.reason === 'goal' ? ending.epoch : Infinity,
    started: lastStart,
    lastEpoch: last?.epoch ?? null,
    lastLink: last?.link ?? null,
    seconds: last?.seconds ?? 0,
    snapshots: snapshots.length,
    recordBytes: records.end,
    previewBytes: previews.end,
    figures:
      metrics === undefined
        ? null
        : {
            trainMse: metrics.trainMse,
            validationMse: metrics.validationMse,
            truth: metrics.fineTruth ?? metrics.truth,
            distinctHashes: metrics.distinctHashes,
          },
  };
}
