/** Cells with known values, for claims. */
import type { JudgedCell } from '../../../experiments/findings/judged-cell.ts';
import { checkClaims, parseClaims } from '../../../experiments/findings/claims-file.ts';
import { judge } from '../../../experiments/findings/judge.ts';
import type { Verdict } from '../../../experiments/findings/verdict.ts';
import type { SnapshotMetrics } from '../../../experiments/records/measures.ts';

/** What a made-up snapshot says; the rest is nothing. */
interface Made {
  readonly epoch?: number;
  readonly step?: number;
  readonly error?: number;
  readonly iou?: number | null;
  readonly train?: number;
}

export function snapshot({
  epoch = 10,
  step = 2 * epoch,
  error = 1,
  iou = 0.5,
  train = 0,
}: Made): SnapshotMetrics {
  return {
    epoch,
    step,
    samples: 0,
    trainMse: train,
    validationMse: null,
    truth: { stride: 4, mse: error, iou },
    fineTruth: null,
    distinctHashes: 7,
    boundaryShare: 0,
    gradientNorms: [],
    epochs: [],
    spikes: [],
    stateDigest: '',
  };
}

export function cell(
  seed: number,
  axes: JudgedCell['axes'],
  snapshots: readonly Made[],
  state: JudgedCell['state'] = 'finished',
): JudgedCell {
  return { id: `${JSON.stringify(axes)} ${seed}`, seed, axes, state, snapshots: snapshots.map(snapshot) };
}

/** The verdict on one claim, written as in a file. */
export function verdictOn(claim: string, cells: readonly JudgedCell[]): Verdict {
  const [asked] = parseClaims(`findings:\n  - id: a\n    claims:\n      - ${claim}\n`);
  checkClaims([asked!], cells);
  return judge(asked!.claim, cells, asked!.digest);
}

/** Numbers in [0, 1) from a seed, by a generator of the test's own (Numerical Recipes' LCG). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  for (let warm = 0; warm < 5; warm++) state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

/** Standard normal numbers by Box and Muller. */
export function normals(seed: number): () => number {
  const next = uniforms(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
