import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../experiments/engines/engine-error.ts';
import { chainLink, firstLink, metricsDigest, weightsDigest } from '../../../experiments/records/digests.ts';
import { replayTo } from '../../../experiments/sweeps/replay.ts';
import { record, resumePoint, smallConfig, smallJob, smallPicture, timeless } from './cell-jobs.ts';
import { createToyEngine } from './toy-engine.ts';

const spikes = (epoch: number) => (epoch === 57 || epoch === 70 ? 20 : 1 + (epoch % 5) / 10);

describe('a cell run', () => {
  it('takes snapshots at the scheduled epochs, key frames every third and at the end, and finishes', async () => {
    const engine = createToyEngine();
    const { snapshots, messages } = await record(engine, smallJob({ epochs: 18 }));
    expect(snapshots.map(({ metrics }) => metrics.epoch)).toEqual([0, 4, 8, 12, 16, 18]);
    expect(snapshots.map(({ keyFrame }) => keyFrame !== null)).toEqual([
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
    expect(messages.at(-1)).toEqual({ kind: 'finished', epoch: 18, reason: 'goal' });
    expect(engine.alive).toBe(0);
  });

  it('links every snapshot to the one before, from the cell id on', async () => {
    const { snapshots } = await record(createToyEngine(), smallJob());
    let link = firstLink('0123456789abcdef');
    for (const { metrics, weights, weightsDigest: digest, link: own } of snapshots) {
      expect(digest).toBe(weightsDigest(weights));
      link = chainLink(link, {
        epoch: metrics.epoch,
        weightsDigest: digest,
        metricsDigest: metricsDigest(metrics),
      });
      expect(own).toBe(link);
    }
  });

  it('reports every epoch once, in the snapshot after it', async () => {
    const { snapshots } = await record(createToyEngine(), smallJob());
    const epochs = snapshots.flatMap(({ metrics }) => metrics.epochs.map(({ epoch }) => epoch));
    expect(epochs).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    for (const { metrics } of snapshots) {
      expect(metrics.epochs.at(-1)?.epoch ?? 0).toBe(metrics.epoch);
      expect(metrics.step).toBe(3 * metrics.epoch);
      expect(metrics.samples).toBe(40 * metrics.epoch);
    }
  });

  it('measures the fine truth at key frames only, with stride 1 at the end', async () => {
    const { snapshots } = await record(createToyEngine(), smallJob());
    expect(snapshots.map(({ metrics }) => metrics.fineTruth?.stride ?? null)).toEqual([
      2,
      null,
      null,
      2,
      null,
      1,
    ]);
    expect(snapshots.map(({ metrics }) => metrics.truth?.stride)).toEqual(snapshots.map(() => 2));
  });

  it('draws previews in the aspect of the picture', async () => {
    const { messages } = await record(
      createToyEngine(),
      smallJob({ picture: smallPicture(15, 40), epochs: 1 }),
    );
    const previews = messages.flatMap((message) => (message.kind === 'snapshot' ? [message.preview] : []));
    expect(previews.map(({ width, height, epoch }) => [width, height, epoch])).toEqual([
      [4, 10, 0],
      [4, 10, 1],
    ]);
    expect(previews[0].values).toHaveLength(40);
    expect(previews[0].boundary).toHaveLength(5);
  });

  it('flags the spikes among the epochs of a snapshot', async () => {
    const { snapshots } = await record(createToyEngine({ loss: spikes }), smallJob({ epochs: 80 }));
    const flagged = snapshots.flatMap(({ metrics }) => metrics.spikes.map((spike) => [metrics.epoch, spike]));
    expect(flagged).toEqual([
      [60, 57],
      [72, 70],
    ]);
  });

  it('keeps everything before a loss that is not finite, then fails as diverged', async () => {
    const engine = createToyEngine({ loss: (epoch) => (epoch === 11 ? Infinity : 1) });
    const { snapshots, messages } = await record(engine, smallJob());
    expect(snapshots.map(({ metrics }) => metrics.epoch)).toEqual([0, 4, 8]);
    expect(messages.at(-1)).toMatchObject({ kind: 'failed', epoch: 11, failure: 'diverged' });
    expect(engine.alive).toBe(0);
  });

  it.each([
    [new Error('boom'), 'error'],
    [new Error('The device was lost: out of memory'), 'error'],
    [new RangeError('Array buffer allocation failed'), 'out of memory'],
    [new EngineError('out of memory', 'The well is dry.'), 'out of memory'],
    [new EngineError('device lost', 'It went away.'), 'device lost'],
    [new EngineError('invalid', 'The device lost its way.'), 'error'],
  ])('ends in one failed message where the engine throws %s', async (error, failure) => {
    const engine = createToyEngine({
      onEpoch: (epoch) => {
        if (epoch === 6) throw error;
      },
    });
    const { messages } = await record(engine, smallJob());
    expect(messages.at(-1)).toEqual({ kind: 'failed', epoch: 6, failure, message: error.message });
    expect(engine.alive).toBe(0);
  });

  it('refuses an engine that is not portable for a portable cell', async () => {
    const engine = { ...createToyEngine(), determinism: 'device' as const };
    const { messages } = await record(engine, smallJob());
    expect(messages).toMatchObject([{ kind: 'failed', epoch: 0, failure: 'error' }]);
  });

  it('refuses a picture with other channels than the network has outputs', async () => {
    const config = { ...smallConfig, network: { ...smallConfig.network, outputs: 3 } };
    const { messages } = await record(createToyEngine(), smallJob({ config }));
    expect(messages).toMatchObject([{ kind: 'failed', epoch: 0, failure: 'error' }]);
  });

  it('reports progress by the clock and nothing else by it', async () => {
    const job = smallJob({ epochs: 60 });
    const never = new AbortController().signal;
    const progress = async (tick: number) => {
      const { messages, snapshots } = await record(createToyEngine({ loss: spikes }), job, never, tick);
      const count = messages.filter(({ kind }) => kind === 'progress').length;
      return { count, snapshots: timeless(snapshots) };
    };
    const [still, steady, slow] = [await progress(0), await progress(0.1), await progress(60)];
    expect(still.count).toBe(1);
    expect(steady.count).toBeGreaterThan(5);
    expect(slow.count).toBe(60);
    expect(steady.snapshots).toEqual(still.snapshots);
    expect(slow.snapshots).toEqual(still.snapshots);
  });

  it('takes an end at epoch 0 for a finished cell', async () => {
    const { messages, snapshots } = await record(createToyEngine(), smallJob({ epochs: 0 }));
    expect(messages.map(({ kind }) => kind)).toEqual(['snapshot', 'finished']);
    expect(snapshots[0].metrics.fineTruth?.stride).toBe(1);
  });
});

describe('an interrupted cell run', () => {
  const job = smallJob({ epochs: 80 });
  const loss = spikes;

  it('stopped at any epoch and resumed gives the same snapshots, links and digests', async () => {
    const whole = await record(createToyEngine({ loss }), job);
    for (let stop = 1; stop < 80; stop++) {
      const abort = new AbortController();
      const onEpoch = (epoch: number) => (epoch === stop ? abort.abort() : undefined);
      const first = await record(createToyEngine({ loss, onEpoch }), job, abort.signal);
      expect(first.stopped?.state.epoch, `stopped at ${stop}`).toBe(stop);
      const resume = resumePoint(first.snapshots, first.stopped);
      const engine = createToyEngine({ loss });
      const second = await record(engine, { ...job, resume });
      expect(engine.trained).toBe(80 - stop);
      const both = [...first.snapshots, ...second.snapshots];
      expect(timeless(both), `stopped at ${stop}`).toEqual(timeless(whole.snapshots));
      expect(second.messages.at(-1)).toEqual({ kind: 'finished', epoch: 80, reason: 'goal' });
    }
  });

  it('lost at any snapshot and resumed from the last key frame gives the same', async () => {
    const whole = await record(createToyEngine({ loss }), job);
    for (let kept = 1; kept < whole.snapshots.length; kept++) {
      const first = whole.snapshots.slice(0, kept);
      const second = await record(createToyEngine({ loss }), { ...job, resume: resumePoint(first, null) });
      expect(timeless([...first, ...second.snapshots]), `${kept} kept`).toEqual(timeless(whole.snapshots));
    }
  });

  it('goes on from a stopped state that is older than the last snapshot', async () => {
    const whole = await record(createToyEngine({ loss }), job);
    const abort = new AbortController();
    const onEpoch = (epoch: number) => (epoch === 54 ? abort.abort() : undefined);
    const { stopped } = await record(createToyEngine({ loss, onEpoch }), job, abort.signal);
    for (const kept of [15, 16, 19]) {
      const first = whole.snapshots.slice(0, kept);
      const second = await record(createToyEngine({ loss }), { ...job, resume: resumePoint(first, stopped) });
      expect(timeless([...first, ...second.snapshots]), `${kept} kept`).toEqual(timeless(whole.snapshots));
    }
  });

  it('may be stopped again and again, also while training again what is recorded', async () => {
    const whole = await record(createToyEngine({ loss }), job);
    const stopping = async (at: number, resume: ReturnType<typeof resumePoint> | null) => {
      const abort = new AbortController();
      const onEpoch = (epoch: number) => (epoch === at ? abort.abort() : undefined);
      return record(createToyEngine({ loss, onEpoch }), { ...job, resume }, abort.signal);
    };
    const recorded = whole.snapshots.slice(0, 15); // up to epoch 56, last key frame at 48
    const again = await stopping(52, resumePoint(recorded, null));
    expect(again.snapshots).toEqual([]);
    const further = await stopping(58, resumePoint(recorded, again.stopped));
    const twice = await stopping(59, resumePoint(recorded, further.stopped));
    const rest = await record(createToyEngine({ loss }), {
      ...job,
      resume: resumePoint(recorded, twice.stopped),
    });
    expect(timeless([...recorded, ...rest.snapshots])).toEqual(timeless(whole.snapshots));
  });

  it('aborted before it starts keeps its first snapshot and its state', async () => {
    const engine = createToyEngine();
    const { messages, stopped } = await record(engine, job, AbortSignal.abort());
    expect(messages.map(({ kind }) => kind)).toEqual(['snapshot', 'stopped']);
    expect(stopped?.state.epoch).toBe(0);
    expect(engine.trained).toBe(0);
  });

  it('fails where training again does not lead to the recorded weights', async () => {
    const { snapshots } = await record(createToyEngine(), job);
    for (const kept of [1, 2, 3]) {
      const resume = {
        ...resumePoint(snapshots.slice(0, kept), null),
        recordedWeightsDigest: 'ab'.repeat(32),
      };
      const { messages } = await record(createToyEngine(), { ...job, resume });
      const last = messages.at(-1);
      expect(last).toMatchObject({ kind: 'failed', failure: 'error', epoch: 4 * (kept - 1) });
      expect(last).toHaveProperty('message', expect.stringContaining(`recorded at epoch ${4 * (kept - 1)}`));
      expect(messages.some(({ kind }) => kind === 'snapshot')).toBe(false);
    }
  });
});

describe('a continued cell', () => {
  it('has the weights and states of one that ran at once', async () => {
    const whole = await record(createToyEngine(), smallJob({ epochs: 40 }));
    const half = await record(createToyEngine(), smallJob({ epochs: 20 }));
    const resume = resumePoint(half.snapshots, null);
    const rest = await record(createToyEngine(), smallJob({ epochs: 40, resume }));
    const key = ({ metrics, weightsDigest: digest }: (typeof whole.snapshots)[0]) =>
      [metrics.epoch, digest, metrics.stateDigest, metrics.epochs] as const;
    expect([...half.snapshots, ...rest.snapshots].map(key)).toEqual(whole.snapshots.map(key));
  });

  it('that is complete trains nothing', async () => {
    const { snapshots } = await record(createToyEngine(), smallJob());
    const engine = {
      ...createToyEngine(),
      createTrainer: () => Promise.reject(new Error('no trainer needed')),
    };
    for (const epochs of [20, 5]) {
      const { messages } = await record(engine, smallJob({ epochs, resume: resumePoint(snapshots, null) }));
      expect(messages).toEqual([{ kind: 'finished', epoch: 20, reason: 'goal' }]);
    }
  });
});

describe('early stop', () => {
  const config = { ...smallConfig, earlyStop: { metric: 'validation' as const, every: 3, patience: 9 } };
  const job = smallJob({ config, epochs: 100 });

  it('ends a run at the epoch at which the rule holds, whatever the snapshots', async () => {
    const { snapshots, messages } = await record(createToyEngine(), job);
    const end = messages.at(-1);
    expect(end).toMatchObject({ kind: 'finished', reason: 'early stop' });
    expect(snapshots.at(-1)?.metrics.fineTruth?.stride).toBe(1);
    const other = {
      ...job,
      snapshots: { ...job.snapshots, policy: { kind: 'every' as const, epochs: 100 } },
    };
    const sparse = await record(createToyEngine(), other);
    expect(sparse.messages.at(-1)).toEqual(end);
    expect(sparse.snapshots.at(-1)?.weightsDigest).toBe(snapshots.at(-1)?.weightsDigest);
  });

  it('ends an interrupted run at the same epoch', async () => {
    const whole = await record(createToyEngine(), job);
    const end = whole.snapshots.at(-1)!.metrics.epoch;
    expect(end).toBeGreaterThan(9);
    for (let stop = 1; stop < end; stop++) {
      const abort = new AbortController();
      const onEpoch = (epoch: number) => (epoch === stop ? abort.abort() : undefined);
      const first = await record(createToyEngine({ onEpoch }), job, abort.signal);
      const second = await record(createToyEngine(), {
        ...job,
        resume: resumePoint(first.snapshots, first.stopped),
      });
      expect(timeless([...first.snapshots, ...second.snapshots]), `stop ${stop}`).toEqual(
        timeless(whole.snapshots),
      );
    }
  });

  it('holds for a stopped cell that is given a later goal', async () => {
    const whole = await record(createToyEngine(), job);
    const engine = createToyEngine();
    const resume = resumePoint(whole.snapshots, null);
    const { messages } = await record(engine, { ...job, epochs: 1000, resume });
    expect(messages).toEqual([whole.messages.at(-1)]);
    expect(engine.trained).toBe(0);
  });

  it('on the validation error without validation points is refused', async () => {
    const { messages } = await record(
      createToyEngine(),
      smallJob({ config: { ...config, data: { ...config.data, validation: 0 } } }),
    );
    expect(messages).toMatchObject([{ kind: 'failed', failure: 'error' }]);
  });
});

describe('replay', () => {
  it('leads to the exact weights of any epoch', async () => {
    const job = smallJob();
    const everyEpoch = { ...job.snapshots, policy: { kind: 'every' as const, epochs: 1 } };
    const { snapshots } = await record(createToyEngine(), { ...job, snapshots: everyEpoch });
    const keyFrame = snapshots[6].keyFrame!.state;
    for (const { metrics, weightsDigest: digest } of snapshots.slice(6)) {
      const engine = createToyEngine();
      expect(weightsDigest(await replayTo(engine, job, keyFrame, metrics.epoch))).toBe(digest);
      expect(engine.alive).toBe(0);
    }
  });

  it('does not go back before its key frame, and ends when stopped', async () => {
    const job = smallJob();
    const { snapshots } = await record(createToyEngine(), job);
    const { state } = snapshots[3].keyFrame!;
    await expect(replayTo(createToyEngine(), job, state, 11)).rejects.toThrow(RangeError);
    await expect(replayTo(createToyEngine(), job, state, 14, AbortSignal.abort())).rejects.toThrow('stopped');
  });
});
