/** `queue`: what the app is to train. */
import { readQueue } from '../lab/queue-report.ts';
import type { Command } from './command.ts';
import { alignColumns, printJson, printLine, remark } from './console-output.ts';

export const queueCommand: Command = {
  usage: '',
  summary: "shows the app's queue",
  options: {},
  positionals: { min: 0, max: 0 },
  async run(args) {
    const queue = await readQueue(args.notebook());
    if (args.flag('json')) {
      printJson(queue);
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
    return 0;
  },
};
