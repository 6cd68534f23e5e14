/** The GPU process of a Node host: loads Dawn and serves tasks until it is told to close or its host is gone. */
import type { FromGpu, ToGpu } from '../../experiments/tasks/gpu-protocol.ts';
import { serveGpu, type GpuServer } from '../../experiments/tasks/gpu-server.ts';
import { requestDawnAdapter } from './dawn.ts';

/** A process that made devices may crash at its natural end: it says what it has to say and exits. */
function exit(): void {
  process.exit(0);
}

function send(message: FromGpu): void {
  process.send?.(message);
}

process.on('disconnect', exit);
// Ctrl-C goes to the whole group, and engines of jobs ask every process of a task to end; the host stops this process when its
// cells are safe.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => undefined);

const early: ToGpu[] = [];
let server: GpuServer | null = null;
process.on('message', (message: ToGpu) => {
  if (server === null) early.push(message);
  else server.receive(message);
});

const adapter = await requestDawnAdapter();
if (typeof adapter === 'string') {
  process.send?.({ kind: 'unavailable', message: adapter } satisfies FromGpu, exit);
} else {
  server = await serveGpu(adapter, {
    send,
    close: exit,
    clock: () => performance.now(),
    everySecond(action) {
      const timer = setInterval(action, 1000);
      return () => clearInterval(timer);
    },
  });
  for (const message of early) server.receive(message);
}
