/** A cell of a sweep: its resolved configuration and identity. */
import type { EarlyStop } from '../diagnostics/run-monitor.ts';
import type { DeterminismClass, TrainingSettings } from '../engines/engine.ts';
import type { InitializationName } from '../network/initialization.ts';
import type { InputMap } from '../network/input-map.ts';
import type { DecoySettings } from '../targets/decoys.ts';
import type { DataSettings } from '../targets/sampling.ts';

/** Most cells of a sweep and of an entry, and most values of an axis. */
export const maxCells = 100_000;

/** The network of a cell: widths of hidden layers, number of outputs, slope for z <= 0, initialisation. */
export interface NetworkSettings {
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly slope: number;
  readonly initialization: InitializationName;
}

/**
 * Everything that affects a cell's result and nothing that does not. The number of epochs is a goal, not part of the
 * identity: a cell trained to 6000 epochs and continued to 20,000 is the cell that ran 20,000 at once.
 */
export interface CellConfig {
  /** Version of the arithmetic, e.g. "portable-1"; another version gives other bits. */
  readonly numerics: string;
  readonly determinism: DeterminismClass;
  /** Digest of the picture (pictureDigest) that labels come from. */
  readonly target: string;
  readonly data: DataSettings;
  /** Missing where there are none. */
  readonly decoys?: DecoySettings;
  readonly network: NetworkSettings;
  /** What the network sees in place of a coordinate; missing where it sees points as they are. */
  readonly inputs?: InputMap;
  readonly training: TrainingSettings;
  readonly earlyStop: EarlyStop | null;
  readonly seed: number;
}

/** A cell's value on an axis. */
export type AxisValue = number | string | boolean;

/** A cell of a sweep, as the sweep resolved it. */
export interface SweepCell {
  /** First 16 hex digits of the SHA-256 of the canonical JSON of `config`. */
  readonly id: string;
  /** For people: "[30]*30, 5000 points, seed 1". */
  readonly label: string;
  /** Where the cell lies on the axes of its sweep, in the axes' order. */
  readonly axes: Readonly<Record<string, AxisValue>>;
  readonly config: CellConfig;
  /** Goal: completed epochs at which the cell is finished. */
  readonly epochs: number;
}

/** When snapshots are taken; epoch 0 and the last epoch always are. */
export type SnapshotPolicy =
  | { readonly kind: 'every'; readonly epochs: number }
  | { readonly kind: 'log'; readonly count: number }
  | { readonly kind: 'budget'; readonly bytes: number };

/** A policy, or exactly these epochs, ascending, for training a recorded cell again. */
export type SnapshotSchedule = SnapshotPolicy | { readonly kind: 'list'; readonly epochs: readonly number[] };

/** Measures and pictures kept with every snapshot; none of them affects training. */
export interface SnapshotSettings {
  readonly policy: SnapshotPolicy;
  /** Every so many snapshots one is a key frame with the optimiser's state. */
  readonly keyFrameEvery: number;
  /** Longer side of the preview frame in pixels. */
  readonly previewSize: number;
  /** Stride of the true error at key frames: every so many pixels in x and y; 1 at the end always. */
  readonly truthStride: number;
}
