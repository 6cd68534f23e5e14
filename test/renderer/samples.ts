/** Small timelines and cells for tests of the renderer. */
import type { AxisValue } from '../../experiments/sweeps/cell.ts';
import type { CellSummary, CellTimeline } from '../../electron/contract/entries.ts';
import { forMeasures } from '../../experiments/records/measures.ts';
import { smallConfig } from '../experiments/sweeps/cell-jobs.ts';

/** A timeline with snapshots at these epochs; every measure is a plain function of them. */
export function timeline(
  cellId: string,
  epochs: readonly number[],
  changes: Partial<Omit<CellTimeline, 'measures'>> & {
    readonly stepsPerEpoch?: number;
    readonly measures?: Partial<CellTimeline['measures']>;
  } = {},
): CellTimeline {
  const { stepsPerEpoch = 1, measures, ...rest } = changes;
  const from = rest.from ?? 0;
  const last = epochs.at(-1) ?? 0;
  const before = from === 0 ? 0 : (epochs[0] ?? 0) - 1;
  const trained = Uint32Array.from({ length: Math.max(0, last - before) }, (_, at) => before + at + 1);
  const falling = Float32Array.from(epochs, (epoch) => 1 / (1 + epoch));
  return {
    cellId,
    from,
    epochs: Uint32Array.from(epochs),
    steps: Float64Array.from(epochs, (epoch) => epoch * stepsPerEpoch),
    samples: Float64Array.from(epochs, (epoch) => epoch * stepsPerEpoch * 10),
    seconds: Float64Array.from(epochs, (epoch) => epoch / 10),
    keyFrames: Uint8Array.from(epochs, (_, at) => Number((from + at) % 3 === 0)),
    previews: Uint32Array.from(epochs, (_, at) => from + at),
    measures: {
      ...forMeasures(() => falling),
      truthMse: falling.map((value) => 2 * value),
      iou: Float32Array.from(epochs, (epoch) => epoch / (10 + epoch)),
      distinctHashes: Float32Array.from(epochs, (epoch) => 100 + epoch),
      ...measures,
    },
    gradientNorms: Float32Array.from({ length: 2 * epochs.length }, (_, at) => at + 1),
    layers: 2,
    trained: {
      epochs: trained,
      losses: Float32Array.from(trained, (epoch) => 1 / epoch),
      gradientNorms: Float32Array.from(trained, () => 1),
    },
    spikes: new Uint32Array(0),
    ...rest,
  };
}

/** A cell on some axes. */
export function cell(
  id: string,
  axes: Readonly<Record<string, AxisValue>>,
  changes: Partial<CellSummary> = {},
): CellSummary {
  return {
    id,
    label: Object.values(axes).join(', '),
    axes,
    state: 'finished',
    epochs: 100,
    lastEpoch: 100,
    snapshots: 11,
    seconds: 1,
    config: smallConfig,
    parameters: 100,
    stepsPerEpoch: 1,
    failure: null,
    problem: null,
    last: null,
    ...changes,
  };
}
