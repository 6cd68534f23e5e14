/** `ls`: the entries of a notebook. */
import { localMinute } from '../program/local-time.ts';
import { openNotebook } from '../lab/notebook/notebook.ts';
import { diskFileSystem } from '../lab/disk/files.ts';
import { queuedCells } from '../lab/queue/queue-file.ts';
import type { Command } from './command.ts';
import { alignColumns, printJson, printLine, remark } from './console-output.ts';
import { UserError } from './user-error.ts';

export const lsCommand: Command = {
  usage: '',
  summary: 'lists the entries of the notebook, newest first',
  options: {},
  positionals: { min: 0, max: 0 },
  async run(args) {
    const notebook = await openNotebook(args.notebook(), { mode: 'read' });
    try {
      if (args.text('notebook') !== undefined) await requireNotebook(notebook.dir);
      const entries = await notebook.list(await queuedCells(notebook.fileSystem, notebook.dir));
      if (args.flag('json')) printJson(entries);
      else if (entries.length === 0) remark(`No entries in ${notebook.dir} yet.`);
      else {
        const rows = entries.map(({ id, created, title, cells, problem }) => [
          id,
          localMinute(created),
          problem === null ? statesText(cells.map(({ state }) => state)) : 'cannot be opened',
          problem === null ? title : `${title}: ${problem}`,
        ]);
        alignColumns(rows).forEach(printLine);
      }
      return 0;
    } finally {
      await notebook.close();
    }
  },
};

/** A folder that is not there, or no folder, is a wrong name rather than an empty notebook. */
async function requireNotebook(path: string): Promise<void> {
  const facts = await diskFileSystem.facts(path);
  if (facts === null) throw new UserError(`there is no notebook ${path}: the folder does not exist`);
  if (facts.kind === 'file') throw new UserError(`${path} is a file, not the folder of a notebook`);
}

/** "5 finished" or "3 finished, 2 interrupted". */
function statesText(states: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}
