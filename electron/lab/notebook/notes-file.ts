/** The notes of an entry as they lie in its folder. */
import { join } from 'node:path';
import { readWhole, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';

const maxBytes = 1 << 24;

/** Path of the notes of the entry in a folder. */
export function notesPath(entryPath: string): string {
  return join(entryPath, 'notes.md');
}

/** The notes of the entry in a folder; empty where there is no such file. Throws LabError. */
export async function readNotes(fs: FileSystem, entryPath: string): Promise<string> {
  try {
    return new TextDecoder().decode(await readWhole(fs, notesPath(entryPath), maxBytes));
  } catch (error) {
    // Somebody may have removed the file: then there are no notes.
    if (error instanceof LabError && error.code === 'not-found') return '';
    throw error;
  }
}
