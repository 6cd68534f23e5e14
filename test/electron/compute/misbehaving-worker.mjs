/** A compute worker that does whatever the id of a cell says. */
import { parentPort } from 'node:worker_threads';

const ways = {
  finish: (id) => {
    say(id, { kind: 'finished', epoch: 10, reason: 'goal' });
    parentPort.postMessage({ kind: 'done', id });
  },
  hang: (id, { beats = new Int32Array(1) }) => {
    for (;;) Atomics.add(beats, 0, 1);
  },
  throw: () => {
    throw new Error('the kernel trapped');
  },
  tell: (id) => {
    const error = { name: 'Error', message: 'The well is dry.', failure: 'out of memory' };
    parentPort.postMessage({ kind: 'error', id, ...error });
  },
  exit: () => process.exit(3),
  'out of memory': () => {
    const kept = [];
    for (;;) kept.push(new Array(1e6).fill(kept.length));
  },
};

parentPort.on('message', ({ kind, id, task }) => {
  if (kind === 'task') ways[task.job.cellId](id, task.job);
});

function say(id, message) {
  parentPort.postMessage({ kind: 'cell', id, message });
}
