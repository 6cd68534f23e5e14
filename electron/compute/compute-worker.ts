/** A compute worker: one thread that trains cells and renders frames, one task after another. */
import '../program/node-byte-work.ts';
import { parentPort } from 'node:worker_threads';
import type { Engine, EngineChoice } from '../../experiments/engines/engine.ts';
import { extractFew, extractTiles } from '../../experiments/polytopes/extract-complex.ts';
import { engineOfCell, trainingChoice } from '../../experiments/sweeps/cell-engine.ts';
import { replayTo } from '../../experiments/sweeps/replay.ts';
import { trainingSpeed } from '../../experiments/tasks/speed-probe.ts';
import type { FromWorker, ToWorker } from '../../experiments/tasks/task-protocol.ts';
import { createTaskServer, type Performer } from '../../experiments/tasks/task-server.ts';
import { transferablesOf } from '../../experiments/tasks/transferables.ts';
import { keepOneBuild } from './kernel-engines.ts';
import { extractionKernel, hostEngine } from './thread-engines.ts';

if (parentPort === null) throw new Error('The compute worker runs in a worker thread only.');
const port = parentPort;

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

/** The engine for a task, the only one of its kind in this thread. */
async function engineFor(choice: EngineChoice): Promise<Engine> {
  await keepOneBuild(choice);
  return hostEngine(choice);
}

const frame: Performer<'frame'> = async (id, { engine: choice, request }) => {
  const engine = await engineFor(choice);
  const rendered = await engine.renderFrame(request);
  send({ kind: 'frame', id, frame: rendered }, transferablesOf(rendered));
};

const replay: Performer<'replay'> = async (id, { replay: { job, from, epoch } }, signal) => {
  const engine = await engineFor(trainingChoice(engineOfCell(job.config), job.config));
  send({ kind: 'weights', id, weights: await replayTo(engine, job, from, epoch, signal) });
};

const tiles: Performer<'tiles'> = async (id, task) => {
  const { network, view, tiles: count, budget, shared, thread } = task.tiles;
  const signal = {
    get aborted() {
      return Atomics.load(shared, 1) === 1;
    },
  };
  const regionsInAll = (own: number): number => {
    Atomics.store(shared, 2 + thread, own);
    return shared.subarray(2).reduce((sum, _, other) => sum + Atomics.load(shared, 2 + other), 0);
  };
  const options = { ...(await extractionKernel()), budget, signal, regionsInAll };
  const part =
    count === null
      ? extractFew(network, view, options)
      : extractTiles(network, view, { ...options, tiles: count, take: () => Atomics.add(shared, 0, 1) });
  if (part !== null) send({ kind: 'part', id, part }, transferablesOf(part));
};

const speed: Performer<'speed'> = async (id, { cells, engine }) => {
  const clock = (): number => performance.now() / 1000;
  const flopsPerSecond = await trainingSpeed(await engineFor(engine), cells, clock);
  send({ kind: 'speed', id, flopsPerSecond });
};

const server = createTaskServer(
  send,
  { frame, replay, tiles, speed },
  ({ engine, job }) => engineFor(trainingChoice(engine, job.config)),
  () => performance.now(),
);
port.on('message', (message: ToWorker) => server.receive(message));
