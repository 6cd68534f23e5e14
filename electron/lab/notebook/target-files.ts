/** The pictures of an entry. */
import { join } from 'node:path';
import type { EntryTarget } from '../../../experiments/entries/entry-schema.ts';
import { lacksTruth } from '../../../experiments/targets/png.ts';
import { bytesDigest } from '../../../experiments/records/digests.ts';
import { makeFolders, readWhole, writeWhole, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';

/** A picture of an entry: the digest that cells refer to and the PNG file, which is asked for only where it is written. */
export interface TargetPicture {
  readonly digest: string;
  readonly png: Uint8Array;
}

/** Writes those of the pictures that are not present into `targets/` of an entry's folder; how entry.json names them. */
export async function writeTargets(
  fs: FileSystem,
  entryPath: string,
  targets: readonly TargetPicture[],
  present: readonly EntryTarget[] = [],
): Promise<EntryTarget[]> {
  const written: EntryTarget[] = [];
  for (const picture of targets) {
    const { digest } = picture;
    if (present.some((target) => target.digest === digest)) continue;
    const { png } = picture;
    const file = `targets/${digest}.png`;
    await makeFolders(fs, join(entryPath, 'targets'));
    await writeWhole(fs, join(entryPath, file), png);
    const truth = lacksTruth(png) ? ({ truth: false } as const) : {};
    written.push({ digest, file, sha256: bytesDigest(png), ...truth });
  }
  return written;
}

/** The PNG file of the picture of this digest, of the first one where none is given. Throws LabError 'damaged', 'not-found'. */
export async function readTarget(
  fs: FileSystem,
  path: string,
  entryId: string,
  targets: readonly EntryTarget[],
  digest: string | undefined,
): Promise<Uint8Array> {
  const target = targets.find((candidate) => digest === undefined || candidate.digest === digest);
  if (target === undefined)
    throw new LabError('not-found', `Entry ${entryId} has no picture ${digest ?? ''}.`);
  const bytes = await readWhole(fs, join(path, target.file), maxPictureBytes);
  if (bytesDigest(bytes) === target.sha256) return bytes;
  throw new LabError(
    'damaged',
    `The picture ${target.file} of entry ${entryId} was changed. It was left as it is; restore it from a copy.`,
  );
}

const maxPictureBytes = 1 << 29;
