/** `queue`: what the app is to train. */
import { secondsUntilDone } from '../../experiments/sweeps/time-left.ts';
import type { QueueState } from '../contract/queue.ts';
import { readQueue } from '../lab/queue/queue-report.ts';
import type { Command } from './command.ts';
import { alignColumns, formatDuration, printJson, printLine, remark } from './console-output.ts';

/** Seconds until nothing is left to train; null where nothing was trained yet that could tell speeds. */
function secondsLeft({ items, threads, parallel }: QueueState): number | null {
  const running = items.filter(({ state }) => state === 'running');
  const waiting = items.filter(
    ({ state, problem }) => ['queued', 'paused', 'interrupted'].includes(state) && problem === null,
  );
  const done = items.filter(({ state }) => state === 'finished');
  return secondsUntilDone(running, waiting, done, Math.min(threads, parallel ?? threads));
}

export const queueCommand: Command = {
  usage: '',
  summary: "shows the app's queue",
  options: {},
  positionals: { min: 0, max: 0 },
  async run(args) {
    const queue = await readQueue(args.notebook());
    const left = secondsLeft(queue);
    if (args.flag('json')) {
      printJson({ ...queue, secondsLeft: left });
      return 0;
    }
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
    if (rows.length === 0) remark('The queue is empty.');
    else if (left !== null && left > 0) printLine(`about ${formatDuration(left)} left`);
    return 0;
  },
};
