/** An entry's cells as charts and tables over settings see them. */
import type { CellSummary, CellTimeline } from '../../electron/contract/entries.ts';
import { lastMeasureNames, type LastMeasures } from '../../electron/contract/last-measures.ts';
import type { ChartCell } from '../../experiments/charts/chart-cell.ts';
import type { MeasureName } from '../../experiments/records/measures.ts';
import { settingsOf } from '../../experiments/selection/fields.ts';
import type { CellSeries } from './measure-series.ts';

type Over = Pick<ChartCell, 'epochs' | 'seconds' | 'measure' | 'valueAt'>;

/** What is known of a cell over time, and what was made of it. */
interface KnownCell {
  readonly over: CellTimeline | CellSeries | undefined;
  readonly made: ChartCell;
}

const nothing = new Float32Array(0);
const none: Over = { epochs: nothing, seconds: nothing, measure: () => nothing, valueAt: () => NaN };
const known = new WeakMap<CellSummary, KnownCell>();
const settings = new WeakMap<CellSummary['config'], ChartCell['settings']>();

/**
 * A cell with what is known of its measures over time; where nothing is, with those of its last snapshot. The same object as
 * long as neither changes.
 */
export function chartCellOf(cell: CellSummary, over: CellTimeline | CellSeries | undefined): ChartCell {
  const before = known.get(cell);
  if (before !== undefined && before.over === over) return before.made;
  const { epochs, seconds, measure, valueAt } = overTime(cell, over);
  const made: ChartCell = {
    id: cell.id,
    label: cell.label,
    state: cell.state,
    isDiverged: cell.state === 'failed' && cell.failure === 'diverged',
    settings: knownSettings(cell),
    outputs: cell.config.network.outputs,
    epochs,
    seconds,
    measure,
    valueAt,
  };
  known.set(cell, { over, made });
  return made;
}

/** Settings of a cell, the same object whatever its state is. */
function knownSettings(cell: CellSummary): ChartCell['settings'] {
  const before = settings.get(cell.config);
  if (before !== undefined) return before;
  const made = settingsOf(cell);
  settings.set(cell.config, made);
  return made;
}

function overTime(
  { last, lastEpoch, seconds }: CellSummary,
  over: CellTimeline | CellSeries | undefined,
): Over {
  if (over === undefined)
    return last === null || lastEpoch === null ? none : lastOnly(last, lastEpoch, seconds);
  if ('cellId' in over) {
    const measure = (name: MeasureName): ArrayLike<number> => over.measures[name];
    return {
      epochs: over.epochs,
      seconds: over.seconds,
      measure,
      valueAt: (name, at) => measure(name)[at] ?? NaN,
    };
  }
  const { epochs } = over;
  const end = epochs.length - 1;
  return {
    epochs,
    seconds: over.seconds,
    measure: (name) => over.of(name) ?? onlyLast(epochs.length, last, name),
    valueAt: (name, at) => over.valueAt(name, at) ?? (at === end ? lastValue(last, name) : NaN),
  };
}

function lastOnly(last: LastMeasures, epoch: number, seconds: number): Over {
  return {
    epochs: [epoch],
    seconds: [seconds],
    measure: (name) => onlyLast(1, last, name),
    valueAt: (name, at) => (at === 0 ? lastValue(last, name) : NaN),
  };
}

function onlyLast(length: number, last: LastMeasures | null, name: MeasureName): ArrayLike<number> {
  const values = new Float32Array(length).fill(NaN);
  if (length > 0) values[length - 1] = lastValue(last, name);
  return values;
}

/** In the precision that series have. */
function lastValue(last: LastMeasures | null, name: MeasureName): number {
  const told = lastMeasureNames.find((one) => one === name);
  return told === undefined ? NaN : Math.fround(last?.[told] ?? NaN);
}
