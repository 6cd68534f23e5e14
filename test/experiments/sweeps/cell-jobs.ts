/** Small cells for tests, and what a host does with their messages. */
import type { Engine } from '../../../experiments/engines/engine.ts';
import type { ResumeState, Snapshot } from '../../../experiments/records/snapshot.ts';
import type { CellJob, CellMessage, ResumePoint } from '../../../experiments/sweeps/cell-run-contract.ts';
import { runCell } from '../../../experiments/sweeps/cell-run.ts';
import type { CellConfig } from '../../../experiments/sweeps/cell.ts';
import type { Picture } from '../../../experiments/targets/picture.ts';

/** A grey picture with a dark corner. */
export function smallPicture(width = 20, height = 14): Picture {
  const bytes = Uint8Array.from({ length: width * height }, (_, at) =>
    at % width < 6 && at < 6 * width ? 20 : 240,
  );
  return { width, height, channels: 1, bytes };
}

export const smallConfig: CellConfig = {
  numerics: 'portable-1',
  determinism: 'portable',
  target: 'picture',
  data: { points: 40, validation: 9, labelNoise: 0, randomLabels: false },
  network: { hidden: [5, 3], outputs: 1, slope: 0.01, initialization: 'he-normal' },
  training: {
    loss: 'mse',
    batchSize: 16,
    phases: [
      {
        fromEpoch: 0,
        optimizer: {
          name: 'adam',
          learningRate: 0.01,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-8,
          momentum: 0.9,
          alpha: 0.99,
          weightDecay: 0,
        },
      },
    ],
    schedule: { kind: 'constant' },
    seed: 1,
  },
  earlyStop: null,
  seed: 1,
};

export function smallJob(changes: Partial<CellJob> = {}): CellJob {
  return {
    cellId: '0123456789abcdef',
    config: smallConfig,
    picture: smallPicture(),
    epochs: 20,
    snapshots: { policy: { kind: 'every', epochs: 4 }, keyFrameEvery: 3, previewSize: 10, truthStride: 2 },
    resume: null,
    ...changes,
  };
}

/** What a host has recorded of a cell so far. */
export interface Recorded {
  readonly snapshots: Snapshot[];
  readonly messages: CellMessage[];
  stopped: ResumeState | null;
}

/** Runs a cell to its last message; every look at the clock takes `tick` seconds. */
export async function record(
  engine: Engine,
  job: CellJob,
  signal: AbortSignal = new AbortController().signal,
  tick = 0.1,
): Promise<Recorded> {
  const recorded: Recorded = { snapshots: [], messages: [], stopped: null };
  let calls = 0;
  for await (const message of runCell(engine, job, { signal, clock: () => calls++ * tick })) {
    recorded.messages.push(message);
    if (message.kind === 'snapshot') recorded.snapshots.push(message.snapshot);
    if (message.kind === 'stopped') recorded.stopped = message.state;
  }
  return recorded;
}

/** Where a cell goes on from its snapshots and, where there is one, the state it was stopped at. */
export function resumePoint(snapshots: readonly Snapshot[], stopped: ResumeState | null): ResumePoint {
  const last = snapshots.at(-1)!;
  const keyFrame = snapshots.flatMap((snapshot) => snapshot.keyFrame ?? []).at(-1)!;
  return {
    ...structuredClone(stopped ?? keyFrame),
    recordedEpoch: last.metrics.epoch,
    recordedLink: last.link,
    recordedWeightsDigest: last.weightsDigest,
    recordedSnapshots: snapshots.length,
  };
}

/** Snapshots without the measured time. */
export function timeless(snapshots: readonly Snapshot[]): unknown[] {
  return snapshots.map((snapshot) => ({
    ...snapshot,
    seconds: 0,
    keyFrame: snapshot.keyFrame === null ? null : { ...snapshot.keyFrame, seconds: 0 },
  }));
}
