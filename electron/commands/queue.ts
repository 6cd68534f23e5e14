/** `queue`: what the app's queue holds. */
import { join } from 'node:path';
import { diskFileSystem } from '../lab/files.ts';
import { openNotebook } from '../lab/notebook.ts';
import { itemId, loadQueue } from '../lab/queue-file.ts';
import type { Command } from './command.ts';
import { alignColumns, printJson, printLine, remark } from './console-output.ts';

export const queueCommand: Command = {
  usage: '',
  summary: "shows the app's queue",
  options: {},
  positionals: { min: 0, max: 0 },
  async run(args) {
    const notebook = await openNotebook(args.notebook(), { mode: 'read' });
    try {
      const { data, problem } = await loadQueue(diskFileSystem, join(notebook.dir, 'queue.json'), false);
      if (problem !== null) remark(problem);
      // Items that a process started last are running only while that process is alive.
      const running = new Set((await notebook.writerElsewhere()) === null ? [] : data.running);
      const items = data.items.map((item) => ({
        entry: item.entryId,
        cell: item.cellId,
        state: running.has(itemId(item)) ? 'running' : item.intent,
        problem: item.problem,
      }));
      if (args.flag('json')) printJson({ paused: data.paused, pausedBecause: data.pausedBecause, items });
      else {
        if (data.paused) printLine(`paused${data.pausedBecause === null ? '' : `: ${data.pausedBecause}`}`);
        const rows = items.map(({ entry, cell, state, problem: words }) => [entry, cell, state, words ?? '']);
        alignColumns(rows).forEach(printLine);
        if (items.length === 0) remark('The queue is empty.');
      }
      return 0;
    } finally {
      await notebook.close();
    }
  },
};
