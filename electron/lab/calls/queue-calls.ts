/** Calls about the queue, and what the queue needs of the notebook. */
import { sweepCellFrom } from '../../../experiments/entries/entry-json.ts';
import { goalProblem } from '../../../experiments/sweeps/snapshot-epochs.ts';
import { applyOverride } from '../../../experiments/sweeps/override.ts';
import type { PlannedSweep } from '../sweeps/planned-sweep.ts';
import type { QueueRevision } from '../../contract/queue.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { fulfil } from '../queue/queue-wishes.ts';
import { LabError } from '../disk/lab-error.ts';
import { entryOf, plannedForQueue } from './planned-entry.ts';
import type { CallHandlers } from './router.ts';
import { requireWritable, trainingEngines, type LabContext } from './lab-context.ts';

type QueueCall =
  | 'queue.read'
  | 'queue.add'
  | 'queue.continue'
  | 'queue.pause'
  | 'queue.resume'
  | 'queue.cancel'
  | 'queue.retry'
  | 'queue.move'
  | 'queue.clear'
  | 'queue.configure';

/** Handlers of the calls about the queue. */
export function queueCalls(context: LabContext): CallHandlers<QueueCall> {
  const { notebook, queue, events } = context;
  const told = async (change: Promise<void>): Promise<QueueRevision> => {
    await change;
    const { revision } = queue.read();
    return { revision };
  };
  return {
    'queue.read': () => Promise.resolve(queue.read()),
    async 'queue.add'({ yaml, first }) {
      requireWritable(context);
      const plan = await plannedForQueue(context, yaml, await trainingEngines(context), true);
      const { entry, cells } = await entryOf(context, yaml, plan);
      const items = await queue.add(entry.id, longestFirst({ ...plan, cells }), first);
      await queue.refresh(entry.id);
      events.emit('notebook.changed', null);
      events.emit('entry.changed', { entryId: entry.id });
      return { entryId: entry.id, items };
    },
    async 'queue.continue'({ entryId, cellIds, epochs, first }) {
      requireWritable(context);
      const entry = await notebook.find(entryId);
      const known = new Set(entry.json.cells.map(({ id }) => id));
      const unknown = cellIds?.find((id) => !known.has(id));
      if (unknown !== undefined) throw new LabError('not-found', `Entry ${entryId} has no cell ${unknown}.`);
      const problem = absurdGoal(entry, cellIds);
      if (problem !== null) throw new LabError('refused', `The cells cannot run: ${problem}.`);
      if (epochs !== undefined) await extendGoals(entry, cellIds, epochs);
      const items = await queue.add(entryId, cellIds ?? [...known], first);
      await queue.refresh(entryId);
      events.emit('entry.changed', { entryId });
      return { entryId, items };
    },
    'queue.pause': (cells) => told(fulfil(queue, { action: 'pause', ...cells })),
    'queue.resume': (cells) => told(fulfil(queue, { action: 'resume', ...cells })),
    'queue.cancel': (cells) => told(fulfil(queue, { action: 'cancel', ...cells })),
    'queue.retry': ({ items }) => told(queue.retry(items)),
    'queue.move': ({ items, before }) => told(queue.move(items, before)),
    'queue.clear': ({ items }) => told(queue.clear(items)),
    'queue.configure': (settings) => told(queue.configure(settings)),
  };
}

/** Ids of a plan's cells, those that take longest first: so that the last ones to run are short. */
function longestFirst({ cells, costs }: NonNullable<PlannedSweep['plan']>): string[] {
  const work = costs.map(({ trainingFlops, snapshotFlops }) => trainingFlops + snapshotFlops);
  const order = cells.map((_, at) => at).sort((a, b) => work[b] - work[a]);
  return order.map((at) => cells[at].id);
}

/** What is wrong with the goals of cells that an entry from elsewhere asks for, or null. */
function absurdGoal(entry: EntryStore, cellIds: readonly string[] | undefined): string | null {
  const chosen = entry.json.cells.filter(({ id }) => cellIds?.includes(id) ?? true);
  for (const { epochs } of chosen) {
    const problem = goalProblem(epochs);
    if (problem !== null) return problem;
  }
  return null;
}

/** Raises the goals of cells; the sweep file says so too where all of them are meant. */
async function extendGoals(
  entry: EntryStore,
  cellIds: readonly string[] | undefined,
  epochs: number,
): Promise<void> {
  const chosen = cellIds === undefined ? null : new Set(cellIds);
  const cells = entry.json.cells.map((json) => {
    const cell = sweepCellFrom(json);
    return chosen === null || chosen.has(cell.id) ? { ...cell, epochs: Math.max(cell.epochs, epochs) } : cell;
  });
  const text = chosen === null ? applyOverride(entry.sweepText, `epochs=${epochs}`) : entry.sweepText;
  await entry.updateSweep(text, cells);
}
