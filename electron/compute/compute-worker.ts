/** A compute worker: one thread that trains cells and renders frames, one task after another. */
import { parentPort } from 'node:worker_threads';
import { extractTiles } from '../../experiments/polytopes/extract-complex.ts';
import type { CellMessage } from '../../experiments/sweeps/cell-run-contract.ts';
import { runCell } from '../../experiments/sweeps/cell-run.ts';
import { replayTo } from '../../experiments/sweeps/replay.ts';
import { hostEngine, kernelModule, trainingChoice } from './host-engine.ts';
import type { FromWorker, ToWorker, WorkerTask } from './worker-protocol.ts';

/** Snapshots that may be under way to the disk before the worker waits for an acknowledgement. */
const snapshotsAhead = 2;

if (parentPort === null) throw new Error('The compute worker runs in a worker thread only.');
const port = parentPort;

interface RunningTask {
  readonly abort: AbortController;
  unacknowledged: number;
  resume: () => void;
}

const running = new Map<number, RunningTask>();

port.on('message', (message: ToWorker) => {
  if (message.kind === 'task') {
    void perform(message.id, message.task);
    return;
  }
  const task = running.get(message.id);
  if (task === undefined) return;
  if (message.kind === 'abort') task.abort.abort();
  else task.unacknowledged -= 1;
  task.resume();
});

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

async function perform(id: number, task: WorkerTask): Promise<void> {
  const state: RunningTask = { abort: new AbortController(), unacknowledged: 0, resume: () => undefined };
  running.set(id, state);
  try {
    await performers[task.kind](id, task as never, state);
    send({ kind: 'done', id });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    send({ kind: 'error', id, name, message });
  } finally {
    running.delete(id);
  }
}

type Performer<Kind extends WorkerTask['kind']> = (
  id: number,
  task: Extract<WorkerTask, { kind: Kind }>,
  state: RunningTask,
) => Promise<void>;

const performers: { readonly [Kind in WorkerTask['kind']]: Performer<Kind> } = {
  async cell(id, task, state) {
    const engine = await hostEngine(trainingChoice(task.engine, task.job.config));
    const clock = (): number => performance.now() / 1000;
    for await (const message of runCell(engine, task.job, { signal: state.abort.signal, clock })) {
      await sendCellMessage(id, message, state);
    }
  },
  async frame(id, task) {
    const engine = await hostEngine(task.engine);
    const frame = await engine.renderFrame(task.request);
    send({ kind: 'frame', id, frame }, transferablesOf(frame));
  },
  async replay(id, task, state) {
    const engine = await hostEngine(trainingChoice('wasm', task.replay.job.config));
    const weights = await replayTo(
      engine,
      task.replay.job,
      task.replay.from,
      task.replay.epoch,
      state.abort.signal,
    );
    send({ kind: 'weights', id, weights });
  },
  async tiles(id, { tiles: { network, view, tiles, budget, shared } }) {
    const part = extractTiles(network, view, {
      kernel: await kernelModule('geometry'),
      tiles,
      budget,
      take: () => Atomics.add(shared, 0, 1),
      signal: {
        get aborted() {
          return Atomics.load(shared, 1) === 1;
        },
      },
    });
    send({ kind: 'part', id, part }, transferablesOf(part));
  },
};

async function sendCellMessage(id: number, message: CellMessage, state: RunningTask): Promise<void> {
  send({ kind: 'cell', id, message });
  if (message.kind !== 'snapshot') return;
  state.unacknowledged += 1;
  while (state.unacknowledged > snapshotsAhead && !state.abort.signal.aborted) {
    await new Promise<void>((resolve) => (state.resume = resolve));
  }
}

function transferablesOf(value: object): ArrayBuffer[] {
  const buffers = Object.values(value).flatMap((field: unknown) =>
    ArrayBuffer.isView(field) && field.buffer instanceof ArrayBuffer ? [field.buffer] : [],
  );
  return [...new Set(buffers)];
}
