/** The comparisons of a notebook as files beside its entries. */
import { join } from 'node:path';
import {
  comparisonId,
  comparisonText,
  isComparisonName,
  maxComparisonBytes,
  parseComparison,
  type Comparison,
} from '../../../experiments/comparisons/comparison-file.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import { createWhole, makeFolders, readWhole, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import { slugOf } from '../notebook/entry-names.ts';

const folder = 'comparisons';
const ending = '.json';

/** Where a comparison lies and what it is called. */
export interface NamedComparison {
  readonly name: string;
  readonly id: string;
  readonly path: string;
}

function placeOf(dir: string, name: string): NamedComparison {
  return { name, id: comparisonId(name), path: join(dir, folder, `${name}${ending}`) };
}

/** The comparisons of a notebook, by name; files of other names are none. */
export async function listComparisons(fs: FileSystem, dir: string): Promise<NamedComparison[]> {
  const path = join(dir, folder);
  if ((await fs.facts(path))?.kind !== 'folder') return [];
  return (await fs.list(path))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .filter(isComparisonName)
    .sort()
    .map((name) => placeOf(dir, name));
}

/** The comparison that a person means by its name, "comparisons/NAME" or its id; null where there is none. */
export async function maybeComparison(
  fs: FileSystem,
  dir: string,
  words: string,
): Promise<NamedComparison | null> {
  const name = words.replace(/^comparisons\//, '').replace(/\.json$/, '');
  const known = await listComparisons(fs, dir);
  return known.find((one) => one.name === name || one.id === words) ?? null;
}

/** Reads a comparison. Throws LabError 'damaged', 'newer-version', 'not-found'. */
export async function readComparison(fs: FileSystem, { name, path }: NamedComparison): Promise<Comparison> {
  const bytes = await readWhole(fs, path, maxComparisonBytes);
  try {
    return parseComparison(bytes);
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
    const isNewer = error.code === 'newer-version';
    throw new LabError(
      isNewer ? 'newer-version' : 'damaged',
      `Comparison ${name} cannot be read: ${error.message}. The file was left as it is; the entries that it names are not touched by it.`,
    );
  }
}

/** Keeps a new comparison; nothing is replaced. Throws LabError 'refused' where the name is taken or is none. */
export async function writeComparison(
  fs: FileSystem,
  dir: string,
  name: string,
  comparison: Comparison,
): Promise<NamedComparison> {
  if (!isComparisonName(name))
    throw new LabError(
      'refused',
      `'${name}' cannot name a comparison: names have lower-case letters, digits and dashes, at most 100.`,
    );
  const place = placeOf(dir, name);
  await makeFolders(fs, join(dir, folder));
  const bytes = new TextEncoder().encode(comparisonText(comparison));
  if (!(await createWhole(fs, place.path, bytes)))
    throw new LabError(
      'refused',
      `There is a comparison ${name} already. Nothing was changed; give another name.`,
    );
  return place;
}

/** A name for a comparison of this title that none has yet. */
export async function freeComparisonName(fs: FileSystem, dir: string, title: string): Promise<string> {
  const taken = new Set((await listComparisons(fs, dir)).map(({ name }) => name));
  const plain = slugOf(title);
  for (let number = 1; ; number++) {
    const name = number === 1 ? plain : `${plain}-${number}`;
    if (!taken.has(name)) return name;
  }
}

/** Takes a comparison away; the entries that it names stay as they are. */
export async function removeComparison(fs: FileSystem, { path }: NamedComparison): Promise<void> {
  await fs.remove(path);
}
