/** Snapshots, states and cells for tests of entries: small, deterministic, with awkward numbers in them. */
import {
  chainLink,
  firstLink,
  metricsDigest,
  stateDigest,
  weightsDigest,
} from '../../../experiments/records/digests.ts';
import type { SnapshotMetrics } from '../../../experiments/records/measures.ts';
import type { Preview, ResumeState, Snapshot } from '../../../experiments/records/snapshot.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';

/** A small reproducible generator (Marsaglia's xorshift32), uint32. */
export function numbersFrom(seed: number): () => number {
  let state = seed === 0 ? 1 : seed >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>>= 0);
  };
}

/** Float32 values that look like weights: signed, mostly small. */
export function sampleWeights(count: number, seed: number): Float32Array {
  const next = numbersFrom(seed);
  return Float32Array.from({ length: count }, () => ((next() / 2 ** 32 - 0.5) * (next() / 2 ** 32)) / 3);
}

export const sampleCellId = '0123456789abcdef';

export interface SampleOptions {
  readonly cellId?: string;
  readonly weights?: number;
  readonly every?: number;
  readonly keyFrameEvery?: number;
}

/** Training state of a cell at an epoch; a function of cell, epoch and size alone, as training is. */
export function sampleState(epoch: number, options: SampleOptions = {}): ResumeState {
  const { cellId = sampleCellId, weights = 40, every = 10 } = options;
  const seed = parseInt(cellId.slice(0, 6), 16) + 1000 * epoch + 1;
  const pending = epoch % every;
  return {
    state: {
      epoch,
      step: 5 * epoch,
      phaseStep: 5 * epoch,
      parameters: sampleWeights(weights, seed),
      moments: [
        sampleWeights(weights, seed + 1),
        sampleWeights(weights, seed + 2).map((value) => value * value),
      ],
    },
    monitor: {
      // As a run keeps it: what came before the pending epochs.
      recentLosses: lossesUpTo(epoch - pending),
      bestMetric: epoch === 0 ? null : 1 / epoch,
      bestEpoch: epoch,
    },
    pendingEpochs: epochMetrics(epoch - pending + 1, epoch),
    seconds: epoch / 8,
  };
}

function lossesUpTo(epoch: number): number[] {
  return epochMetrics(Math.max(1, epoch - 49), epoch).map(({ loss }) => loss);
}

function epochMetrics(from: number, to: number): { epoch: number; loss: number; gradientNorm: number }[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => {
    const epoch = from + index;
    return { epoch, loss: 1 / (epoch + 0.3), gradientNorm: 1 / (3 * epoch) };
  });
}

/** Snapshots of a cell at epochs 0, every, 2 every ..., linked. */
export function sampleSnapshots(count: number, options: SampleOptions = {}): Snapshot[] {
  const { cellId = sampleCellId, every = 10, keyFrameEvery = 4 } = options;
  const snapshots: Snapshot[] = [];
  let link = firstLink(cellId);
  for (let number = 0; number < count; number++) {
    const snapshot = sampleSnapshot(number * every, link, number % keyFrameEvery === 0, options);
    link = snapshot.link;
    snapshots.push(snapshot);
  }
  return snapshots;
}

/** One snapshot after the link `previous`. */
export function sampleSnapshot(
  epoch: number,
  previous: string,
  keyFrame: boolean,
  options: SampleOptions = {},
): Snapshot {
  const { every = 10 } = options;
  const resume = { ...sampleState(epoch, options), pendingEpochs: [] };
  const metrics: SnapshotMetrics = {
    epoch,
    step: resume.state.step,
    samples: 312 * epoch,
    trainMse: 0.043 / (1 + epoch),
    validationMse: epoch % 20 === 0 ? null : 0.05 / (1 + epoch),
    truth: { stride: 8, mse: 0.0439, iou: epoch === 0 ? null : 0.25 },
    fineTruth: keyFrame ? { stride: 4, mse: 0.0441, iou: 0.125 } : null,
    distinctHashes: 4382 + epoch,
    boundaryShare: 0.1234567890123,
    gradientNorms: [0.1, 0, 1e-9, 123.456],
    epochs: epochMetrics(Math.max(1, epoch - every + 1), epoch),
    spikes: epoch >= 20 ? [epoch - 3] : [],
    stateDigest: stateDigest(resume.state),
  };
  const weights = resume.state.parameters;
  const digest = weightsDigest(weights);
  const link = chainLink(previous, { epoch, weightsDigest: digest, metricsDigest: metricsDigest(metrics) });
  return {
    metrics,
    weights,
    weightsDigest: digest,
    link,
    seconds: resume.seconds,
    keyFrame: keyFrame ? resume : null,
  };
}

/** A preview of an epoch, `side` x `side` pixels with one output. */
export function samplePreview(epoch: number, side = 8): Preview {
  const next = numbersFrom(epoch + 7);
  return {
    epoch,
    width: side,
    height: side,
    outputs: 1,
    values: Uint8Array.from({ length: side * side }, () => (next() & 1 ? 255 : next())),
    boundary: Uint8Array.from({ length: Math.ceil((side * side) / 8) }, () => next()),
  };
}

/** A cell of a sweep with this id. */
export function sampleCell(id = sampleCellId, epochs = 1000): SweepCell {
  const optimizer = {
    name: 'adam' as const,
    learningRate: 0.001,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    momentum: 0,
    alpha: 0.99,
    weightDecay: 0,
  };
  return {
    id,
    label: `[4]*2, 312 points, seed ${id.slice(0, 2)}`,
    axes: { points: 312, seed: parseInt(id.slice(0, 2), 16), shape: '[4]*2', relu: true },
    config: {
      numerics: 'portable-1',
      determinism: 'portable',
      target: 'ab'.repeat(32),
      data: { points: 312, validation: 100, labelNoise: 0, randomLabels: false },
      network: { hidden: [4, 4], outputs: 1, slope: 0.01, initialization: 'he-normal' },
      training: {
        loss: 'mse',
        batchSize: 1024,
        phases: [{ fromEpoch: 0, optimizer }],
        schedule: { kind: 'constant' },
        seed: 1,
      },
      earlyStop: { metric: 'train', every: 10, below: 1e-6 },
      seed: 1,
    },
    epochs,
  };
}
