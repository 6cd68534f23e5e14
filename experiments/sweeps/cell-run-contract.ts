/** The narrow boundary between queue and executor: a cell in, a stream of records out. */
import type { CellFailure, Preview, ResumeState, Snapshot } from '../records/snapshot.ts';
import type { Picture } from '../targets/picture.ts';
import type { CellConfig, SnapshotSchedule, SnapshotSettings } from './cell.ts';

/** Where an interrupted or extended cell goes on: its last stored state and its last recorded snapshot. */
export interface ResumePoint extends ResumeState {
  /** Snapshots up to this epoch are recorded already: they are trained again but not reported again. */
  readonly recordedEpoch: number;
  /** Link and weights digest (hex) at `recordedEpoch`; training again must arrive at this digest. */
  readonly recordedLink: string;
  readonly recordedWeightsDigest: string;
  /** Number of snapshots recorded so far (epoch 0 included). */
  readonly recordedSnapshots: number;
}

/** A cell to be trained to its goal. */
export interface CellJob {
  readonly cellId: string;
  readonly config: CellConfig;
  readonly picture: Picture;
  /** Completed epochs at which the cell is finished. */
  readonly epochs: number;
  readonly snapshots: Omit<SnapshotSettings, 'policy'> & { readonly policy: SnapshotSchedule };
  readonly resume: ResumePoint | null;
}

/** How a run hears of its host: an abort stops it at the end of an epoch; the clock affects no result. */
export interface CellRunOptions {
  readonly signal: AbortSignal;
  /** Seconds since any fixed moment. */
  readonly clock: () => number;
  /** Seconds of work that a kill may cost: after so many without a state the run sends one. A minute where left out. */
  readonly checkpointSeconds?: number;
}

/** What a run sends, in order. */
export type CellMessage =
  | { readonly kind: 'progress'; readonly epoch: number; readonly loss: number; readonly seconds: number }
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot; readonly preview: Preview }
  /** The state now, so that whatever kills the run costs no more than what comes after; it takes the last one's place. */
  | { readonly kind: 'checkpoint'; readonly state: ResumeState }
  /** The state at the epoch at which an abort took effect, so that resuming need not train again. */
  | { readonly kind: 'stopped'; readonly state: ResumeState }
  | { readonly kind: 'finished'; readonly epoch: number; readonly reason: 'goal' | 'early stop' }
  | {
      readonly kind: 'failed';
      readonly epoch: number;
      readonly failure: CellFailure;
      readonly message: string;
    };
