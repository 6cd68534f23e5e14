/** `queue`: what the app is to train, and changing it, whether the app runs or not. */
import { secondsUntilDone } from '../../experiments/sweeps/time-left.ts';
import type { QueueState } from '../contract/queue.ts';
import { changeQueue, readQueue } from '../lab/queue/queue-elsewhere.ts';
import type { QueueWish } from '../lab/queue/queue-wishes.ts';
import { openNotebook, type Notebook } from '../lab/notebook/notebook.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { alignColumns, formatDuration, printJson, printLine, remark } from './console-output.ts';
import { UserError } from './user-error.ts';

const actions = ['pause', 'resume', 'cancel', 'move'] as const;
type Action = (typeof actions)[number];

/** Seconds until nothing is left to train; null where nothing was trained yet that could tell speeds. */
function secondsLeft({ items, threads, parallel }: QueueState): number | null {
  const running = items.filter(({ state }) => state === 'running');
  const waiting = items.filter(
    ({ state, problem }) => ['queued', 'paused', 'interrupted'].includes(state) && problem === null,
  );
  const done = items.filter(({ state }) => state === 'finished');
  return secondsUntilDone(running, waiting, done, Math.min(threads, parallel ?? threads));
}

/** The items that ENTRY or ENTRY:CELL means; entry and cell by a beginning of their names. */
async function itemsMeant(notebook: Notebook, words: string): Promise<string[]> {
  const at = words.lastIndexOf(':');
  const isWhole = at < 0 || !/^[0-9a-f]+$/.test(words.slice(at + 1));
  const entry = await notebook.find(isWhole ? words : words.slice(0, at));
  const cells = entry.json.cells.filter(({ id }) => isWhole || id.startsWith(words.slice(at + 1)));
  if (cells.length === 0) throw new UserError(`entry ${entry.id} has no cell ${words.slice(at + 1)}`);
  if (!isWhole && cells.length > 1)
    throw new UserError(`'${words}' may be ${cells.map(({ id }) => id).join(', ')}; give more of the id`);
  return cells.map(({ id }) => `${entry.id}/${id}`);
}

/** What the arguments ask for, of the cells that stand in the queue. */
async function wishFrom(args: Arguments, action: Action, queue: QueueState): Promise<QueueWish> {
  const words = args.positionals.slice(1);
  if (words.length === 0 && action !== 'move' && (action !== 'cancel' || args.flag('all'))) return { action };
  if (words.length === 0)
    throw new UserError(
      `queue ${action}: say which ENTRY or ENTRY:CELL${action === 'cancel' ? ', or --all' : ''}`,
    );
  const notebook = await openNotebook(args.notebook(), { mode: 'read' });
  try {
    const meant = new Set((await Promise.all(words.map((word) => itemsMeant(notebook, word)))).flat());
    const items = queue.items.map(({ id }) => id).filter((id) => meant.has(id));
    if (items.length === 0)
      throw new UserError(`queue ${action}: nothing of ${words.join(', ')} stands in the queue`);
    if (action !== 'move') return { action, items };
    const given = args.text('before');
    if (given === undefined)
      return { action, items, before: args.flag('last') ? null : firstOther(queue, items) };
    const [before] = await itemsMeant(notebook, given);
    return { action, items, before: queue.items.find(({ id }) => id === before)?.id ?? null };
  } finally {
    await notebook.close();
  }
}

function firstOther(queue: QueueState, items: readonly string[]): string | null {
  const moved = new Set(items);
  return queue.items.find(({ id }) => !moved.has(id))?.id ?? null;
}

function show(queue: QueueState): void {
  if (queue.state === 'paused')
    printLine(`paused${queue.pausedBecause === null ? '' : `: ${queue.pausedBecause}`}`);
  const rows = queue.items.map(({ entryTitle, label, state, epoch, epochs, problem }) => [
    entryTitle,
    label,
    state,
    `${epoch}/${epochs}`,
    problem ?? '',
  ]);
  alignColumns(rows, [3]).forEach(printLine);
  const left = secondsLeft(queue);
  if (rows.length === 0) remark('The queue is empty.');
  else if (left !== null && left > 0) printLine(`about ${formatDuration(left)} left`);
}

export const queueCommand: Command = {
  usage: `[${actions.join('|')} ENTRY[:CELL] ...] [--all] [--last | --before ENTRY:CELL]`,
  summary:
    "shows the app's queue; pauses, resumes, cancels or moves (to the front) cells of it, in the running app or for its next start",
  options: { all: 'flag', last: 'flag', before: 'text' },
  positionals: { min: 0, max: 1001 },
  async run(args) {
    const folder = args.notebook();
    const [word] = args.positionals;
    let queue = await readQueue(folder);
    if (word !== undefined) {
      const action = actions.find((known) => known === word);
      if (action === undefined)
        throw new UserError(
          `queue: '${word}' must be one of ${actions.join(', ')}; see creasebook help queue`,
        );
      await changeQueue(folder, await wishFrom(args, action, queue));
      queue = await readQueue(folder);
    }
    if (args.flag('json')) {
      const { state, pausedBecause, failFast, parallel, threads, items } = queue;
      printJson({
        state,
        pausedBecause,
        failFast,
        parallel,
        threads,
        items,
        secondsLeft: secondsLeft(queue),
      });
    } else show(queue);
    return 0;
  },
};
