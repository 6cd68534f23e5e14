/** The queue of a notebook as it is on disk, for whoever only looks. */
import { join } from 'node:path';
import { defaultThreads } from '../../compute/compute-pool.ts';
import type { QueueState } from '../../contract/queue.ts';
import { createEventHub } from '../../contract/event-hub.ts';
import { diskFileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import { openNotebook } from '../notebook/notebook.ts';
import { openQueue } from './queue.ts';
import { entryFactsReader } from './notebook-cells.ts';

/** State of the queue in a notebook's folder; cells that another living process trains are 'running'. Changes nothing. */
export async function readQueue(folder: string): Promise<QueueState> {
  const notebook = await openNotebook(folder, { mode: 'read' });
  const refused = (): never => {
    throw new LabError('refused', 'The queue was opened for reading only.');
  };
  try {
    const queue = await openQueue({
      fs: diskFileSystem,
      path: join(notebook.dir, 'queue.json'),
      writable: false,
      writesElsewhere: async () => (await notebook.writerElsewhere()) !== null,
      executor: { threads: defaultThreads(), cellsAtOnce: defaultThreads, runCell: refused },
      engine: 'wasm',
      environment: {},
      events: createEventHub(),
      entryFacts: entryFactsReader(notebook),
      openCell: refused,
      onBusy: () => undefined,
    });
    return queue.read();
  } finally {
    await notebook.close();
  }
}
