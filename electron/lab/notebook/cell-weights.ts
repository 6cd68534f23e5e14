/** Weights of a cell at any epoch: stored ones, else trained again from the key frame before, bit for bit. */
import type { TrainerState } from '../../../experiments/engines/engine.ts';
import { weightsDigest } from '../../../experiments/records/digests.ts';
import { engineOfCell } from '../../../experiments/sweeps/cell-engine.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import type { CellStore } from './cell-store.ts';
import { LabError } from '../disk/lab-error.ts';
import type { Picture } from '../../../experiments/targets/picture.ts';
import type { ComputePool } from '../../compute/compute-pool.ts';

/** Weights and the epoch that they are of. */
export interface CellWeights {
  readonly weights: Float32Array;
  readonly epoch: number;
  /** Why they are those of the last snapshot before the epoch that was asked for; null where they are not. */
  readonly obstacle: string | null;
}

/** What trains again between snapshots. */
export interface WeightsEngine {
  replay(cell: SweepCell, from: TrainerState, epoch: number): Promise<Float32Array>;
  /** What the GPU computes on; rejects where there is none. */
  adapter(): Promise<string>;
}

type Records = Pick<CellStore, 'events' | 'factsOf' | 'keptEpochs' | 'keyFrameAtOrBefore' | 'snapshot'>;

/** The weights at an epoch that the cell has reached. Throws LabError where what is needed for them is damaged. */
export async function weightsAt(
  cell: SweepCell,
  store: Records,
  wanted: number,
  engine: WeightsEngine,
): Promise<CellWeights> {
  const snapshot = await store.snapshot(wanted);
  if (snapshot !== null) return { weights: snapshot.weights, epoch: wanted, obstacle: null };
  const obstacle = await replayObstacle(cell, store, engine.adapter);
  if (obstacle !== null) {
    const epoch = snapshotsAround(store, wanted)[0];
    const before = epoch === undefined ? null : await store.snapshot(epoch);
    if (epoch !== undefined && before !== null) return { weights: before.weights, epoch, obstacle };
  }
  const from = await store.keyFrameAtOrBefore(wanted);
  if (from === null) {
    throw new LabError('damaged', `No key frame of ${cell.label} is left at or before epoch ${wanted}.`);
  }
  const weights = await engine.replay(cell, from.state, wanted);
  const recorded = store.factsOf(wanted)?.weightsDigest;
  if (recorded === undefined || weightsDigest(weights) === recorded)
    return { weights, epoch: wanted, obstacle: null };
  const nearest = snapshotsAround(store, wanted).join(' and ');
  throw new LabError(
    'damaged',
    `Epoch ${wanted} of ${cell.label} was thinned, and trained again its weights are not those of the recorded digest. The nearest snapshots that were kept are at epochs ${nearest}.`,
  );
}

/** Epochs of the last snapshot with weights before an epoch and the first one after it, as far as there are any. */
export function snapshotsAround(store: Pick<CellStore, 'keptEpochs'>, epoch: number): number[] {
  const epochs = store.keptEpochs();
  const before = epochs.filter((one) => one < epoch).at(-1);
  const after = epochs.find((one) => one > epoch);
  return [before, after].flatMap((one) => one ?? []);
}

/** Why a cell cannot be trained again here bit for bit, in a sentence; null where it can. */
export async function replayObstacle(
  { config }: SweepCell,
  store: Pick<CellStore, 'events'>,
  adapter: () => Promise<string>,
): Promise<string | null> {
  if (engineOfCell(config) !== 'webgpu') return null;
  try {
    const here = await adapter();
    const there = otherGpus(store, here);
    return there === null ? null : `It was trained by ${there}; this is ${here}.`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What trained a cell of the GPU, in words, where it was not (only) the GPU that is here; else null. */
export function otherGpus({ events }: Pick<CellStore, 'events'>, here: string): string | null {
  const engines = events.flatMap(({ event }) =>
    event.kind === 'started' || event.kind === 'resumed' ? (event.environment.engine ?? []) : [],
  );
  const others = [...new Set(engines)].filter((engine) => !engine.startsWith(`WebGPU on ${here} (`));
  if (engines.length === 0) return 'an unknown GPU';
  return others.length === 0 ? null : others.join(' and ');
}
/** What trains cells again on a pool, for labels of a picture; aborted replays reject with the signal's reason. */
export function weightsEngine(pool: ComputePool, picture: Picture, signal?: AbortSignal): WeightsEngine {
  return {
    replay: ({ config }, from, epoch) => pool.replay({ job: { config, picture }, from, epoch }, signal),
    adapter: () => pool.gpuAdapter(),
  };
}
