import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../experiments/engines/engine.ts';
import type { OptimizerName, OptimizerSettings } from '../../../experiments/engines/optimizers.ts';
import { weightsDigest } from '../../../experiments/records/digests.ts';
import type { CellJob } from '../../../experiments/sweeps/cell-run-contract.ts';
import type { CellConfig } from '../../../experiments/sweeps/cell.ts';
import { replayTo } from '../../../experiments/sweeps/replay.ts';
import { wasmEngine } from '../engines/test-engines.ts';
import { initialState, pointsOfCell } from '../../../experiments/sweeps/cell-network.ts';
import { withDecoys } from '../../../experiments/targets/decoys.ts';
import { record, resumePoint, smallConfig, smallJob, smallPicture, timeless } from './cell-jobs.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await wasmEngine('strict');
});

function phase(fromEpoch: number, name: OptimizerName): { fromEpoch: number; optimizer: OptimizerSettings } {
  return { fromEpoch, optimizer: { ...smallConfig.training.phases[0].optimizer, name } };
}

/** Switches optimisers on, before and between snapshots, and stops early when nothing gets better. */
const switching: CellConfig = {
  ...smallConfig,
  training: {
    ...smallConfig.training,
    phases: [phase(0, 'adam'), phase(4, 'sgd'), phase(7, 'rmsprop'), phase(9, 'momentum')],
    schedule: { kind: 'cosine', epochs: 12, minimum: 1e-4 },
  },
  earlyStop: { metric: 'train', every: 2, patience: 50 },
};

const colours: CellConfig = {
  ...smallConfig,
  network: { ...smallConfig.network, outputs: 3 },
  data: { ...smallConfig.data, labelNoise: 0.2 },
  training: { ...smallConfig.training, loss: 'bce', batchSize: 40 },
};

const colourPicture = {
  width: 13,
  height: 9,
  channels: 3 as const,
  bytes: Uint8Array.from({ length: 3 * 13 * 9 }, (_, at) => (at * 37) % 256),
};

/** Trains on other points beside its own for five epochs, which lie between two snapshots. */
const decoyed: CellConfig = {
  ...smallConfig,
  decoys: { points: 50, distance: 0.1, repeat: 3, until: 5 },
  training: { ...smallConfig.training, phases: [phase(0, 'adam'), phase(5, 'adam')] },
};

const jobs: Record<string, CellJob> = {
  'decoys up to an epoch': smallJob({ epochs: 9, config: decoyed }),
  'adam on mse': smallJob({ epochs: 13 }),
  'switched optimisers': smallJob({ epochs: 13, config: switching }),
  'three outputs on bce': smallJob({ epochs: 9, config: colours, picture: colourPicture }),
};

describe.each(Object.entries(jobs))('a cell on the strict kernels, %s,', (_, job) => {
  it('stopped at any epoch and resumed is the cell that ran at once, bit for bit', async () => {
    const whole = await record(engine, job);
    expect(whole.messages.at(-1)).toMatchObject({ kind: 'finished', epoch: job.epochs });
    for (let stop = 1; stop < job.epochs; stop++) {
      const abort = new AbortController();
      const first = await record(stoppingAt(stop, abort), job, abort.signal);
      expect(first.stopped?.state.epoch).toBe(stop);
      const second = await record(engine, { ...job, resume: resumePoint(first.snapshots, first.stopped) });
      expect(timeless([...first.snapshots, ...second.snapshots]), `stop ${stop}`).toEqual(
        timeless(whole.snapshots),
      );
      const lost = await record(engine, { ...job, resume: resumePoint(first.snapshots, null) });
      expect(timeless([...first.snapshots, ...lost.snapshots]), `lost ${stop}`).toEqual(
        timeless(whole.snapshots),
      );
    }
  });

  it('has the same weights and states however much is drawn and measured', async () => {
    const plain = await record(engine, job);
    const snapshots = {
      policy: { kind: 'every' as const, epochs: 1 },
      keyFrameEvery: 1,
      previewSize: 31,
      truthStride: 1,
    };
    const drawn = await record(engine, { ...job, snapshots });
    for (const { metrics, weightsDigest: digest } of plain.snapshots) {
      const other = drawn.snapshots[metrics.epoch];
      expect([other.weightsDigest, other.metrics.stateDigest]).toEqual([digest, metrics.stateDigest]);
      expect(other.metrics.gradientNorms).toEqual(metrics.gradientNorms);
    }
  });

  it('can be replayed from any key frame to any epoch', async () => {
    const snapshots = { ...job.snapshots, policy: { kind: 'every' as const, epochs: 1 } };
    const { snapshots: all } = await record(engine, { ...job, snapshots });
    for (const from of all) {
      if (from.keyFrame === null) continue;
      for (const to of all.slice(from.metrics.epoch)) {
        const weights = await replayTo(engine, job, from.keyFrame.state, to.metrics.epoch);
        expect(weightsDigest(weights)).toBe(to.weightsDigest);
      }
    }
  });
});

/** The strict engine with a trainer that aborts the run at the end of an epoch, as a person would. */
function stoppingAt(stop: number, abort: AbortController): Engine {
  return {
    ...engine,
    async createTrainer(request) {
      const trainer = await engine.createTrainer(request);
      return {
        get epoch() {
          return trainer.epoch;
        },
        get step() {
          return trainer.step;
        },
        async runEpochs(count, signal) {
          const metrics = await trainer.runEpochs(Math.min(count, stop - trainer.epoch), signal);
          if (trainer.epoch === stop) abort.abort();
          return metrics;
        },
        layerGradientNorms: () => trainer.layerGradientNorms(),
        state: () => trainer.state(),
        dispose: () => trainer.dispose(),
      };
    },
  };
}

it('a ring of points is learnt: the error against the truth falls below that of the constant predictor', async () => {
  const picture = {
    width: 64,
    height: 64,
    channels: 1 as const,
    bytes: Uint8Array.from({ length: 64 * 64 }, (_, at) => {
      const radius = Math.hypot((at % 64) - 31.5, Math.floor(at / 64) - 31.5);
      return radius > 12 && radius < 22 ? 0 : 255;
    }),
  };
  const config = {
    ...smallConfig,
    data: { ...smallConfig.data, points: 1200, validation: 100 },
    network: { ...smallConfig.network, hidden: [24, 24, 24] },
    training: { ...smallConfig.training, batchSize: 64 },
  };
  const { snapshots } = await record(engine, smallJob({ config, picture, epochs: 150 }));
  const last = snapshots.at(-1)!.metrics;
  expect(last.fineTruth!.mse).toBeLessThan(0.06);
  expect(last.fineTruth!.iou).toBeGreaterThan(0.7);
  expect(last.trainMse).toBeLessThan(snapshots[0].metrics.trainMse);
  expect(last.validationMse!).toBeLessThan(0.08);
  expect(last.distinctHashes).toBeGreaterThan(20);
});

describe('a cell with decoys', () => {
  it('is one on all of them up to the epoch, and from that state on one on its points alone', async () => {
    const points = pointsOfCell(decoyed, smallPicture());
    const { hidden, outputs, slope } = decoyed.network;
    const start = initialState(decoyed);
    const shared = { shape: { hidden, outputs }, slope, settings: decoyed.training };
    const crowd = withDecoys(points.training, decoyed.decoys!, decoyed.seed);
    const before = await engine.createTrainer({ ...shared, data: crowd, start });
    await before.runEpochs(5);
    const after = await engine.createTrainer({
      ...shared,
      data: points.training,
      start: await before.state(),
    });
    await after.runEpochs(4);
    const job = smallJob({ epochs: 9, config: decoyed });
    const { parameters } = await after.state();
    expect(weightsDigest(await replayTo(engine, job, start, 9))).toBe(weightsDigest(parameters));
    const plain = { ...job, config: { ...decoyed, decoys: undefined } as unknown as CellConfig };
    expect(weightsDigest(await replayTo(engine, plain, start, 9))).not.toBe(weightsDigest(parameters));
  });
});
