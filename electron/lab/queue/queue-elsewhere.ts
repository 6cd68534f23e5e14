/** A notebook's queue for whoever is not the app: read as it lies on disk, and changed, by the app where one runs. */
import { join, resolve } from 'node:path';
import { pictureFromFile } from '../../../experiments/targets/picture-file.ts';
import type { Picture } from '../../../experiments/targets/picture.ts';
import { defaultThreads } from '../../compute/compute-pool.ts';
import type { QueueState } from '../../contract/queue.ts';
import { createEventHub } from '../../contract/event-hub.ts';
import { diskFileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import { openNotebook, type Notebook } from '../notebook/notebook.ts';
import { cellOpener, entryFactsReader, type CellPictures } from './notebook-cells.ts';
import { openQueue, type Queue } from './queue.ts';
import { fulfil, wishFor, type QueueWish } from './queue-wishes.ts';

/** Milliseconds within which an app takes up what is wished. */
const patienceMs = 10_000;

/** State of the queue in a notebook's folder; cells that another living process trains are 'running'. Changes nothing. */
export async function readQueue(folder: string): Promise<QueueState> {
  const notebook = await openNotebook(folder, { mode: 'read' });
  try {
    return (await storedQueue(notebook, false)).read();
  } finally {
    await notebook.close();
  }
}

/**
 * Changes the queue of a notebook: through the process that has it, else on disk, for the next start. Durable when this
 * resolves. Throws LabError where that process refuses, has no queue or does not answer.
 */
export async function changeQueue(folder: string, wish: QueueWish): Promise<void> {
  let notebook: Notebook;
  try {
    notebook = await openNotebook(folder, { mode: 'write' });
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'locked') throw error;
    return wishFor(diskFileSystem, resolve(folder), wish, patienceMs);
  }
  try {
    const queue = await storedQueue(notebook, true);
    await fulfil(queue, wish);
    await queue.close();
  } finally {
    await notebook.close();
  }
}

/** The queue of a notebook, which trains nothing. */
function storedQueue(notebook: Notebook, writable: boolean): Promise<Queue> {
  return openQueue({
    fs: notebook.fileSystem,
    path: join(notebook.dir, 'queue.json'),
    writable,
    writesElsewhere: async () => (await notebook.writerElsewhere()) !== null,
    executor: { threads: defaultThreads(), cellsAtOnce: defaultThreads, runCell: neverRuns },
    engine: 'wasm',
    environment: {},
    events: createEventHub(),
    entryFacts: entryFactsReader(notebook),
    openCell: writable ? cellOpener(notebook, decodedOnce()) : neverRuns,
    mayTrain: new Promise(() => undefined),
    onBusy: () => undefined,
  });
}

function neverRuns(): never {
  throw new LabError('refused', 'The queue was not opened for training.');
}

/** Pictures of cells, each decoded once. */
function decodedOnce(): CellPictures {
  const known = new Map<string, Promise<Picture>>();
  return {
    get(entry, digest) {
      const picture = known.get(digest) ?? entry.targetPicture(digest).then(pictureFromFile);
      known.set(digest, picture);
      return picture;
    },
  };
}
