/**
 * Importing an .eln archive. Everything is looked at where it lies before anything is written: the zip's own directory,
 * an allow-list of names, the SHA-256 of every file, then the entry itself through the parsers and the verification that
 * entries on disk go through. Only then it is put into the notebook, whole or not at all.
 */
import { createHash } from 'node:crypto';
import { crateDigests, crateFileName } from '../../../experiments/archives/crate-metadata.ts';
import { readDirectory, type StoredMember } from '../../../experiments/archives/zip-directory.ts';
import { rootFolder } from '../../../experiments/archives/zip-names.ts';
import { entryVersion } from '../../../experiments/entries/entry-json.ts';
import { dtypeBytes } from '../../../experiments/records/byte-planes.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import { recordParts } from '../../../experiments/records/record-payload.ts';
import { ImportError } from '../../../experiments/formats/import-error.ts';
import { pictureFromFile } from '../../../experiments/targets/picture-file.ts';
import { archiveFileSystem } from './archive-file-system.ts';
import { fateOf } from './archive-files.ts';
import { metricsFileBytes } from '../notebook/cell-results.ts';
import { verifyChain } from '../verification/chain-level.ts';
import { folderName, utcDay } from '../notebook/entry-names.ts';
import { openEntryStore, type EntryStore } from '../notebook/entry-store.ts';
import { findingText } from '../verification/finding-text.ts';
import { piecesOf } from '../disk/file-part.ts';
import { readRange, readWhole, type FileSystem, type OpenFile } from '../disk/files.ts';
import { LogFile } from '../disk/log-file.ts';

/** An archive that was found to be an entry that holds. */
export interface CheckedArchive {
  readonly id: string;
  readonly title: string;
  readonly cells: number;
  /** Name that its folder gets. */
  readonly folder: string;
  /** What is odd about it without being wrong, one line each. */
  readonly remarks: readonly string[];
  /** All files of the entry's folder with their content, in order. */
  files(): AsyncGenerator<{ readonly path: string; readonly parts: AsyncIterable<Uint8Array> }>;
}

/** How an import is followed and aborted. */
export interface ImportOptions {
  readonly signal: AbortSignal;
  onProgress(done: number, of: number): void;
}

/** A file takes some 400 bytes of it. */
const maxMetadataBytes = 256 * 2 ** 20;
/** Records may unfold to this much, and beyond it to so many times their bytes: real weights do not shrink. */
const freeRecordBytes = 64 * 2 ** 20;
const recordRatio = 20;

/** Looks through an archive. Throws ImportError, EntryError or LabError; nothing is written. */
export async function checkArchive(archive: OpenFile, options: ImportOptions): Promise<CheckedArchive> {
  const size = await archive.size();
  const reader = { size, read: (at: number, length: number) => readRange(archive, at, length) };
  await checkPointer(archive, size);
  const all = (await readDirectory(reader)).filter(({ name }) => !isLeftByMac(name));
  const names = all.map(({ name }) => name);
  if (!names.some((name) => /(?:^|\/)entry\.json$/.test(name))) throw foreignArchive(names);
  const root = rootFolder(names);
  const members = all.map((member) => ({ ...member, name: member.name.slice(root.length + 1) }));
  for (const { name } of members) {
    if (fateOf(name) === undefined) throw new ImportError(`'${name}' in the archive is no part of an entry`);
  }
  const fs = archiveFileSystem(archive, members);
  await checkDigests(fs, members, options);
  const entry = await openEntryStore({
    fs,
    path: '/',
    writable: false,
    now: () => new Date(0),
  });
  const remarks = await checkEntry(fs, entry, members);
  const { id, title, name, created, cells } = entry.json;
  return {
    id,
    title,
    cells: cells.length,
    folder: folderName(utcDay(created), name, id),
    remarks,
    files: () => entryFiles(fs, entry, members),
  };
}

const pointerStart = 'version https://git-lfs';

/** Throws ImportError where the file only points to an archive. */
async function checkPointer(archive: OpenFile, size: number): Promise<void> {
  if (size < pointerStart.length) return;
  const start = new TextDecoder('latin1').decode(await readRange(archive, 0, pointerStart.length));
  if (start !== pointerStart) return;
  throw new ImportError('this is a Git LFS pointer, not the archive itself; fetch it with git lfs pull');
}

/** Files that macOS adds where it packs a folder. */
function isLeftByMac(name: string): boolean {
  return name.startsWith('__MACOSX/') || /(?:^|\/)\.DS_Store$/.test(name);
}

function foreignArchive(names: readonly string[]): ImportError {
  const isCrate = names.some((name) => name.endsWith(crateFileName));
  return new ImportError(
    isCrate
      ? 'the archive is an .eln of another program: it has no entry of Creasebook (entry.json) in it'
      : 'the archive has no entry of Creasebook (entry.json) in it',
  );
}

/** Every file is the one that the metadata describes, and none is missing. */
async function checkDigests(
  fs: FileSystem,
  members: readonly StoredMember[],
  { signal, onProgress }: ImportOptions,
): Promise<void> {
  if (members.every(({ name }) => name !== crateFileName))
    throw new ImportError(`the archive has no ${crateFileName}`);
  const metadata = await readWhole(fs, `/${crateFileName}`, maxMetadataBytes);
  const expected = new Map(crateDigests(new TextDecoder().decode(metadata)));
  const described = members.filter(({ name }) => fateOf(name) !== 'passed');
  const total = described.reduce((sum, member) => sum + member.size, 0);
  let done = 0;
  for (const { name } of described) {
    const hash = createHash('sha256');
    for await (const piece of partsOf(fs, `/${name}`)) {
      signal.throwIfAborted();
      hash.update(piece);
      onProgress((done += piece.length), total);
    }
    if (hash.digest('hex') !== expected.get(name))
      throw new ImportError(`'${name}' in the archive is not the file that its metadata describes`);
    expected.delete(name);
  }
  const [missing] = [...expected.keys()].filter((name) => fateOf(name) !== 'passed');
  if (missing !== undefined)
    throw new ImportError(`the archive lacks '${missing}', which its metadata describes`);
}

/** Throws where the entry does not hold; what remains is worth a remark. */
async function checkEntry(
  fs: FileSystem,
  entry: EntryStore,
  members: readonly StoredMember[],
): Promise<string[]> {
  const { json } = entry;
  if (entry.version > entryVersion) {
    throw new EntryError(
      'newer-version',
      `the archive has format version ${entry.version}, and this Creasebook reads up to ${entryVersion}; a newer Creasebook imports it`,
    );
  }
  const cells = new Set(json.cells.map(({ id }) => id));
  const pictures = new Set(json.targets.map(({ file }) => file));
  for (const { name } of members) {
    const [top, second = ''] = name.split('/');
    const isStray = (top === 'cells' && !cells.has(second)) || (top === 'targets' && !pictures.has(name));
    if (isStray) throw new ImportError(`'${name}' in the archive belongs to nothing in its entry.json`);
  }
  for (const { digest } of json.targets) pictureFromFile(await entry.targetPicture(digest));
  for (const id of cells) {
    for (const log of ['records', 'previews']) await checkUnfolding(fs, `/cells/${id}/${log}`);
  }
  const verdict = await verifyChain(entry);
  const findings = [...verdict.cells.flatMap((cell) => cell.findings), ...verdict.findings];
  const wrong =
    findings.find(({ part }) => part !== 'entry.json') ?? verdict.cells.flatMap((cell) => cell.findings)[0];
  if (wrong !== undefined) throw new ImportError(`the archive does not hold: ${findingText(wrong)}`);
  return [...verdict.findings, ...(verdict.claims ?? [])].map(findingText);
}

/** Records that unfold to far more than real ones do are refused before they are unfolded. */
async function checkUnfolding(fs: FileSystem, path: string): Promise<void> {
  const log = new LogFile(fs, path, false);
  try {
    await log.scan((payload, _position, record) => {
      const { sections } = recordParts(payload).header;
      const bytes = sections.reduce((sum, { dtype, length }) => sum + dtypeBytes[dtype] * length, 0);
      if (bytes > freeRecordBytes + recordRatio * payload.length)
        throw new ImportError(`record ${record} of ${path.slice(1)} would unfold to ${bytes} bytes`);
    });
  } finally {
    await log.close();
  }
}

async function* entryFiles(
  fs: FileSystem,
  entry: EntryStore,
  members: readonly StoredMember[],
): AsyncGenerator<{ path: string; parts: AsyncIterable<Uint8Array> }> {
  for (const { name } of members) {
    if (fateOf(name) === 'kept') yield { path: name, parts: partsOf(fs, `/${name}`) };
  }
  for (const json of entry.json.cells) {
    const path = `cells/${json.id}/metrics.parquet`;
    if (members.every(({ name }) => name !== path)) continue;
    yield { path, parts: only(metricsFileBytes(json, await entry.cell(json.id))) };
  }
}

async function* partsOf(fs: FileSystem, path: string): AsyncGenerator<Uint8Array> {
  const file = await fs.open(path, 'read');
  yield* piecesOf(file, { offset: 0, length: await file.size() });
  await file.close();
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
