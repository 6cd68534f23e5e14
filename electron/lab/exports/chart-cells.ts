/** Cells of an entry as charts, tables and filters ask of them. */
import { chartCell, type ChartCell } from '../../../experiments/charts/chart-cell.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import { settingsOf } from '../../../experiments/selection/fields.ts';
import type { ShownEntry } from '../comparisons/shown-entry.ts';

/** The cells of an entry with their measures over time. */
export async function entryChartCells(entry: ShownEntry): Promise<ChartCell[]> {
  const cells: ChartCell[] = [];
  for (const json of entry.json.cells) cells.push(await entryChartCell(entry, json));
  return cells;
}

/** A cell of an entry with its measures over time. */
export async function entryChartCell(entry: ShownEntry, json: EntryCell): Promise<ChartCell> {
  const store = await entry.cell(json.id);
  const last = store.events.at(-1)?.event;
  const facts = {
    id: json.id,
    label: json.label,
    state: store.state,
    isDiverged: store.state === 'failed' && last?.kind === 'failed' && last.failure === 'diverged',
    settings: settingsOf(json),
    outputs: json.config.network.outputs,
  };
  return chartCell(facts, store.index());
}
