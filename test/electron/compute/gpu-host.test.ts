import { afterEach, expect, it, vi } from 'vitest';
import { createComputePool } from '../../../electron/compute/compute-pool.ts';
import { createGpuHost, type GpuHost, type GpuHostOptions } from '../../../electron/compute/gpu-host.ts';
import { failureOf } from '../../../experiments/engines/engine-error.ts';
import type { CellMessage } from '../../../experiments/sweeps/cell-run-contract.ts';
import type { FromGpu, ToGpu } from '../../../experiments/tasks/gpu-protocol.ts';

/** A process that was started: what it was told, and what it can be made to say. */
interface FakeGpu {
  readonly told: ToGpu[];
  say(message: FromGpu): void;
  isKilled: boolean;
}

const hosts: GpuHost[] = [];
const started: FakeGpu[] = [];
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
  started.length = 0;
});

/** A host of processes that say nothing by themselves. */
function hostOf(options: GpuHostOptions = {}): GpuHost {
  const host = createGpuHost((onMessage, onEnd) => {
    const gpu: FakeGpu = { told: [], say: onMessage, isKilled: false };
    started.push(gpu);
    return {
      post(message) {
        gpu.told.push(message);
        if (message.kind === 'close') onEnd('it was told to close');
      },
      kill() {
        gpu.isKilled = true;
        onEnd('it was killed');
      },
    };
  }, options);
  hosts.push(host);
  return host;
}

const run = (host: GpuHost, cellId: string, onMessage: (message: CellMessage) => void = () => undefined) =>
  host.runCell({ cellId, resume: null } as never, onMessage);

/** The kinds and numbers of what a process was told, tasks with the id of their cell. */
const toldTo = ({ told }: FakeGpu): string[] =>
  told.map((message) => {
    if (message.kind === 'close') return 'close';
    const cell = message.kind === 'task' && message.task.kind === 'cell' ? ` ${message.task.job.cellId}` : '';
    return `${message.kind} ${message.id}${cell}`;
  });

const lossOf = (id: number, failure: 'device lost' | 'out of memory' | 'error'): FromGpu => ({
  kind: 'error',
  id,
  name: 'Error',
  message: 'The well is dry.',
  failure,
});

it('goes on in another process where the device is lost, in whatever words', async () => {
  const host = hostOf();
  const [first, second] = [run(host, 'a'), run(host, 'b')];
  started[0].say(lossOf(2, 'device lost'));
  await Promise.resolve();
  await expect.poll(() => started.length).toBe(2);
  expect(started.map(toldTo)).toEqual([
    ['task 1 a', 'task 2 b'],
    ['task 1 a', 'task 2 b'],
  ]);
  expect(started[0].isKilled).toBe(true);
  first.acknowledge();
  started[1].say({ kind: 'done', id: 1 });
  started[1].say({ kind: 'done', id: 2 });
  await Promise.all([first.done, second.done]);
  expect(toldTo(started[1]).at(-1)).toBe('acknowledged 1');
});

it('ends its cells as lost where the device is lost again', async () => {
  const host = hostOf();
  const cell = run(host, 'a');
  const seen: CellMessage[] = [];
  const other = run(host, 'b', (message) => seen.push(message));
  const failed = { kind: 'failed', epoch: 3, failure: 'device lost', message: 'The well is dry.' } as const;
  started[0].say({ kind: 'cell', id: 1, message: failed });
  await expect.poll(() => started.length).toBe(2);
  started[1].say({ kind: 'cell', id: 2, message: failed });
  const errors = await Promise.all([cell, other].map(({ done }) => done.catch((error: unknown) => error)));
  expect(errors.map(failureOf)).toEqual(['device lost', 'device lost']);
  expect(String(errors[0])).toContain('The GPU was lost twice within a minute: The well is dry.');
  expect(seen).toEqual([]);
});

it.each(['out of memory', 'error'] as const)(
  'hands on an error of kind %s; others go on',
  async (failure) => {
    const host = hostOf();
    const [bad, good] = [run(host, 'a'), run(host, 'b')];
    started[0].say(lossOf(1, failure));
    const error: unknown = await bad.done.catch((reason: unknown) => reason);
    expect([failureOf(error), String(error)]).toEqual([failure, 'Error: The well is dry.']);
    started[0].say({ kind: 'done', id: 2 });
    await good.done;
    expect(started).toHaveLength(1);
  },
);

it('ends the process of a cell that does not stop; others go on, those that are to stop as such', async () => {
  const host = hostOf({ timeoutMs: 20 });
  const [deaf, slow] = [run(host, 'a'), run(host, 'b')];
  deaf.abort();
  await expect(deaf.done).rejects.toThrow('did not stop within');
  await expect.poll(() => started.length).toBe(2);
  expect(toldTo(started[0])).toEqual(['task 1 a', 'task 2 b', 'abort 1']);
  expect(toldTo(started[1])).toEqual(['task 1 b']);
  started[1].say({ kind: 'done', id: 1 });
  await slow.done;
  slow.abort();
  expect(toldTo(started[1])).toEqual(['task 1 b']);
});

it('replaces an idle process that has done its share', async () => {
  const host = hostOf({ tasksPerProcess: 2 });
  for (const id of [1, 2]) {
    const cell = run(host, 'a');
    started[0].say({ kind: 'done', id });
    await cell.done;
  }
  void run(host, 'b').done.catch(() => undefined);
  expect(started.map(toldTo)).toEqual([['task 1 a', 'task 2 a', 'close'], ['task 1 b']]);
});

it('ends a process that does not close by itself before the app loses its patience', async () => {
  let isKilled = false;
  const host = createGpuHost((_onMessage, onEnd) => ({
    post: () => undefined,
    kill() {
      isKilled = true;
      onEnd('it was killed');
    },
  }));
  void run(host, 'a').done.catch(() => undefined);
  vi.useFakeTimers();
  try {
    const closed = host.close();
    // The app waits for four and a half seconds.
    vi.advanceTimersByTime(4000);
    expect(isKilled).toBe(true);
    await closed;
  } finally {
    vi.useRealTimers();
  }
});

it('says by its kind that there is no GPU, where nobody gave a pool one, too', async () => {
  const host = hostOf();
  const cell = run(host, 'a');
  started[0].say({ kind: 'unavailable', message: 'no adapter' });
  const error: unknown = await cell.done.catch((reason: unknown) => reason);
  expect([failureOf(error), String(error)]).toEqual([
    'device lost',
    'NoGpuError: No GPU can be used: no adapter.',
  ]);
  const pool = createComputePool(1);
  const refused: unknown = await pool.gpuAdapter().catch((reason: unknown) => reason);
  expect([failureOf(refused), (refused as Error).name]).toEqual(['device lost', 'NoGpuError']);
  await pool.close();
});
