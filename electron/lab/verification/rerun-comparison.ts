/** How snapshots of a cell that is trained again are compared: every bit, or on another GPU the weights of its first steps. */
import { canonicalJson } from '../../../experiments/records/canonical-json.ts';
import type { SnapshotMetrics } from '../../../experiments/records/measures.ts';
import type { Snapshot } from '../../../experiments/records/snapshot.ts';
import { engineOfCell } from '../../../experiments/sweeps/cell-engine.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import type { SnapshotFacts } from '../notebook/cell-index.ts';
import type { CellStore } from '../notebook/cell-store.ts';
import { otherGpus } from '../notebook/cell-weights.ts';

/** Training doubles differences of rounding again and again: after these steps they say nothing any more. */
const comparedSteps = 50;
/** Largest difference of weights, of the largest weight. */
const weightTolerance = 1e-4;

const otherDeviceText = `weights of the first ${comparedSteps} steps within ${weightTolerance} of the largest one`;

/** What level 'rerun' lets pass. */
export const rerunToleranceText = `none: every bit; for cells that another GPU trained: ${otherDeviceText}`;

/** How a cell's snapshots are compared. */
export interface RerunComparison {
  /** In words where not every bit is compared. */
  readonly words: string | undefined;
  /** What of a snapshot trained again differs from its record, or null. */
  maybeDifference(recorded: SnapshotFacts, again: Snapshot): Promise<string | null>;
}

/** Every bit, unless a GPU trained the cell that is not the one that is here. Rejects where a GPU is needed and there is none. */
export async function rerunComparison(
  { config }: SweepCell,
  store: Pick<CellStore, 'events' | 'snapshot'>,
  adapter: () => Promise<string>,
): Promise<RerunComparison> {
  const exact = {
    words: undefined,
    maybeDifference: (recorded: SnapshotFacts, again: Snapshot) =>
      Promise.resolve(maybeDifferentField(recorded, again)),
  };
  if (engineOfCell(config) !== 'webgpu') return exact;
  const here = await adapter();
  const there = otherGpus(store, here);
  if (there === null) return exact;
  return {
    words: `recorded by ${there}, trained again on ${here}: compared were the ${otherDeviceText}; later snapshots were only reached again`,
    async maybeDifference({ epoch, metrics, isThinned }, again) {
      // Only the digest is left of weights that were given up, and another GPU's digest is another one.
      if (metrics.step > comparedSteps || isThinned) return null;
      const recorded = await store.snapshot(epoch);
      const distance = recorded === null ? Infinity : relativeDistance(recorded.weights, again.weights);
      return distance <= weightTolerance
        ? null
        : `weights (by ${distance.toExponential(1)} of the largest one)`;
    },
  };
}

/** Largest difference over the largest value of `b`; infinite where anything is not finite or the lengths differ. */
function relativeDistance(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  let [difference, largest] = [0, 0];
  for (let at = 0; at < a.length; at++) {
    difference = Math.max(difference, Math.abs(a[at] - b[at]));
    largest = Math.max(largest, Math.abs(b[at]));
  }
  const distance = difference === 0 ? 0 : difference / largest;
  return Number.isFinite(distance) ? distance : Infinity;
}

function maybeDifferentField(recorded: SnapshotFacts, again: Snapshot): string | null {
  if (recorded.weightsDigest !== again.weightsDigest) return 'weights';
  if (recorded.metrics.stateDigest !== again.metrics.stateDigest) return 'optimiser state';
  const fields = Object.keys(again.metrics) as (keyof SnapshotMetrics)[];
  const different = fields.filter((field) => !isSameMeasure(field, recorded.metrics, again.metrics));
  return different.length === 0 ? null : `measures (${different.join(', ')})`;
}

/**
 * The fine measure has the stride that suited when the snapshot was taken; only equal strides compare. A record of before
 * a measure existed (`a`) has nothing to compare it with.
 */
function isSameMeasure(field: keyof SnapshotMetrics, a: SnapshotMetrics, b: SnapshotMetrics): boolean {
  if (a[field] === undefined) return true;
  if (field === 'fineTruth' && a.fineTruth?.stride !== b.fineTruth?.stride) return true;
  return canonicalJson(a[field]) === canonicalJson(b[field]);
}
