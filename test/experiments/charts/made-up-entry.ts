/** An entry that nobody trained: its numbers are chosen so that a person can reckon them. */
import type { ChartCell } from '../../../experiments/charts/chart-cell.ts';
import type { MeasureName } from '../../../experiments/records/measures.ts';
import type { AxisValue } from '../../../experiments/sweeps/cell.ts';

interface Made {
  readonly settings?: Readonly<Record<string, AxisValue>>;
  readonly seed?: number;
  /** True error at epochs 0, 1, 2, ...; or at `epochs`. */
  readonly error: readonly number[];
  readonly epochs?: readonly number[];
  readonly train?: readonly number[];
  readonly iou?: readonly number[];
  readonly state?: ChartCell['state'];
  readonly isDiverged?: boolean;
}

let count = 0;

export function madeCell({ settings = {}, seed = 1, error, state = 'finished', ...more }: Made): ChartCell {
  count += 1;
  const columns: Partial<Record<MeasureName, readonly number[]>> = {
    truthMse: error,
    trainMse: more.train,
    iou: more.iou,
  };
  return {
    id: `cell-${count}`,
    label: Object.entries(settings)
      .map(([name, value]) => `${value} ${name}`)
      .join(', '),
    state,
    isDiverged: more.isDiverged ?? false,
    settings: { ...settings, seed },
    outputs: 1,
    epochs: more.epochs ?? error.map((_, at) => at),
    seconds: error.map((_, at) => at / 2),
    measure: (name) => columns[name] ?? error.map(() => NaN),
  };
}

/** Errors of 2 parameter counts x 2 point counts x 4 seeds, at one epoch. */
export const sweepErrors: Readonly<Record<string, readonly number[]>> = {
  '100 10': [1, 2, 3, 10],
  '100 20': [0.5, 0.5, 0.5, 0.5],
  '1000 10': [8, 2, 4, 6],
  '1000 20': [0.1, 0.4, 0.2, 0.3],
};

export const madeSweep: readonly ChartCell[] = Object.entries(sweepErrors).flatMap(([place, errors]) => {
  const [parameters, points] = place.split(' ').map(Number) as [number, number];
  return errors.map((error, at) =>
    madeCell({
      settings: { parameters, points },
      seed: at + 1,
      error: [error],
      train: [place === '1000 10' ? 0.01 : 0.1],
    }),
  );
});
