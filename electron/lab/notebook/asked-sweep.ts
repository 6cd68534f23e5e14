/** An entry whose sweep is run again or extended: whether it has what is asked for, and what it becomes. */
import { join } from 'node:path';
import { entryCellWith, type CellRow } from '../../../experiments/entries/cells-index.ts';
import { extendedCells } from '../../../experiments/entries/entry-json.ts';
import type { EntryContent } from '../../../experiments/entries/entry-schema.ts';
import { canonicalJson } from '../../../experiments/records/canonical-json.ts';
import { bytesDigest } from '../../../experiments/records/digests.ts';
import type { SnapshotSettings, SweepCell } from '../../../experiments/sweeps/cell.ts';
import { writeWhole, type FileSystem } from '../disk/files.ts';
import { nextSweepName } from './entry-files.ts';
import { writeTargets, type TargetPicture } from './target-files.ts';

/** What a sweep asks of an entry. */
export interface AskedSweep {
  readonly text: string;
  readonly cells: readonly SweepCell[];
  readonly targets: readonly TargetPicture[];
  readonly snapshots: SnapshotSettings;
}

function bytesOf({ text }: AskedSweep): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Whether an entry would stay as it is: the same text has the same axes, so that ids, names and goals tell the rest. */
export function asksTheSame(content: EntryContent, asked: AskedSweep): boolean {
  const isKnown = ({ digest }: TargetPicture): boolean =>
    content.targets.some((picture) => picture.digest === digest);
  return (
    asked.cells.length <= content.cells.length &&
    asked.cells.every(({ id, label, epochs }, at) => {
      const known = content.cells[at];
      return known.id === id && known.label === label && known.epochs === epochs;
    }) &&
    asked.targets.every(isKnown) &&
    canonicalJson(asked.snapshots) === canonicalJson(content.snapshots) &&
    content.sweep.sha256 === bytesDigest(bytesOf(asked))
  );
}

/** Where an entry lies, and what is known of its cells. */
export interface SweepPlace {
  readonly fs: FileSystem;
  readonly path: string;
  readonly now: () => Date;
  rowOf(id: string): CellRow | undefined;
}

/** What an entry is once this is its sweep; pictures and text are written, and wait for entry.json to name them. Throws LabError. */
export async function withSweep(
  { fs, path, now, rowOf }: SweepPlace,
  content: EntryContent,
  asked: AskedSweep,
): Promise<EntryContent> {
  const bytes = bytesOf(asked);
  const sweep = { file: 'sweep.yaml' as const, sha256: bytesDigest(bytes) };
  const added = await writeTargets(fs, path, asked.targets, content.targets);
  // YAML comes with it, for which nobody who only looks should wait.
  const { logFindings } = await import('./findings-files.ts');
  await logFindings(fs, path, asked.text, asked.cells, content.cells, now());
  // entry.json decides which of the two texts is the sweep; `recover` then gives it its name.
  if (sweep.sha256 !== content.sweep.sha256) await writeWhole(fs, join(path, nextSweepName), bytes);
  return {
    ...content,
    sweep,
    snapshots: { ...asked.snapshots },
    targets: [...content.targets, ...added],
    cells: extendedCells(content.cells, asked.cells).map((cell) => entryCellWith(cell, rowOf(cell.id))),
  };
}
