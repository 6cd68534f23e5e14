/** The finished entry that a new notebook begins with, so that there is something to scrub in the first second. */
import { join } from 'node:path';
import { idOf } from './entry-names.ts';
import { makeFolders, readWhole, writeDurably, type FileSystem } from '../disk/files.ts';
import { fileError } from '../disk/lab-error.ts';

const maxFileBytes = 1 << 26;
/** A folder that the notebook takes for unfinished until it has its name. */
const unfinishedName = '.new-example';

/** Whether a notebook's folder was never used. */
export async function isNewNotebook(fs: FileSystem, notebook: string): Promise<boolean> {
  return (await fs.facts(join(notebook, 'entries'))) === null;
}

/**
 * Copies the only entry in `examples` into a notebook that has none, whole or not at all. Its id; null where no example
 * ships. Throws LabError.
 */
export async function placeExample(
  fs: FileSystem,
  notebook: string,
  examples: string,
): Promise<string | null> {
  if ((await fs.facts(examples)) === null) return null;
  const name = (await fs.list(examples)).sort().find((candidate) => !candidate.startsWith('.'));
  if (name === undefined) return null;
  const entries = join(notebook, 'entries');
  const unfinished = join(entries, unfinishedName);
  try {
    await copyFolder(fs, join(examples, name), unfinished);
    await fs.rename(unfinished, join(entries, name));
    await fs.syncFolder(entries);
  } catch (error) {
    await fs.removeFolder(unfinished).catch(() => undefined);
    throw fileError(error, 'copy the example into the notebook');
  }
  return idOf(name);
}

async function copyFolder(fs: FileSystem, from: string, to: string): Promise<void> {
  await makeFolders(fs, to);
  for (const name of await fs.list(from)) {
    const kind = (await fs.facts(join(from, name)))?.kind;
    if (kind === 'folder') await copyFolder(fs, join(from, name), join(to, name));
    if (kind !== 'file') continue;
    await writeDurably(fs, join(to, name), await readWhole(fs, join(from, name), maxFileBytes));
  }
  await fs.syncFolder(to);
}
