/** `pack`: the cells of an entry that have ended, in few files. */
import { performance } from 'node:perf_hooks';
import type { Command } from './command.ts';
import { printJson, printLine } from './console-output.ts';
import { withEntry } from './entry-cell.ts';
import { ProgressDisplay } from './run-progress.ts';

export const packCommand: Command = {
  usage: 'ENTRY',
  summary:
    'keeps the cells that have ended in few files, byte for byte; they are read, verified and continued as before',
  options: {},
  positionals: { min: 1, max: 1 },
  run: (args) =>
    withEntry(args, 'write', async (entry) => {
      const display = new ProgressDisplay(process.stderr, () => performance.now() / 1000);
      const cells = entry.json.cells.length;
      let done = 0;
      const packed = await entry.pack(() => {
        done++;
        display.update(() => [`${done} of ${cells} cells looked at`]);
      });
      display.end();
      if (args.flag('json')) printJson({ entry: entry.id, packed });
      else printLine(packed === 1 ? '1 cell packed' : `${packed.toLocaleString('en')} cells packed`);
      return 0;
    }),
};
