/**
 * One writer per notebook. The lock is the file with the highest number in the folder `.lock`; it names its owner. A
 * lock is taken by creating the next number, which only one process can do, and given back by marking one's own file
 * as released. No file that another process may rely on is ever renamed or replaced, so that any number of processes
 * may find a stale lock at once and exactly one of them takes it over.
 */
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createWhole, makeFolders, readWhole, writeWhole, type FileSystem } from './files.ts';
import { fileError, LabError } from './lab-error.ts';

/** Which process, on which machine. Fields the system cannot tell are empty. */
interface Owner {
  readonly pid: number;
  /** Time the process started, in clock ticks since the machine did: another process with the same pid has another one. */
  readonly started: string;
  readonly host: string;
  /** Identifies the machine's uptime. */
  readonly boot: string;
  /** Namespace that the pid counts in: containers on one machine have their own. */
  readonly namespace: string;
}

/** The living process that writes to a notebook. */
export interface Writer {
  readonly pid: number;
  /** When it took the lock: ISO 8601, UTC. */
  readonly since: string;
}

export interface Lock {
  release(): Promise<void>;
}

const lockFile = z.object({
  pid: z.int().positive(),
  started: z.string(),
  host: z.string(),
  boot: z.string(),
  namespace: z.string(),
  since: z.iso.datetime(),
  released: z.boolean(),
});

type LockFile = z.infer<typeof lockFile>;

/** Older lock files than this many are removed; the rest stays, so that a slow reader of the folder misses none. */
const keptLocks = 4;
const maxLockBytes = 4096;
const attempts = 100;

/** Locks of this process that it no longer stands by, in case their files cannot be marked as released. */
const abandoned = new Set<string>();

/** Tells a lock apart from others that a file of this name ever was. */
function lockKey(path: string, { pid, since }: Pick<LockFile, 'pid' | 'since'>): string {
  return `${path} ${pid} ${since}`;
}

/** Takes the lock of a notebook. Throws LabError 'locked' naming the owner where a living process has it. */
export async function takeLock(fs: FileSystem, notebook: string, now: Date): Promise<Lock> {
  const folder = join(notebook, '.lock');
  await makeFolders(fs, folder);
  const owner = { ...(await thisProcess()), since: now.toISOString() };
  for (let attempt = 0; attempt < attempts; attempt++) {
    const present = await highestLock(fs, folder);
    const held = await heldLock(present, owner);
    if (held !== null) throw lockedError(held, owner);
    const number = (present?.number ?? 0) + 1;
    const path = join(folder, String(number));
    if (!(await createWhole(fs, path, lockBytes(owner, false)))) continue;
    try {
      if (await settle(fs, folder, number)) return { release: () => releaseLock(fs, path, owner) };
    } catch (error) {
      abandoned.add(lockKey(path, owner));
      throw fileError(error, 'take the lock of the notebook', 'Nothing was lost');
    }
  }
  throw new LabError(
    'locked',
    'Several processes are opening this notebook at once; nothing was changed. Try again.',
  );
}

/** Whether a lock file just created is the highest; removes it where it is not, and long past ones where it is. */
async function settle(fs: FileSystem, folder: string, number: number): Promise<boolean> {
  // A reader of a stale listing may have taken a number that was used and removed long ago.
  const isHighest = (await highestLock(fs, folder))?.number === number;
  if (isHighest) await removeOldLocks(fs, folder, number);
  // Whoever is ahead may have removed it already.
  else await fs.remove(join(folder, String(number))).catch(() => undefined);
  return isHighest;
}

/** Marks a lock as released; it then tells nothing of the machine. */
async function releaseLock(fs: FileSystem, path: string, owner: Omit<LockFile, 'released'>): Promise<void> {
  abandoned.add(lockKey(path, owner));
  const silent = { ...owner, host: '', boot: '', namespace: '', started: '' };
  await writeWhole(fs, path, lockBytes(silent, true));
}

/** The living process that holds a notebook's lock, or null. Reads only. */
export async function currentWriter(fs: FileSystem, notebook: string): Promise<Writer | null> {
  const present = await highestLock(fs, join(notebook, '.lock'));
  return (await heldLock(present, await thisProcess()))?.owner ?? null;
}

interface PresentLock {
  readonly number: number;
  readonly path: string;
  /** Null where the file is unreadable or gone, which nobody alive leaves behind. */
  readonly owner: LockFile | null;
}

type HeldLock = PresentLock & { readonly owner: LockFile };

/** The lock where a living process stands by it, else null. */
async function heldLock(lock: PresentLock | null, here: Owner): Promise<HeldLock | null> {
  const owner = lock?.owner ?? null;
  if (lock === null || owner === null || owner.released || abandoned.has(lockKey(lock.path, owner)))
    return null;
  return (await isAlive(owner, here)) ? { ...lock, owner } : null;
}

function lockedError({ owner, number }: HeldLock, here: Owner): LabError {
  const where = owner.host === here.host ? '' : ` on the computer '${owner.host}'`;
  const advice =
    where === '' && owner.namespace === here.namespace
      ? 'Wait until it is done, or open the notebook for reading'
      : `Close it there; if it no longer runs, delete the file .lock/${number} in the notebook`;
  return new LabError(
    'locked',
    `Process ${owner.pid}${where} is writing to this notebook; nothing was changed. ${advice}.`,
  );
}

async function highestLock(fs: FileSystem, folder: string): Promise<PresentLock | null> {
  const numbers = await lockNumbers(fs, folder);
  if (numbers.length === 0) return null;
  const number = Math.max(...numbers);
  const path = join(folder, String(number));
  return { number, path, owner: await readLock(fs, path) };
}

async function lockNumbers(fs: FileSystem, folder: string): Promise<number[]> {
  if ((await fs.facts(folder)) === null) return [];
  try {
    const names = await fs.list(folder);
    return names.filter((name) => /^[1-9][0-9]{0,14}$/.test(name)).map(Number);
  } catch (error) {
    throw fileError(error, 'read the lock of the notebook');
  }
}

/** Content of a lock file, or null. */
async function readLock(fs: FileSystem, path: string): Promise<LockFile | null> {
  try {
    return lockFile.parse(JSON.parse(new TextDecoder().decode(await readWhole(fs, path, maxLockBytes))));
  } catch {
    return null;
  }
}

function lockBytes(owner: Omit<LockFile, 'released'>, released: boolean): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify({ ...owner, released }, null, 2)}\n`);
}

async function removeOldLocks(fs: FileSystem, folder: string, number: number): Promise<void> {
  for (const old of await lockNumbers(fs, folder)) {
    // What another process removed meanwhile is gone as well.
    if (old <= number - keptLocks) await fs.remove(join(folder, String(old))).catch(() => undefined);
  }
}

/** Whether the process that wrote a lock still runs. Where that cannot be known (another computer), it is taken to. */
async function isAlive(owner: Owner, here: Owner): Promise<boolean> {
  if (owner.host !== here.host) return true;
  if (owner.boot !== here.boot) return false;
  if (owner.namespace !== here.namespace) return true;
  if (!processExists(owner.pid)) return false;
  const started = await startOf(owner.pid);
  return started === '' || owner.started === '' || started === owner.started;
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function thisProcess(): Promise<Owner> {
  return {
    pid: process.pid,
    started: await startOf(process.pid),
    host: hostname(),
    boot: await textOf(readFile('/proc/sys/kernel/random/boot_id', 'utf8')),
    namespace: await textOf(readlink('/proc/self/ns/pid')),
  };
}

/** Field 22 of /proc/<pid>/stat; the second field is a name in parentheses that may hold anything. Empty for zombies, which hold nothing. */
async function startOf(pid: number): Promise<string> {
  const stat = await textOf(readFile(`/proc/${pid}/stat`, 'utf8'));
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '');
}

async function textOf(reading: Promise<string>): Promise<string> {
  try {
    return (await reading).trim();
  } catch {
    return '';
  }
}
