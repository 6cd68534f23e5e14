/** A small trained entry in a notebook of its own, and archives made of it. */
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskFileSystem } from '../../../../electron/lab/disk/files.ts';
import { entryArchive } from '../../../../electron/lab/exports/entry-archive.ts';
import { importArchive } from '../../../../electron/lab/imports/imported-entry.ts';
import { openNotebook, type Notebook } from '../../../../electron/lab/notebook/notebook.ts';
import { zipLayout, type ZipMember } from '../../../../experiments/archives/zip-layout.ts';
import { bytesDigest } from '../../../../experiments/records/digests.ts';
import { crc32 } from 'node:zlib';
import { temporaryFolder } from '../notebook/sample-notebook.ts';

const golden = 'test/fixtures/entries/version-1';

/** Names of the golden entries' folders. */
export const goldenNames = readdirSync(golden);

/** A notebook with copies of the golden entries. */
export function goldenNotebook(): string {
  const dir = temporaryFolder();
  cpSync(golden, join(dir, 'entries'), { recursive: true });
  return dir;
}

/** Bytes of the archive of an entry. */
export async function archiveOf(notebook: Notebook, words: string): Promise<Uint8Array> {
  const archive = await entryArchive(await notebook.find(words), {
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const parts: Uint8Array[] = [];
  for await (const part of archive.parts()) parts.push(Uint8Array.from(part));
  return Uint8Array.from(Buffer.concat(parts));
}

/** The archive of a golden entry. */
export async function goldenArchive(name: string): Promise<Uint8Array> {
  const notebook = await openNotebook(goldenNotebook(), { mode: 'read' });
  try {
    return await archiveOf(notebook, name);
  } finally {
    await notebook.close();
  }
}

/** Imports an archive into a notebook, in which nothing may be left behind where that fails. */
export async function importInto(dir: string, archive: Uint8Array): Promise<readonly string[]> {
  const file = join(temporaryFolder(), 'a.eln');
  writeFileSync(file, archive);
  const notebook = await openNotebook(dir, { mode: 'write' });
  const open = await diskFileSystem.open(file, 'read');
  try {
    const options = { signal: new AbortController().signal, onProgress: () => undefined };
    return (await importArchive(notebook, open, options)).remarks;
  } finally {
    await open.close();
    await notebook.close();
  }
}

export interface Packed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A zip of stored files. */
export function zipOf(
  files: readonly Packed[],
  rename: (name: string) => string = (name) => name,
): Uint8Array {
  const members: ZipMember[] = files.map(({ name, bytes }) => ({
    name,
    size: bytes.length,
    crc: crc32(bytes),
  }));
  const layout = zipLayout(members);
  const all = Buffer.concat([...files.flatMap(({ bytes }, at) => [layout.heads[at], bytes]), layout.tail]);
  // Names that the writer refuses are put in afterwards, at the same length.
  for (const { name } of files) {
    const other = Buffer.from(rename(name));
    if (other.length !== name.length) throw new Error(`${name} cannot be renamed in place`);
    for (let at = all.indexOf(name); at >= 0; at = all.indexOf(name, at + 1)) other.copy(all, at);
  }
  return Uint8Array.from(all);
}

/** Files of a stored zip, read with nothing of ours. */
export function filesOf(zip: Uint8Array): Packed[] {
  const bytes = Buffer.from(zip);
  const files: Packed[] = [];
  for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50;) {
    const [size, nameLength, extra] = [
      bytes.readUInt32LE(at + 18),
      bytes.readUInt16LE(at + 26),
      bytes.readUInt16LE(at + 28),
    ];
    const start = at + 30 + nameLength + extra;
    files.push({
      name: bytes.toString('utf8', at + 30, at + 30 + nameLength),
      bytes: zip.slice(start, start + size),
    });
    at = start + size;
  }
  return files;
}

/** An archive with files changed by `change`, its metadata telling their new digests. */
export function rewritten(
  zip: Uint8Array,
  change: (path: string, bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  const files = filesOf(zip);
  const root = files[0]!.name.split('/')[0]!;
  const changed = files.map(({ name, bytes }) => ({
    name,
    bytes: change(name.slice(root.length + 1), bytes),
  }));
  const metadata = changed[0]!;
  let text = Buffer.from(metadata.bytes).toString();
  files.forEach(
    ({ bytes }, at) => (text = text.replaceAll(bytesDigest(bytes), bytesDigest(changed[at]!.bytes))),
  );
  return zipOf([{ name: metadata.name, bytes: Buffer.from(text) }, ...changed.slice(1)]);
}

/** Everything in a folder, by path. */
export function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (file) => file.isFile() && !file.parentPath.includes('.lock'),
  );
  return Object.fromEntries(
    files
      .map((file) => join(file.parentPath, file.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), bytesDigest(readFileSync(path))]),
  );
}
