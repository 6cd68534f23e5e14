/** Calls about the queue, and what the queue needs of the notebook. */
import { sweepCellFrom } from '../../../experiments/entries/entry-json.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { goalProblem } from '../../../experiments/sweeps/snapshot-epochs.ts';
import { applyOverride } from '../../../experiments/sweeps/override.ts';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';
import type { PlannedSweep } from '../sweeps/planned-sweep.ts';
import type { QueueState } from '../../contract/queue.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { splitEntry } from '../queue/engine-sharing.ts';
import { fulfil } from '../queue/queue-wishes.ts';
import { LabError } from '../disk/lab-error.ts';
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
  const { notebook, queue, background, events } = context;
  const state = async (change: Promise<void>): Promise<QueueState> => {
    await change;
    return queue.read();
  };
  return {
    'queue.read': () => Promise.resolve(queue.read()),
    async 'queue.add'({ yaml, first }) {
      requireWritable(context);
      const input = {
        yaml,
        folder: notebook.dir,
        engines: await trainingEngines(context),
        withPicture: true,
      };
      const { plan, problems } = await background.run('plan', input);
      if (plan === null) {
        const [problem] = problems;
        const place = problem?.line === null ? '' : `line ${problem?.line}: `;
        throw new LabError('refused', `The sweep cannot run. ${place}${problem?.message}`);
      }
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
    'queue.pause': (cells) => state(fulfil(queue, { action: 'pause', ...cells })),
    'queue.resume': (cells) => state(fulfil(queue, { action: 'resume', ...cells })),
    'queue.cancel': (cells) => state(fulfil(queue, { action: 'cancel', ...cells })),
    'queue.retry': ({ items }) => state(queue.retry(items)),
    'queue.move': ({ items, before }) => state(queue.move(items, before)),
    'queue.clear': ({ items }) => state(queue.clear(items)),
    'queue.configure': (settings) => state(queue.configure(settings)),
  };
}

/** Ids of a plan's cells, those that take longest first: so that the last ones to run are short. */
function longestFirst({ cells, costs }: NonNullable<PlannedSweep['plan']>): string[] {
  const work = costs.map(({ trainingFlops, snapshotFlops }) => trainingFlops + snapshotFlops);
  const order = cells.map((_, at) => at).sort((a, b) => work[b] - work[a]);
  return order.map((at) => cells[at].id);
}

/** The newest entry that this sweep goes on with, brought up to date, or a new one. */
async function entryOf(
  { notebook, environment, now, decision }: LabContext,
  yaml: string,
  plan: NonNullable<PlannedSweep['plan']>,
): Promise<{ readonly entry: EntryStore; readonly cells: readonly SweepCell[] }> {
  const { name, snapshots, target, png } = plan;
  const targets = png === null ? [] : [{ digest: target.digest, png }];
  const ids = plan.cells.map(({ id }) => id);
  const { known, cells } =
    decision.split === null
      ? { known: await notebook.findForSweep(name, ids), cells: plan.cells }
      : await splitEntry(notebook, name, plan.cells, parseSweep(yaml).training.determinism);
  if (known !== null && known.writable) {
    await known.updateSweep(yaml, cells, targets);
    return { entry: known, cells };
  }
  const entry = {
    name,
    title: name,
    sweepText: yaml,
    cells,
    snapshots,
    targets,
    environment,
    created: now(),
  };
  return { entry: await notebook.create(entry), cells };
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
