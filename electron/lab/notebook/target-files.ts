/** The pictures of an entry. */
import { join } from 'node:path';
import type { EntryTarget } from '../../../experiments/entries/entry-schema.ts';
import { bytesDigest } from '../../../experiments/records/digests.ts';
import { makeFolders, writeWhole, type FileSystem } from '../disk/files.ts';

/** A picture of an entry: the digest that cells refer to and the PNG file. */
export interface TargetPicture {
  readonly digest: string;
  readonly png: Uint8Array;
}

/** Writes pictures into `targets/` of an entry's folder and returns how entry.json names them. */
export async function writeTargets(
  fs: FileSystem,
  entryPath: string,
  targets: readonly TargetPicture[],
): Promise<EntryTarget[]> {
  const written: EntryTarget[] = [];
  for (const { digest, png } of targets) {
    const file = `targets/${digest}.png`;
    await makeFolders(fs, join(entryPath, 'targets'));
    await writeWhole(fs, join(entryPath, file), png);
    written.push({ digest, file, sha256: bytesDigest(png) });
  }
  return written;
}
