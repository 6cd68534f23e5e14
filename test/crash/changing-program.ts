/**
 * A program that changes the one entry of a notebook (argument 2) once: packs its cells and goes on with them, makes its
 * indexes again, or writes to it for the first time (argument 3). It says when it begins and when it is done.
 */
import { openNotebook, type Notebook } from '../../electron/lab/notebook/notebook.ts';
import { checkIndexes } from '../../electron/lab/verification/index-check.ts';
import { onlyEntry, packAndGoOn } from './packed-cells.ts';

const changes: Readonly<Record<string, (notebook: Notebook) => Promise<unknown>>> = {
  pack: packAndGoOn,
  check: async (notebook) => checkIndexes(await onlyEntry(notebook)),
  'first write': async (notebook) => (await onlyEntry(notebook)).describe({ title: 'mine' }),
};

const [, , folder = '', what = ''] = process.argv;
const notebook = await openNotebook(folder, { mode: 'write' });
process.stdout.write('begun\n');
await changes[what]?.(notebook);
await notebook.close();
process.stdout.write('done\n');
