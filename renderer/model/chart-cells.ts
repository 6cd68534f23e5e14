/** An entry's cells as charts and tables over settings see them. */
import type { CellSummary, CellTimeline } from '../../electron/contract/entries.ts';
import type { ChartCell } from '../../experiments/charts/chart-cell.ts';
import { settingsOf } from '../../experiments/selection/fields.ts';

const nothing = new Float32Array(0);
const known = new WeakMap<CellSummary, Map<CellTimeline | undefined, ChartCell>>();

/** A cell with its timeline; the same object as long as neither changes. */
export function chartCellOf(cell: CellSummary, timeline: CellTimeline | undefined): ChartCell {
  const before = known.get(cell)?.get(timeline);
  if (before !== undefined) return before;
  const made: ChartCell = {
    id: cell.id,
    label: cell.label,
    state: cell.state,
    isDiverged: cell.state === 'failed' && cell.failure === 'diverged',
    settings: settingsOf(cell),
    outputs: cell.config.network.outputs,
    epochs: timeline?.epochs ?? nothing,
    seconds: timeline?.seconds ?? nothing,
    measure: (name) => timeline?.measures[name] ?? nothing,
  };
  known.set(cell, new Map([[timeline, made]]));
  return made;
}
