/** The files of a notebook's lock: what they say, which is the highest, and whether the process that one names still runs. */
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readWhole, writeDurably, type FileSystem } from './files.ts';
import { errnoOf, fileError, LabError } from './lab-error.ts';

/** Which process, on which machine. Fields the system cannot tell are empty. */
export interface Owner {
  readonly pid: number;
  /** Time the process started, in clock ticks since the machine did: another process with the same pid has another one. */
  readonly started: string;
  readonly host: string;
  /** Identifies the machine's uptime. */
  readonly boot: string;
  /** Namespace that the pid counts in: containers on one machine have their own. */
  readonly namespace: string;
}

const lockFile = z.object({
  // More than any system counts to, and what a system call takes without losing digits.
  pid: z
    .int()
    .positive()
    .max(2 ** 31 - 1),
  started: z.string(),
  host: z.string(),
  boot: z.string(),
  namespace: z.string(),
  since: z.iso.datetime(),
  released: z.boolean(),
  /** Seconds between two signs of life; missing in locks of earlier versions, which give none. */
  beat: z.number().positive().optional(),
});

/** Content of a lock file. */
export type LockFile = z.infer<typeof lockFile>;

/** A lock file that is there. */
export interface PresentLock {
  readonly number: number;
  readonly path: string;
  /** 'gone' where it was removed meanwhile, null where it says nothing (yet). */
  readonly owner: LockFile | 'gone' | null;
}

/** Larger numbers than any notebook comes to: a lock beyond it is removed once it is stale. */
export const highestNumber = 999_999_999_999_999;
const maxLockBytes = 4096;

/** Silence (milliseconds, by the clock of the file server) after which a process elsewhere counts as ended. */
export const silenceMs = 5 * 60 * 1000;

/** The lock with the highest number, or null. */
export async function highestLock(fs: FileSystem, folder: string): Promise<PresentLock | null> {
  const numbers = await lockNumbers(fs, folder);
  return numbers.length === 0 ? null : presentLock(fs, folder, Math.max(...numbers));
}

/** The lock of a number as its file is now. */
export async function presentLock(fs: FileSystem, folder: string, number: number): Promise<PresentLock> {
  const path = join(folder, String(number));
  return { number, path, owner: await readLock(fs, path) };
}

/** Numbers of the lock files in a folder, in no order; none where it is missing. Throws LabError 'refused' where it is no folder. */
export async function lockNumbers(fs: FileSystem, folder: string): Promise<number[]> {
  if ((await fs.facts(folder)) === null) return [];
  try {
    const names = await fs.list(folder);
    return names.filter((name) => /^[1-9][0-9]{0,14}$/.test(name)).map(Number);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    if (!['ENOTDIR', 'ELOOP'].includes(errnoOf(error) ?? ''))
      throw fileError(error, 'read the lock of the notebook');
    throw noFolder();
  }
}

/** The error of a notebook whose lock cannot be had because something else has its name. */
export function noFolder(): LabError {
  return new LabError(
    'refused',
    "'.lock' in the notebook is not a folder, so that nobody can tell who writes. Remove it and try again.",
  );
}

async function readLock(fs: FileSystem, path: string): Promise<PresentLock['owner']> {
  try {
    return lockFile.parse(JSON.parse(new TextDecoder().decode(await readWhole(fs, path, maxLockBytes))));
  } catch (error) {
    return error instanceof LabError && error.code === 'not-found' && (await fs.facts(path)) === null
      ? 'gone'
      : null;
  }
}

/** Bytes of a lock file. */
export function lockBytes(owner: Omit<LockFile, 'released'>, released: boolean): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify({ ...owner, released }, null, 2)}\n`);
}

/**
 * Whether the process that wrote a lock still runs. Where only signs of life can tell (another computer or container),
 * it does unless there was none for `silenceMs`; `isSilent` says so. A lock without signs of life holds for good.
 */
export async function isAlive(
  owner: LockFile,
  here: Owner,
  isSilent: () => Promise<boolean>,
): Promise<boolean> {
  if (owner.host !== here.host) return owner.beat === undefined || !(await isSilent());
  if (owner.boot !== here.boot) return false;
  if (owner.namespace !== here.namespace) return owner.beat === undefined || !(await isSilent());
  if (!processExists(owner.pid)) return false;
  const started = await startOf(owner.pid);
  return started === '' || owner.started === '' || started === owner.started;
}

/**
 * Whether a lock's file was last written more than `limitMs` ago by the clock of the file server: that of a file which is
 * written beside it now. The clocks of the computers do not matter.
 */
export async function isSilent(
  fs: FileSystem,
  { path }: Pick<PresentLock, 'path'>,
  probe: string,
  limitMs: number,
): Promise<boolean> {
  try {
    await writeDurably(fs, probe, new Uint8Array(1));
    const [now, last] = [await fs.facts(probe), await fs.facts(path)];
    return now !== null && last !== null && now.modifiedMs - last.modifiedMs > limitMs;
  } finally {
    await fs.remove(probe).catch(() => undefined);
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** This process, as its lock names it. */
export async function thisProcess(): Promise<Owner> {
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
