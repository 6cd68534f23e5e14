/** One cell and the moment at which it is told to stop. */
import { describe, expect, it } from 'vitest';
import type { CellExecutor } from '../../../../electron/compute/cell-executor.ts';
import { runSweepCell, type CellRecords } from '../../../../electron/lab/queue/sweep-run.ts';
import type { CellMessage } from '../../../../experiments/sweeps/cell-run-contract.ts';
import type { CellEvent } from '../../../../experiments/records/snapshot.ts';
import { builtInPicture } from '../../../../experiments/targets/built-in.ts';
import { sampleCell, sampleState } from '../../../experiments/records/sample-records.ts';

const snapshots = {
  policy: { kind: 'every', epochs: 1 },
  keyFrameEvery: 1,
  previewSize: 8,
  truthStride: 4,
} as const;

/** Runs a cell that is told to stop before a step of the run, on an executor that trains until it is told to. */
async function stoppedBefore(step: 'entry is told' | 'thread is free', first: readonly CellMessage[] = []) {
  const controller = new AbortController();
  const events: (CellEvent['kind'] | `checkpoint ${number}`)[] = [];
  const records: CellRecords = {
    state: 'queued',
    lastEpoch: -1,
    finishedEarly: false,
    appendSnapshot: () => Promise.reject(new Error('no snapshot was taken')),
    appendState: () => Promise.reject(new Error('no state was sent')),
    keepCheckpoint: ({ state }) => Promise.resolve(void events.push(`checkpoint ${state.epoch}`)),
    appendEvent: (event) => Promise.resolve(void events.push(event.kind)),
    resumePoint: () => Promise.resolve(null),
  };
  let aborts = 0;
  const executor: CellExecutor = {
    threads: 1,
    cellsAtOnce: () => 1,
    runCell(_job, _engine, onMessage) {
      for (const message of first) onMessage(message);
      let end = (): void => undefined;
      const done = new Promise<void>((resolve) => (end = resolve));
      const abort = (): void => {
        aborts += 1;
        end();
      };
      if (step === 'thread is free') setTimeout(() => controller.abort(), 1);
      return { done, abort, acknowledge: () => undefined };
    },
  };
  const outcome = await runSweepCell(
    {
      picture: builtInPicture('ring'),
      snapshots,
      engine: 'wasm',
      environment: {},
      executor,
      signal: controller.signal,
      openCell: () => Promise.resolve(records),
      cellChanged() {
        if (step === 'entry is told') controller.abort();
        return Promise.resolve();
      },
      onUpdate: () => undefined,
    },
    sampleCell(),
  );
  return { outcome, events, aborts };
}

describe('a cell that is told to stop', () => {
  it.each(['entry is told', 'thread is free'] as const)(
    'before the %s, stops and is paused',
    async (step) => {
      const { outcome, events, aborts } = await stoppedBefore(step);
      expect(aborts).toBe(1);
      expect(events).toEqual(['started', 'paused']);
      expect(outcome.message).toBeNull();
    },
  );

  it('has kept the states that it sent on its way', async () => {
    const message: CellMessage = { kind: 'checkpoint', state: sampleState(7) };
    const { events } = await stoppedBefore('thread is free', [message]);
    expect(events).toEqual(['started', 'checkpoint 7', 'paused']);
  });
});
