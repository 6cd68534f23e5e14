/** An entry's cells as charts and tables over settings see them. */
import type { CellSummary, CellTimeline } from '../../electron/contract/entries.ts';
import type { LastMeasures } from '../../electron/contract/last-measures.ts';
import type { ChartCell } from '../../experiments/charts/chart-cell.ts';
import type { MeasureName } from '../../experiments/records/measures.ts';
import { settingsOf } from '../../experiments/selection/fields.ts';
import type { CellSeries } from './measure-series.ts';

/** What is known of a cell over time. */
type Over = CellTimeline | CellSeries | undefined;

const nothing: ArrayLike<number> = [];

/**
 * A cell with what is known of its measures over time; where nothing is, with those of its last snapshot. It is the object
 * that it was before, where that is given, as long as neither changes.
 */
export function chartCellOf(cell: CellSummary, over: Over, before?: ChartCell): ChartCell {
  const known = before instanceof KnownCell ? before : null;
  return known?.isOf(cell, over) === true ? known : new KnownCell(cell, over, known);
}

/** An object without closures: there are a hundred thousand of them. */
class KnownCell implements ChartCell {
  readonly id: string;
  readonly label: string;
  readonly state: ChartCell['state'];
  readonly isDiverged: boolean;
  readonly settings: ChartCell['settings'];
  readonly outputs: number;
  readonly epochs: ArrayLike<number>;
  readonly seconds: ArrayLike<number>;
  readonly #cell: CellSummary;
  readonly #over: Over;
  readonly #timeline: CellTimeline | null;
  readonly #series: CellSeries | null;

  constructor(cell: CellSummary, over: Over, before: KnownCell | null) {
    const { last, lastEpoch } = cell;
    this.id = cell.id;
    this.label = cell.label;
    this.state = cell.state;
    this.isDiverged = cell.state === 'failed' && cell.failure === 'diverged';
    // Whatever its state is, its settings are those of its configuration.
    this.settings =
      before !== null && before.#cell.config === cell.config ? before.settings : settingsOf(cell);
    this.outputs = cell.config.network.outputs;
    this.epochs = over?.epochs ?? (last === null || lastEpoch === null ? nothing : [lastEpoch]);
    this.seconds = over?.seconds ?? (last === null || lastEpoch === null ? nothing : [cell.seconds]);
    this.#cell = cell;
    this.#over = over;
    this.#timeline = over !== undefined && 'cellId' in over ? over : null;
    this.#series = over !== undefined && !('cellId' in over) ? over : null;
  }

  isOf(cell: CellSummary, over: Over): boolean {
    return this.#cell === cell && this.#over === over;
  }

  measure(name: MeasureName): ArrayLike<number> {
    if (this.#timeline !== null) return this.#timeline.measures[name];
    return this.#series?.of(name) ?? onlyLast(this.epochs.length, this.#cell.last, name);
  }

  valueAt(name: MeasureName, at: number): number {
    if (this.#timeline !== null) return this.#timeline.measures[name][at] ?? NaN;
    const value = this.#series?.valueAt(name, at);
    return value ?? (at === this.epochs.length - 1 ? lastValue(this.#cell.last, name) : NaN);
  }
}

function onlyLast(length: number, last: LastMeasures | null, name: MeasureName): ArrayLike<number> {
  const values = new Float32Array(length).fill(NaN);
  if (length > 0) values[length - 1] = lastValue(last, name);
  return values;
}

/** In the precision that series have; NaN of measures that are not told of the last snapshot. */
function lastValue(last: LastMeasures | null, name: MeasureName): number {
  const told: Partial<Record<MeasureName, number | null>> | null = last;
  return Math.fround(told?.[name] ?? NaN);
}
