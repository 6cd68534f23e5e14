/** `fsck`: the indexes of an entry made again from its records, with what was found. */
import { performance } from 'node:perf_hooks';
import { checkIndexes } from '../lab/verification/index-check.ts';
import type { Command } from './command.ts';
import { printJson, printLine } from './console-output.ts';
import { withEntry } from './entry-cell.ts';
import { ProgressDisplay } from './run-progress.ts';

export const fsckCommand: Command = {
  usage: 'ENTRY',
  summary:
    'makes every index of an entry again from its records and names what it found: other figures, damage, missing records, stray folders',
  options: {},
  positionals: { min: 1, max: 1 },
  run: (args) =>
    withEntry(args, 'write', async (entry) => {
      const display = new ProgressDisplay(process.stderr, () => performance.now() / 1000);
      const { id } = entry;
      const of = entry.json.cells.length;
      let done = 0;
      const { findings, recorded, cells } = await checkIndexes(entry, () => {
        done++;
        display.update(() => [`${done} of ${of} cells looked at`]);
      });
      display.end();
      const isWhole = findings.every(({ isMended }) => isMended);
      if (args.flag('json')) printJson({ entry: id, cells, recorded, isWhole, findings });
      else {
        for (const { cell, message, isMended } of findings)
          printLine(`${cell ?? 'entry'}: ${message}${isMended ? '; set right' : ''}`);
        const count = `${recorded.toLocaleString('en')} of ${cells.toLocaleString('en')} cells have records`;
        printLine(findings.length === 0 ? `${count}; the index tells what they say` : count);
      }
      return isWhole ? 0 : 1;
    }),
};
