/** Pictures that people bring along, kept in the notebook under names that sweep files use. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isPointsFileName } from '../../../experiments/targets/sweep-target.ts';
import { createWhole, makeFolders, type FileSystem } from '../disk/files.ts';
import { slugOf } from './entry-names.ts';

const folderName = 'pictures';

/** What sweep files call the pictures of a notebook, in alphabetical order. */
export async function pictureNames(fs: FileSystem, notebook: string): Promise<string[]> {
  const folder = join(notebook, folderName);
  if ((await fs.facts(folder)) === null) return [];
  const names = await fs.list(folder);
  return names
    .filter((name) => /^[^.].*\.(png|jpe?g|csv|tsv|parquet)$/i.test(name))
    .sort()
    .map((name) => `${folderName}/${name}`);
}

/** Keeps a PNG or JPEG file, or a file of points by the ending of its name; what a sweep file calls it. The same bytes under the same name are kept once. */
export async function keepPicture(
  fs: FileSystem,
  notebook: string,
  name: string,
  bytes: Uint8Array,
): Promise<string> {
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  const ending = isPointsFileName(name)
    ? name.slice(name.lastIndexOf('.') + 1).toLowerCase()
    : bytes[0] === 0xff
      ? 'jpg'
      : 'png';
  const file = `${slugOf(name.replace(/\.[^.]*$/, ''))}-${digest}.${ending}`;
  await makeFolders(fs, join(notebook, folderName));
  await createWhole(fs, join(notebook, folderName, file), bytes);
  return `${folderName}/${file}`;
}
