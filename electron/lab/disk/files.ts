/**
 * Files: the only place that writes any. Whole files are replaced atomically: temporary file in the same folder, write
 * everything, fsync, rename, fsync of the folder. So whatever stops the process, the old file or the new one is there.
 */
import { randomBytes } from 'node:crypto';
import { constants, type BigIntStats } from 'node:fs';
import * as disk from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf, fileError, LabError } from './lab-error.ts';

/** A file's name as messages have it; the files of a lock are numbers that tell nobody anything. */
function nameForPeople(path: string): string {
  return basename(dirname(path)) === '.lock' ? 'the lock of the notebook' : basename(path);
}

/** An open file. Positions and sizes in bytes. */
export interface OpenFile {
  /** Number of bytes read into `target`; 0 at the end of the file. */
  read(target: Uint8Array, position: number): Promise<number>;
  /** Number of bytes written, possibly fewer than given. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  sync(): Promise<void>;
  truncate(size: number): Promise<void>;
  size(): Promise<number>;
  /** As FileFacts has it. */
  identity(): Promise<string | null>;
  close(): Promise<void>;
}

/** 'read' and 'write' (read and write) need the file to exist, 'create' needs it not to. */
export type OpenMode = 'read' | 'write' | 'create';

/** What lies at a path; `size` in bytes. */
export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
  /** When its content was last written, by the clock of the file server: milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Tells it apart from other files that have or had this name; null where the file system cannot. */
  readonly identity: string | null;
  /** Number of the user whose it is; missing where the system has none. */
  readonly owner?: number;
}

/** What the lab asks of a file system. Errors carry a `code` with the errno's name. */
export interface FileSystem {
  open(path: string, mode: OpenMode): Promise<OpenFile>;
  /** Replaces `to`. */
  rename(from: string, to: string): Promise<void>;
  /** A second name; EEXIST where it is taken. */
  link(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Removes a folder and what is in it. */
  removeFolder(path: string): Promise<void>;
  makeFolder(path: string, mode?: number): Promise<void>;
  list(path: string): Promise<string[]>;
  /** Null where there is nothing. Links are not followed. */
  facts(path: string): Promise<FileFacts | null>;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
}

/** Opening a pipe would else wait for somebody at its other end; Windows has no such flag. */
const noWaiting = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;

const openFlags: Readonly<Record<OpenMode, number>> = {
  read: constants.O_RDONLY | noWaiting,
  write: constants.O_RDWR | noWaiting,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
};

/** The file system of the machine. */
export const diskFileSystem: FileSystem = {
  open: async (path, mode) => {
    const handle = await disk.open(path, openFlags[mode], 0o644);
    const facts = await handle.stat();
    if (facts.isFile()) return openDiskFile(handle);
    await handle.close();
    throw Object.assign(new Error('no plain file'), { code: facts.isDirectory() ? 'EISDIR' : 'EFTYPE' });
  },
  rename: (from, to) => disk.rename(from, to),
  link: (from, to) => disk.link(from, to),
  remove: (path) => disk.unlink(path),
  removeFolder: (path) => disk.rm(path, { recursive: true, force: true }),
  makeFolder: (path, mode) => disk.mkdir(path, mode),
  list: (path) => disk.readdir(path),
  facts: async (path) => {
    try {
      const facts = await disk.lstat(path, { bigint: true });
      const kind = facts.isFile() ? 'file' : facts.isDirectory() ? 'folder' : 'other';
      const [size, modifiedMs, owner] = [facts.size, facts.mtimeMs, facts.uid].map(Number);
      return { kind, size, modifiedMs, identity: identityOf(facts), owner };
    } catch (error) {
      // Below what is no folder, or a link that leads to itself, there is nothing.
      if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoOf(error) ?? '')) return null;
      throw error;
    }
  },
  syncFolder: async (path) => {
    // Windows keeps names in its journal and cannot open folders.
    if (process.platform === 'win32') return;
    try {
      const folder = await disk.open(path, constants.O_RDONLY);
      await folder.sync().finally(() => folder.close());
    } catch (error) {
      // A folder above the notebook that may be passed but not read, and file systems without this call.
      if (!['EACCES', 'EPERM', 'EINVAL', 'ENOTSUP'].includes(errnoOf(error) ?? '')) throw error;
    }
  },
};

/** Numbers of files are given out again, to another file of another birth. */
function identityOf({ dev, ino, birthtimeNs }: BigIntStats): string | null {
  return ino === 0n ? null : `${dev}:${ino}:${birthtimeNs}`;
}

/** Node ends the whole process where it is asked for 2 GiB at once. */
const maxTransfer = 1 << 30;

function openDiskFile(handle: disk.FileHandle): OpenFile {
  const within = (bytes: Uint8Array): number => Math.min(bytes.length, maxTransfer);
  return {
    read: async (target, position) => (await handle.read(target, 0, within(target), position)).bytesRead,
    write: async (bytes, position) => (await handle.write(bytes, 0, within(bytes), position)).bytesWritten,
    sync: () => handle.sync(),
    truncate: (size) => handle.truncate(size),
    size: async () => (await handle.stat()).size,
    identity: async () => identityOf(await handle.stat({ bigint: true })),
    close: () => handle.close(),
  };
}

/** Writes all of `bytes` from `position` on, however short the single writes are. */
export async function writeAll(file: OpenFile, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const written = await file.write(bytes.subarray(done), position + done);
    if (written <= 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' });
    done += written;
  }
}

/** Up to `length` bytes from `position` on; fewer only where the file ends. */
export function readRange(file: OpenFile, position: number, length: number): Promise<Uint8Array> {
  return readInto(file, position, new Uint8Array(length));
}

/** Fills memory from `position` on; the part of it that was filled, less than all only where the file ends. */
export async function readInto(
  file: OpenFile,
  position: number,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  let done = 0;
  while (done < bytes.length) {
    const read = await file.read(bytes.subarray(done), position + done);
    if (read === 0) return bytes.subarray(0, done);
    done += read;
  }
  return bytes;
}

/** All bytes of a file. Throws LabError 'not-found', 'damaged' (more than `limit` bytes) and as the system does. */
export async function readWhole(fs: FileSystem, path: string, limit: number): Promise<Uint8Array> {
  try {
    const file = await fs.open(path, 'read');
    try {
      const size = await file.size();
      if (size > limit) {
        throw new LabError(
          'damaged',
          `${basename(path)} has ${size} bytes, more than the limit of ${limit}. It was left as it is.`,
        );
      }
      return await readRange(file, 0, size);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileError(error, `read ${nameForPeople(path)}`);
  }
}

const temporaryPrefix = '.creasebook-';
const temporarySuffix = '.tmp';

/** Removes temporary files that a stopped process left in a folder, which need not exist. */
export async function removeTemporaries(fs: FileSystem, folder: string): Promise<void> {
  if ((await fs.facts(folder)) === null) return;
  for (const name of await fs.list(folder)) {
    if (name.startsWith(temporaryPrefix) && name.endsWith(temporarySuffix))
      await fs.remove(join(folder, name));
  }
}

/** A fresh temporary name beside `path`. */
function temporaryBeside(path: string): string {
  return join(dirname(path), `${temporaryPrefix}${randomBytes(6).toString('hex')}${temporarySuffix}`);
}

/** Replaces or creates a whole file atomically and durably. Throws LabError; the old file is then still there. */
export async function writeWhole(fs: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await writeDurably(fs, temporary, bytes);
    await fs.rename(temporary, path);
    await fs.syncFolder(dirname(path));
  } catch (error) {
    await fs.remove(temporary).catch(() => undefined);
    throw fileError(error, `write ${nameForPeople(path)}`, 'What was there before is unchanged');
  }
}

/** Creates a file with its content in one step; false where the name is taken. */
export async function createWhole(fs: FileSystem, path: string, bytes: Uint8Array): Promise<boolean> {
  const temporary = temporaryBeside(path);
  try {
    await writeDurably(fs, temporary, bytes);
    await linkOrCopy(fs, temporary, path, bytes);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw fileError(error, `create ${nameForPeople(path)}`);
  } finally {
    await fs.remove(temporary).catch(() => undefined);
  }
}

/** Whether an error says that a file system (FAT, network shares) has no hard links. */
export function hasNoLinks(error: unknown): boolean {
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EXDEV'].includes(
    errnoOf(error) ?? '',
  );
}

/** Without hard links the file is created first and filled next. */
async function linkOrCopy(fs: FileSystem, from: string, to: string, bytes: Uint8Array): Promise<void> {
  try {
    await fs.link(from, to);
  } catch (error) {
    if (!hasNoLinks(error)) throw error;
    await writeDurably(fs, to, bytes);
  }
}

/** Writes a file that must not exist yet, with fsync; not visible to anybody before it is renamed or linked. */
export async function writeDurably(fs: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const file = await fs.open(path, 'create');
  try {
    await writeAll(file, bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a folder and those above it where they are missing. Its name is durable afterwards, whoever made it. */
export async function makeFolders(fs: FileSystem, path: string): Promise<void> {
  try {
    if (!(await makeMissing(fs, path))) await fs.syncFolder(dirname(path));
  } catch (error) {
    throw fileError(error, `make the folder ${path}`);
  }
}

/** Whether it was missing: its name is durable then. */
async function makeMissing(fs: FileSystem, path: string): Promise<boolean> {
  const facts = await fs.facts(path);
  // A link to a folder is as good as one: what is below it decides.
  if (facts?.kind === 'folder' || facts?.kind === 'other') return false;
  const parent = dirname(path);
  if (parent !== path) await makeMissing(fs, parent);
  try {
    await fs.makeFolder(path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST' || facts?.kind === 'file') throw error;
  }
  await fs.syncFolder(parent);
  return true;
}

/**
 * Replaces or creates a file whose bytes come one after another, or from another program: `fill` makes it under the
 * temporary path that it is given. Nothing is left behind where it fails. Throws LabError; the old file is then still there.
 */
export async function replaceBy(
  fs: FileSystem,
  path: string,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await fill(temporary);
    const file = await fs.open(temporary, 'write');
    await file.sync().finally(() => file.close());
    await fs.rename(temporary, path);
    await fs.syncFolder(dirname(path));
  } catch (error) {
    await fs.remove(temporary).catch(() => undefined);
    throw fileError(error, `write ${nameForPeople(path)}`, 'What was there before is unchanged');
  }
}

/** Creates a file from parts as they come. Visible to nobody else under a temporary name. */
export async function writeParts(
  fs: FileSystem,
  path: string,
  parts: AsyncIterable<Uint8Array>,
): Promise<void> {
  const file = await fs.open(path, 'create');
  let position = 0;
  try {
    for await (const part of parts) {
      await writeAll(file, part, position);
      position += part.length;
    }
  } finally {
    await file.close();
  }
}
