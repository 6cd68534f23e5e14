/** What can be looked at like an entry: an entry, or a comparison of cells of several ones. */
import type { EntryContent } from '../../../experiments/entries/entry-schema.ts';
import { comparedCells, type ComparedCells } from '../../../experiments/comparisons/compared-cells.ts';
import { comparisonText, type Comparison } from '../../../experiments/comparisons/comparison-file.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import { bytesDigest } from '../../../experiments/records/digests.ts';
import { targetOfSweep } from '../../../experiments/sweeps/sweep.ts';
import type { ComparisonFacts } from '../../contract/entries.ts';
import { LabError } from '../disk/lab-error.ts';
import type { CellStore } from '../notebook/cell-store.ts';
import { cellByBeginning } from '../notebook/cell-names.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import type { Notebook } from '../notebook/notebook.ts';
import { openCell, type OpenCell } from '../notebook/open-cell.ts';
import { maybeComparison, readComparison, type NamedComparison } from './comparison-files.ts';

/** What grids, charts, tables, films and pages read of an entry. */
export type ShownEntry = Pick<
  EntryStore,
  'id' | 'path' | 'json' | 'sweepText' | 'targetPicture' | 'cell' | 'openCellState'
> & {
  /** What it compares, where it is no entry itself. */
  readonly comparison?: ComparisonFacts;
};

/**
 * The entry or the comparison that a person means. Throws LabError 'not-found', 'ambiguous', 'damaged', 'newer-version' as
 * Notebook.find does.
 */
export async function shownEntry(notebook: Notebook, words: string): Promise<ShownEntry> {
  const place = await maybeComparison(notebook.fileSystem, notebook.dir, words);
  if (place === null) return notebook.find(words);
  return openComparison(notebook, place);
}

/** A cell of an entry, or of a comparison: then with the entry that it is from. Throws LabError 'not-found'. */
export async function openShownCell(notebook: Notebook, entryId: string, cellId: string): Promise<OpenCell> {
  const place = await maybeComparison(notebook.fileSystem, notebook.dir, entryId);
  if (place === null) return openCell(notebook, entryId, cellId);
  const { parts } = await readComparison(notebook.fileSystem, place);
  const named = parts.filter(({ cells }) => cells === 'all' || cells.includes(cellId));
  const entries = await Promise.all(named.map(({ entry }) => maybeEntry(notebook, entry)));
  const holders = entries.filter((entry) => entry !== null && entry.maybeCell(cellId) !== undefined);
  const owner = holders.reduce(
    (best, entry) => (best === null || progressIn(entry, cellId) > progressIn(best, cellId) ? entry : best),
    null,
  );
  if (owner === null) throw new LabError('not-found', `Comparison ${place.name} has no cell ${cellId}.`);
  return openCell(notebook, owner.id, cellId);
}

function progressIn(entry: EntryStore | null, cellId: string): number {
  return entry?.maybeCell(cellId)?.lastEpoch ?? -1;
}

/** Entries of a comparison with those of their cells that are named. */
interface Members {
  readonly parts: readonly { readonly entry: EntryStore; readonly cells: readonly EntryCell[] }[];
  readonly missing: readonly string[];
  /** The entry that a cell is shown from; null where it is not shown. */
  owner(cellId: string): EntryStore | null;
}

async function membersOf(notebook: Notebook, { parts }: Comparison): Promise<Members> {
  const missing: string[] = [];
  const found: { readonly entry: EntryStore; readonly cells: readonly EntryCell[] }[] = [];
  for (const { entry: id, cells } of parts) {
    const entry = await maybeEntry(notebook, id);
    if (entry === null) {
      missing.push(`entry ${id}${cells === 'all' ? '' : ` with ${cells.length} cells`}`);
      continue;
    }
    if (cells === 'all') found.push({ entry, cells: entry.json.cells });
    else {
      const there = cells.map((cell) => entry.maybeCell(cell));
      missing.push(
        ...cells.filter((_, at) => there[at] === undefined).map((cell) => `cell ${cell} of entry ${id}`),
      );
      found.push({ entry, cells: there.filter((cell) => cell !== undefined) });
    }
  }
  const owners = new Map<string, { readonly entry: EntryStore; readonly progress: number }>();
  for (const { entry, cells } of found) {
    for (const cell of cells) {
      const before = owners.get(cell.id);
      if (before === undefined || progressOf(cell) > before.progress)
        owners.set(cell.id, { entry, progress: progressOf(cell) });
    }
  }
  return { parts: found, missing, owner: (cellId) => owners.get(cellId)?.entry ?? null };
}

function progressOf({ lastEpoch }: EntryCell): number {
  return lastEpoch ?? -1;
}

async function maybeEntry(notebook: Notebook, id: string): Promise<EntryStore | null> {
  try {
    return await notebook.find(id);
  } catch (error) {
    if (error instanceof LabError && error.code === 'not-found') return null;
    throw error;
  }
}

async function openComparison(notebook: Notebook, place: NamedComparison): Promise<ShownEntry> {
  const file = await readComparison(notebook.fileSystem, place);
  const members = await membersOf(notebook, file);
  const { parts, missing, owner } = members;
  const names = pictureNames(parts.map(({ entry }) => entry));
  const compared = comparedCells(
    parts.map(({ entry, cells }) => ({
      title: entry.json.title,
      pictureName: (digest: string) => names.get(digest) ?? digest.slice(0, 8),
      cells,
    })),
    progressOf,
  );
  const text = comparisonText(file);
  const json = contentOf(
    place,
    file,
    parts.map(({ entry }) => entry),
    compared,
    text,
  );
  return {
    id: place.id,
    path: place.path,
    sweepText: text,
    json,
    async targetPicture(digest) {
      const holder = parts.find(({ entry }) => entry.json.targets.some((one) => one.digest === digest));
      return (holder ?? firstOf(parts, place)).entry.targetPicture(digest);
    },
    async cell(idOrBeginning): Promise<CellStore> {
      const id = json.cells.find((cell) => cell.id === idOrBeginning)?.id;
      const { id: known } = id === undefined ? cellByBeginning(place.id, json.cells, idOrBeginning) : { id };
      const entry = owner(known) ?? firstOf(parts, place).entry;
      return entry.cell(known);
    },
    openCellState: (id) => owner(id)?.openCellState(id),
    comparison: {
      name: place.name,
      layout: file.layout,
      entries: parts.map(({ entry, cells }) => ({
        id: entry.id,
        title: entry.json.title,
        cells: cells.length,
      })),
      missing,
      repeated: compared.repeated,
      together: compared.together,
    },
  };
}

function firstOf<Part>(parts: readonly Part[], { name }: NamedComparison): Part {
  const [first] = parts;
  if (first === undefined)
    throw new LabError('not-found', `None of the entries of comparison ${name} is in the notebook.`);
  return first;
}

/** What sweeps call their pictures, by digest. */
function pictureNames(entries: readonly EntryStore[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { json, sweepText } of entries) {
    const target = targetOfSweep(sweepText);
    const [only] = json.targets;
    const name =
      target === null || typeof target === 'string'
        ? target
        : 'points' in target
          ? target.points
          : target.formula;
    if (name !== null && json.targets.length === 1 && !names.has(only.digest)) names.set(only.digest, name);
  }
  return names;
}

/** A comparison in the form of an entry: its cells, the pictures of all entries, measures as in the first of them. */
function contentOf(
  place: NamedComparison,
  file: Comparison,
  entries: readonly EntryStore[],
  { cells }: ComparedCells<EntryCell>,
  text: string,
): EntryContent {
  const targets = new Map(
    entries.flatMap(({ json }) => json.targets.map((target) => [target.digest, target])),
  );
  const snapshots = entries[0]?.json.snapshots ?? {
    policy: { kind: 'every', epochs: 1 },
    keyFrameEvery: 1,
    previewSize: 128,
    truthStride: 1,
  };
  return {
    format: 'creasebook-entry',
    version: 2,
    id: place.id,
    name: place.name,
    title: file.title,
    tags: [],
    created: file.created,
    sweep: { file: 'sweep.yaml', sha256: bytesDigest(new TextEncoder().encode(text)) },
    targets: [...targets.values()],
    snapshots,
    environment: {},
    cells: cells.map(({ cell }) => cell),
    receipts: [],
    alteredOutside: [],
  };
}
