/** The files of a new entry. */
import { join } from 'node:path';
import { cellsText } from '../../../experiments/entries/cells-json.ts';
import { entryText, entryVersion } from '../../../experiments/entries/entry-json.ts';
import type { StoredEntry } from '../../../experiments/entries/entry-schema.ts';
import { bytesDigest } from '../../../experiments/records/digests.ts';
import type { SnapshotSettings, SweepCell } from '../../../experiments/sweeps/cell.ts';
import { isoTime } from '../disk/iso-time.ts';
import { firstFindingsLog } from './findings-files.ts';
import { writeTargets, type TargetPicture } from './target-files.ts';
import { makeFolders, writeDurably, type FileSystem } from '../disk/files.ts';
import { environmentWithoutPaths } from '../disk/without-paths.ts';

/** What an entry is made from. */
export interface NewEntry {
  /** Name of the sweep; part of the folder's name. */
  readonly name: string;
  readonly title: string;
  readonly tags?: readonly string[];
  readonly sweepText: string;
  readonly cells: readonly SweepCell[];
  readonly snapshots: SnapshotSettings;
  /** Pictures that the cells refer to. */
  readonly targets: readonly TargetPicture[];
  readonly environment: Readonly<Record<string, string>>;
  readonly created: Date;
}

/** Writes all files of a new entry into the folder `path`, which appears with them. */
export async function writeNewEntry(
  fs: FileSystem,
  path: string,
  id: string,
  entry: NewEntry,
): Promise<void> {
  const sweep = new TextEncoder().encode(entry.sweepText);
  await makeFolders(fs, join(path, 'cells'));
  const targets = await writeTargets(fs, path, entry.targets);
  const cells = utf8(cellsText(entry.cells));
  const content: StoredEntry = {
    format: 'creasebook-entry',
    version: entryVersion,
    id,
    name: entry.name,
    title: entry.title,
    tags: [...(entry.tags ?? [])],
    created: isoTime(entry.created),
    sweep: { file: 'sweep.yaml', sha256: bytesDigest(sweep) },
    targets,
    snapshots: { ...entry.snapshots },
    environment: environmentWithoutPaths(entry.environment),
    cells: { file: 'cells.json', count: entry.cells.length, sha256: bytesDigest(cells) },
    receipts: [],
    alteredOutside: [],
  };
  const log = firstFindingsLog(entry.sweepText, entry.cells, entry.created);
  const files = {
    'sweep.yaml': sweep,
    'cells.json': cells,
    ...(log === null ? {} : { 'findings.log': log }),
    'notes.md': utf8(`# ${entry.title}\n`),
    'entry.json': utf8(entryText(content)),
  };
  for (const [name, bytes] of Object.entries(files)) await writeDurably(fs, join(path, name), bytes);
  await fs.syncFolder(path);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
