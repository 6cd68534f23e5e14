/** `import`: the entry in an .eln archive, into the notebook. */
import { EntryError } from '../../experiments/records/entry-error.ts';
import { diskFileSystem } from '../lab/disk/files.ts';
import { fileError, LabError } from '../lab/disk/lab-error.ts';
import { importArchive } from '../lab/imports/imported-entry.ts';
import { openNotebook } from '../lab/notebook/notebook.ts';
import type { Command } from './command.ts';
import { formatBytes, printJson, printLine, remark } from './console-output.ts';
import { openInput } from './input-file.ts';
import { ProgressDisplay } from './run-progress.ts';
import { UserError } from './user-error.ts';

export const importCommand: Command = {
  usage: 'F.eln',
  summary: 'puts the entry of an archive into the notebook, once all of it was checked',
  options: {},
  positionals: { min: 1, max: 1 },
  async run(args) {
    const archive = await openInput(diskFileSystem, args.positional(0));
    const display = new ProgressDisplay(process.stderr, () => performance.now() / 1000);
    const controller = new AbortController();
    const stop = (): void => controller.abort(new LabError('refused', 'Stopped; nothing was imported.'));
    process.once('SIGINT', stop);
    try {
      const notebook = await openNotebook(args.notebook(), { mode: 'write' });
      try {
        const { entry, remarks } = await importArchive(notebook, archive, {
          signal: controller.signal,
          onProgress: (done, of) =>
            display.update(() => [`checking ${formatBytes(done)} of ${formatBytes(of)}`]),
        }).catch((error: unknown) => {
          // What does not hold in the file is a fault of what was given.
          if (error instanceof EntryError) throw new UserError(error.message);
          throw fileError(error, `read ${args.positional(0)}`);
        });
        display.end();
        remarks.forEach(remark);
        const { title, cells } = entry.json;
        if (args.flag('json'))
          printJson({ entry: entry.path, id: entry.id, title, cells: cells.length, remarks });
        else printLine(entry.path);
        return 0;
      } finally {
        await notebook.close();
      }
    } finally {
      display.end();
      process.off('SIGINT', stop);
      await archive.close();
    }
  },
};
