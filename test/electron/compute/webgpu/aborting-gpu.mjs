/** A GPU process that aborts in mid-training: when the seventh snapshot of its cells is safe. */
import { tmpdir } from 'node:os';

// First of all: whoever listens before it would take its tasks from it.
await import(new URL('../../../../dist/node/gpu-child.mjs', import.meta.url).href);
let left = 7;
process.on('message', ({ kind }) => {
  if (kind !== 'acknowledged' || --left > 0) return;
  // A core file, where the system writes one, goes there.
  process.chdir(tmpdir());
  process.abort();
});
