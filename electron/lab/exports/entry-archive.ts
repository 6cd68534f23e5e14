/** An entry as an .eln archive: the same bytes for the same entry, read from disk piece by piece. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import {
  crateFileName,
  crateMetadata,
  type CrateCell,
} from '../../../experiments/archives/crate-metadata.ts';
import { zipLayout } from '../../../experiments/archives/zip-layout.ts';
import type { CellRow } from '../../../experiments/entries/cells-index.ts';
import type { EntryContent } from '../../../experiments/entries/entry-schema.ts';
import { measureFamilies } from '../../../experiments/records/derived-measures.ts';
import { lastWeightsFile, metricsFileBytes } from '../notebook/cell-results.ts';
import type { CellStore } from '../notebook/cell-store.ts';
import { cellsIndexBytes, CellsIndexFile, cellsIndexName } from '../notebook/cells-index-file.ts';
import { readEntryFiles } from '../notebook/entry-files.ts';
import { findingsFileNames, measureTableFile } from '../notebook/findings-files.ts';
import { folderName, utcDay } from '../notebook/entry-names.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { packedByItselfAbove } from '../notebook/packing.ts';
import { piecesOf } from '../disk/file-part.ts';
import { readWhole, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';

/** Bytes in memory, or `size` bytes of a file. */
type Content =
  { readonly bytes: Uint8Array } | { readonly path: string; readonly from: number; readonly size: number };

interface ArchivedFile {
  readonly path: string;
  readonly content: Content;
}

/** An entry as a zip file that is made while it is read; `size` in bytes, known beforehand. */
export interface EntryArchive {
  /** Suggested file name. */
  readonly name: string;
  /** Bytes of the whole archive. */
  readonly size: number;
  readonly files: number;
  /** The archive from its first byte to its last. Throws LabError 'refused' where a file changed meanwhile. */
  parts(): AsyncGenerator<Uint8Array>;
}

/** How the making of an archive is followed and aborted. */
export interface ArchiveOptions {
  readonly signal: AbortSignal;
  /** Bytes read of all that are to be read. */
  onProgress(done: number, of: number): void;
}

const maxTextBytes = 1 << 24;
const maxPictureBytes = 1 << 29;

/** The archive of an entry. Every file is read once for its digests, and once more by `parts`. Throws LabError. */
export async function entryArchive(entry: EntryStore, options: ArchiveOptions): Promise<EntryArchive> {
  const { fileSystem: fs } = entry;
  // These first: what is recorded meanwhile only adds to what they tell of.
  const index = new CellsIndexFile(fs, entry.path, false);
  const { content, sources } = await readEntryFiles(fs, entry.path, index);
  const files: ArchivedFile[] = sources.map(({ name, bytes }) => ({ path: name, content: { bytes } }));
  for (const path of ['notes.md', 'sweep.yaml', ...findingsFileNames]) {
    const isThere = (await fs.facts(join(entry.path, path))) !== null;
    if (isThere)
      files.push({ path, content: { bytes: await readWhole(fs, join(entry.path, path), maxTextBytes) } });
  }
  for (const { file } of content.targets)
    files.push({
      path: file,
      content: { bytes: await readWhole(fs, join(entry.path, file), maxPictureBytes) },
    });
  const cells: CrateCell[] = [];
  const rows: CellRow[] = [];
  for (const cell of content.cells) {
    const store = await entry.cell(cell.id);
    files.push(...(await cellFiles(cell, store, content.cells.length <= packedByItselfAbove)));
    for (const path of measureFamilies.map((family) => measureTableFile(cell.id, family))) {
      const facts = await fs.facts(join(entry.path, path));
      if (facts === null) continue;
      files.push({ path, content: { bytes: await readWhole(fs, join(entry.path, path), maxTextBytes) } });
    }
    cells.push({ id: cell.id, events: store.events });
    if (store.events.length > 0) rows.push(store.row);
  }
  // Of the records as they are, so that an entry that was imported gives the same archive again.
  if (content.version > 1) files.push({ path: cellsIndexName, content: { bytes: cellsIndexBytes(rows) } });
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return layOut(fs, content, files, cells, options);
}

/** What is archived of a cell; where cells are many, without what can be made of their records. */
async function cellFiles(
  json: EntryContent['cells'][number],
  store: CellStore,
  withResults: boolean,
): Promise<ArchivedFile[]> {
  const [problem] = store.problems.messages;
  if (problem !== undefined && store.state !== 'running') {
    throw new LabError(
      'damaged',
      `Cell ${json.id} (${json.label}) is damaged: ${problem}. Run verify on the entry.`,
    );
  }
  const folder = `cells/${json.id}`;
  const files: ArchivedFile[] = [];
  const [records, previews] = store.places;
  for (const [log, { path, range }] of Object.entries({ records, previews })) {
    const size = store.logBytes[log as 'records' | 'previews'];
    if (size > 0) files.push({ path: `${folder}/${log}`, content: { path, from: range?.offset ?? 0, size } });
  }
  const weights = withResults ? await lastWeightsFile(json, store) : null;
  if (weights === null) return files;
  files.push({ path: `${folder}/metrics.parquet`, content: { bytes: metricsFileBytes(json, store) } });
  files.push({ path: `${folder}/weights/${weights.name}`, content: { bytes: weights.bytes } });
  return files;
}

interface Digested extends ArchivedFile {
  readonly size: number;
  readonly crc: number;
  readonly sha256: string;
}

async function layOut(
  fs: FileSystem,
  content: EntryContent,
  files: readonly ArchivedFile[],
  cells: readonly CrateCell[],
  { signal, onProgress }: ArchiveOptions,
): Promise<EntryArchive> {
  const total = files.reduce((sum, file) => sum + sizeOf(file.content), 0);
  let done = 0;
  const digested: Digested[] = [];
  for (const file of files) {
    digested.push(
      await digest(fs, file, (length) => {
        signal.throwIfAborted();
        onProgress((done += length), total);
      }),
    );
  }
  const metadata = new TextEncoder().encode(crateMetadata(content, digested, cells));
  const first = await digest(fs, { path: crateFileName, content: { bytes: metadata } }, () => undefined);
  const members = [first, ...digested];
  const root = folderName(utcDay(content.created), content.name, content.id);
  const layout = zipLayout(members.map(({ path, size, crc }) => ({ name: `${root}/${path}`, size, crc })));
  return {
    name: `${root}.eln`,
    size: layout.size,
    files: members.length,
    async *parts() {
      for (const [at, member] of members.entries()) {
        yield layout.heads[at];
        yield* unchanged(fs, member);
      }
      yield layout.tail;
    },
  };
}

async function digest(
  fs: FileSystem,
  file: ArchivedFile,
  onPiece: (length: number) => void,
): Promise<Digested> {
  const hash = createHash('sha256');
  let crc = 0;
  for await (const piece of pieces(fs, file.content)) {
    hash.update(piece);
    crc = crc32(piece, crc);
    onPiece(piece.length);
  }
  return { ...file, size: sizeOf(file.content), crc, sha256: hash.digest('hex') };
}

async function* unchanged(fs: FileSystem, { content, crc, path }: Digested): AsyncGenerator<Uint8Array> {
  let found = 0;
  for await (const piece of pieces(fs, content)) {
    found = crc32(piece, found);
    yield piece;
  }
  if (found !== crc) throw new LabError('refused', `${path} changed while it was exported. Try again.`);
}

async function* pieces(fs: FileSystem, content: Content): AsyncGenerator<Uint8Array> {
  if ('bytes' in content) {
    yield content.bytes;
    return;
  }
  const file = await fs.open(content.path, 'read');
  try {
    yield* piecesOf(file, { offset: content.from, length: content.size });
  } finally {
    await file.close();
  }
}

function sizeOf(content: Content): number {
  return 'bytes' in content ? content.bytes.length : content.size;
}
