import { describe, expect, it } from 'vitest';
import type { ResumeState, Snapshot } from '../../../experiments/records/snapshot.ts';
import type { CellJob, CellMessage } from '../../../experiments/sweeps/cell-run-contract.ts';
import { runCell } from '../../../experiments/sweeps/cell-run.ts';
import { record, resumePoint, smallConfig, smallJob, timeless } from './cell-jobs.ts';
import { createToyEngine } from './toy-engine.ts';

const loss = (epoch: number) => (epoch % 40 === 13 ? 20 : 1 + (epoch % 5) / 10);
/** An epoch takes a second: a key frame every ten minutes. */
const slowJob = smallJob({
  epochs: 1300,
  snapshots: {
    policy: { kind: 'every', epochs: 30 },
    keyFrameEvery: 20,
    previewSize: 10,
    truthStride: 2,
  },
});

interface Life {
  readonly snapshots: Snapshot[];
  checkpoint: ResumeState | null;
  isFinished: boolean;
}

/** What is left of a run that is killed after so many seconds, by a clock that goes on a second an epoch. */
async function live(job: CellJob, seconds: number, checkpointSeconds?: number): Promise<Life> {
  const life: Life = { snapshots: [], checkpoint: null, isFinished: false };
  let now = 0;
  const engine = createToyEngine({ loss, onEpoch: () => now++ });
  const signal = new AbortController().signal;
  const options = checkpointSeconds === undefined ? {} : { checkpointSeconds };
  for await (const message of runCell(engine, job, { signal, clock: () => now, ...options })) {
    if (now > seconds) break;
    take(message, life);
  }
  return life;
}

function take(message: CellMessage, life: Life): void {
  if (message.kind === 'snapshot') life.snapshots.push(message.snapshot);
  if (message.kind === 'checkpoint') life.checkpoint = message.state;
  if (message.kind === 'finished') life.isFinished = true;
}

/** Lives one after another, each from what the ones before left, until the cell is finished. */
async function livesOf(job: CellJob, seconds: number, checkpointSeconds?: number) {
  const snapshots: Snapshot[] = [];
  let checkpoint: ResumeState | null = null;
  for (let lives = 1; lives <= 60; lives++) {
    const keyFrame = snapshots.flatMap((snapshot) => snapshot.keyFrame ?? []).at(-1);
    const isLater = checkpoint !== null && checkpoint.state.epoch > (keyFrame?.state.epoch ?? -1);
    const resume = snapshots.length === 0 ? null : resumePoint(snapshots, isLater ? checkpoint : null);
    const life = await live({ ...job, resume }, seconds, checkpointSeconds);
    snapshots.push(...life.snapshots);
    checkpoint = life.checkpoint ?? checkpoint;
    if (life.isFinished) return { lives, snapshots };
  }
  return { lives: Infinity, snapshots };
}

describe('a cell whose key frames are ten minutes apart', () => {
  it('that is killed every 90 s ends, with the links of an uninterrupted run', async () => {
    const whole = await record(createToyEngine({ loss }), slowJob);
    const { lives, snapshots } = await livesOf(slowJob, 90);
    // Each life gets a minute further at least.
    expect(lives).toBeLessThanOrEqual(Math.ceil(1300 / 60));
    expect(timeless(snapshots)).toEqual(timeless(whole.snapshots));
  });

  it('never ends where no state is kept in between', async () => {
    expect((await livesOf(slowJob, 90, Infinity)).lives).toBe(Infinity);
  });

  it('stops early at the same epoch however often it is killed', async () => {
    const config = { ...smallConfig, earlyStop: { metric: 'validation' as const, every: 7, patience: 280 } };
    const job = { ...slowJob, config };
    const whole = await record(createToyEngine({ loss }), job);
    expect(whole.messages.at(-1)).toMatchObject({ reason: 'early stop' });
    const { snapshots } = await livesOf(job, 25, 11);
    expect(timeless(snapshots)).toEqual(timeless(whole.snapshots));
  });
});

it('a checkpoint comes a minute after the last state, and key frames are states', async () => {
  const epochs: string[] = [];
  let now = 0;
  const engine = createToyEngine({ loss, onEpoch: () => now++ });
  const job = { ...slowJob, epochs: 200, snapshots: { ...slowJob.snapshots, keyFrameEvery: 3 } };
  for await (const message of runCell(engine, job, {
    signal: new AbortController().signal,
    clock: () => now,
  })) {
    if (message.kind === 'checkpoint') epochs.push(`state ${message.state.state.epoch}`);
    if (message.kind === 'snapshot' && message.snapshot.keyFrame !== null)
      epochs.push(`key ${message.snapshot.metrics.epoch}`);
  }
  expect(epochs).toEqual(['key 0', 'state 60', 'key 90', 'state 150', 'key 180', 'key 200']);
});
