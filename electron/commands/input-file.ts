/** Files that a person names. */
import { readWhole, type FileSystem, type OpenFile } from '../lab/disk/files.ts';
import { fileError, LabError } from '../lab/disk/lab-error.ts';
import { UserError } from './user-error.ts';

/** The bytes of a named file. Throws UserError where it is not there, is no file or is too large; LabError where the disk fails. */
export async function inputBytes(fs: FileSystem, path: string, most: number): Promise<Uint8Array> {
  const facts = await fs.facts(path).catch((error: unknown) => {
    throw inputError(error, path);
  });
  if (facts?.kind === 'file' && facts.size > most) {
    throw new UserError(`${path} has ${facts.size} bytes; at most ${most} are read`);
  }
  try {
    return await readWhole(fs, path, most);
  } catch (error) {
    throw inputError(error, path);
  }
}

/** A named file, open for reading. Throws UserError where it is not there or is no file; LabError where the disk fails. */
export async function openInput(fs: FileSystem, path: string): Promise<OpenFile> {
  try {
    return await fs.open(path, 'read');
  } catch (error) {
    throw inputError(error, path);
  }
}

function inputError(error: unknown, path: string): unknown {
  const known = fileError(error, `read ${path}`);
  return known instanceof LabError && known.code === 'not-found' ? new UserError(known.message) : known;
}
