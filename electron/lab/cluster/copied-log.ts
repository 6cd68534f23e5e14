/** Copying a log, or a part of a file that holds one. */
import { bufferedReader } from '../disk/buffered-reader.ts';
import { partOf, type LogPlace } from '../disk/file-part.ts';
import { writeParts, type FileSystem } from '../disk/files.ts';

const copyBytes = 1 << 22;

/** Copies a log, or a part of a file, into a new file; nothing where there is none. */
export async function copyLog(fs: FileSystem, { path, range }: LogPlace, to: string): Promise<void> {
  if ((await fs.facts(path))?.kind !== 'file') return;
  const whole = await fs.open(path, 'read');
  try {
    const { size, read } = await bufferedReader(range === null ? whole : partOf(whole, range));
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < size; at += copyBytes) yield await read(at, Math.min(copyBytes, size - at));
    };
    await writeParts(fs, to, pieces());
  } finally {
    await whole.close();
  }
}
