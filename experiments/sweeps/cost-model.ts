/** What cells cost before they run: arithmetic, time, disk. Estimates for people; nothing depends on them but budgets. */
import { parameterCount } from '../network/shape.ts';
import { optimizers } from '../engines/optimizers.ts';
import type { CellConfig, SnapshotSettings, SweepCell } from './cell.ts';
import { snapshotCount } from './snapshot-epochs.ts';
import { SweepError } from './sweep-error.ts';
import type { ExpansionTarget } from './sweep-expansion.ts';

/** Bytes of a snapshot's measures, digests and frame, and of each epoch's metrics. */
const snapshotOverhead = 700;
const epochMetricsBytes = 24;
/** Share of a preview's 9 bits per pixel that is left after compression, typical of trained networks. */
const previewShare = 0.4;

/** What one cell costs. */
export interface CellCost {
  readonly parameters: number;
  readonly stepsPerEpoch: number;
  /** Floating-point operations of training. */
  readonly trainingFlops: number;
  /** Floating-point operations of measuring and drawing at snapshots. */
  readonly snapshotFlops: number;
  readonly snapshots: number;
  /** On disk: one snapshot on average, key frames and previews shared out; and all of them. */
  readonly bytesPerSnapshot: number;
  readonly bytes: number;
}

/** Floating-point operations of training a cell for so many epochs: 6 per parameter and point (2 forward, 4 backward). */
export function trainingOperations({ network, data, decoys }: CellConfig, epochs: number): number {
  const extra = decoys === undefined ? 0 : decoys.points * Math.min(decoys.until, epochs);
  return 6 * parameterCount(network) * (data.points * epochs + extra);
}

/** Maximum number of moment vectors that any phase's optimiser keeps. */
function momentsOf({ training }: CellConfig): number {
  return Math.max(...training.phases.map(({ optimizer }) => optimizers[optimizer.name].moments));
}

function previewPixels(previewSize: number, { width, height }: ExpansionTarget): number {
  return (previewSize * previewSize * Math.min(width, height)) / Math.max(width, height);
}

/** Bytes that a snapshot takes on average, epochs' metrics left out: weights, a share of a key frame, the preview. */
function snapshotBytes(config: CellConfig, settings: SnapshotSettings, target: ExpansionTarget): number {
  const weights = 4 * parameterCount(config.network);
  const keyFrame = (momentsOf(config) * weights) / settings.keyFrameEvery;
  const preview =
    previewPixels(settings.previewSize, target) * (config.network.outputs + 1 / 8) * previewShare;
  return Math.round(weights + keyFrame + preview + snapshotOverhead);
}

/** Cost of a cell whose snapshot policy is resolved. */
export function cellCost(cell: SweepCell, settings: SnapshotSettings, target: ExpansionTarget): CellCost {
  const { config, epochs } = cell;
  const { points, validation } = config.data;
  const parameters = parameterCount(config.network);
  const snapshots = snapshotCount(settings.policy, epochs);
  const pixels = target.width * target.height;
  const everySnapshot = previewPixels(settings.previewSize, target) + points + validation;
  const keyFrames = Math.ceil(snapshots / settings.keyFrameEvery);
  const finePixels = pixels / (settings.truthStride * settings.truthStride);
  const evaluations = snapshots * everySnapshot + keyFrames * finePixels + pixels;
  const bytesPerSnapshot = snapshotBytes(config, settings, target);
  return {
    parameters,
    stepsPerEpoch: Math.ceil(points / config.training.batchSize),
    trainingFlops: trainingOperations(config, epochs),
    snapshotFlops: 2 * parameters * evaluations,
    snapshots,
    bytesPerSnapshot,
    bytes: snapshots * bytesPerSnapshot + epochs * epochMetricsBytes,
  };
}

/**
 * Snapshot settings with a budget turned into "every so many epochs", the same for all cells so that a grid shows them
 * side by side. Throws SweepError where the budget does not even hold the first and last snapshots.
 */
export function resolvedSnapshots(
  settings: SnapshotSettings,
  cells: readonly SweepCell[],
  target: ExpansionTarget,
): SnapshotSettings {
  if (settings.policy.kind !== 'budget') return settings;
  const epochs = Math.max(...cells.map((cell) => cell.epochs));
  const each = cells.reduce((sum, { config }) => sum + snapshotBytes(config, settings, target), 0);
  const metrics = cells.reduce((sum, cell) => sum + cell.epochs * epochMetricsBytes, 0);
  const count = Math.floor((settings.policy.bytes - metrics) / each);
  if (!(count >= 2)) {
    throw new SweepError(
      `snapshots.budget: the first and last snapshots alone take ${Math.ceil((2 * each + metrics) / 1e6)} MB`,
    );
  }
  return { ...settings, policy: { kind: 'every', epochs: Math.ceil(epochs / (count - 1)) } };
}

/** Seconds of a cell on one thread that reaches so many floating-point operations a second. */
export function cellSeconds({ trainingFlops, snapshotFlops }: CellCost, flopsPerSecond: number): number {
  return (trainingFlops + snapshotFlops) / flopsPerSecond;
}

/** Time until the last of independent jobs ends on so many threads, longest first. Same unit as the jobs' times. */
export function makespan(times: readonly number[], threads: number): number {
  const loads = new Array<number>(Math.max(1, threads)).fill(0);
  for (const time of [...times].sort((a, b) => b - a)) {
    loads[loads.indexOf(Math.min(...loads))] += time;
  }
  return Math.max(...loads);
}
