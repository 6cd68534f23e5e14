/** A thread of a worker on a cluster: it trains cells with the compiled kernels and does nothing else, so that it starts fast. */
import '../program/node-byte-work.ts';
import { parentPort } from 'node:worker_threads';
import { trainingChoice } from '../../experiments/sweeps/cell-engine.ts';
import type { ToWorker } from '../../experiments/tasks/task-protocol.ts';
import { createTaskServer } from '../../experiments/tasks/task-server.ts';
import { keepOneBuild, kernelEngine } from './kernel-engines.ts';

if (parentPort === null) throw new Error('The thread of a worker runs in a worker only.');
const port = parentPort;

const server = createTaskServer(
  (message, transfer) => port.postMessage(message, transfer),
  {},
  async ({ engine, job }) => {
    const build = trainingChoice(engine, job.config) === 'relaxed' ? 'relaxed' : 'strict';
    await keepOneBuild(build);
    return kernelEngine(build);
  },
  () => performance.now(),
);
port.on('message', (message: ToWorker) => server.receive(message));
