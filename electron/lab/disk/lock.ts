/**
 * One writer per notebook. The lock is the file with the highest number in the folder `.lock`; it names its owner. A
 * lock is taken by creating the next number, which only one process can do, and given back by marking one's own file
 * as released. No file that another process may rely on is ever renamed or replaced, so that any number of processes
 * may find a stale lock at once and exactly one of them takes it over.
 *
 * Where a file cannot be made together with its content (no hard links), it says nothing for a moment. Whoever has made
 * his own lock durable therefore looks at the others once more, and gives way to a higher number or to a living owner:
 * of two that overlap, at least one sees the other. An owner writes his lock file anew every half minute, without
 * changing it; once it was silent for five minutes by the file server's clock, another computer may take over. Before
 * every write an owner looks whether nobody is ahead of him by now, so that one who slept meanwhile finds out.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isoTime } from './iso-time.ts';
import { createWhole, makeFolders, readWhole, writeAll, writeWhole, type FileSystem } from './files.ts';
import { fileError, LabError } from './lab-error.ts';
import {
  highestLock,
  highestNumber,
  isAlive,
  isSilent,
  lockBytes,
  lockNumbers,
  noFolder,
  presentLock,
  silenceMs,
  thisProcess,
  type LockFile,
  type Owner,
  type PresentLock,
} from './lock-file.ts';
import { cellsAtWork, listCells } from './lock-cells.ts';

/** The living process that writes to a notebook. */
export interface Writer {
  readonly pid: number;
  /** When it took the lock: ISO 8601, UTC. */
  readonly since: string;
  /** The cells that it trains now, as `CELL of ENTRY`; null where it does not tell. */
  readonly cells: ReadonlySet<string> | null;
}

/** The right to write to a notebook, until it is released. */
export interface Lock {
  /** The process on another computer whose silence ended its right, in words; null where there was none. */
  readonly takenOver: string | null;
  /** Throws LabError 'locked' where somebody else has the lock by now, 'not-found' where the notebook is gone. */
  check(): Promise<void>;
  /** Tells whoever reads the notebook which cells are trained now. Never throws. */
  tellCells(cells: ReadonlySet<string>): Promise<void>;
  release(): Promise<void>;
}

/** Waiting times in milliseconds; other ones are for tests. */
export interface LockTiming {
  /** Between two signs of life. */
  readonly beatMs: number;
  /** Silence after which another computer takes over. */
  readonly silenceMs: number;
  /** How long a lock file may say nothing before it counts as left behind. */
  readonly graceMs: number;
  /** How long somebody who made a higher lock may take to see this one and to give way. */
  readonly yieldMs: number;
}

const usualTiming: LockTiming = { beatMs: 30_000, silenceMs, graceMs: 2000, yieldMs: 10_000 };

/** Older lock files than this many are removed; the rest stays, so that a slow reader of the folder misses none. */
const keptLocks = 4;
const attempts = 100;
const lookMs = 50;

/** Locks of this process that it no longer stands by, in case their files cannot be marked as released. */
const abandoned = new Set<string>();

/** Tells a lock apart from others that a file of this name ever was. */
function lockKey(path: string, { pid, since }: Pick<LockFile, 'pid' | 'since'>): string {
  return `${path} ${pid} ${since}`;
}

/** Takes the lock of a notebook. Throws LabError 'locked' naming the owner where a living process has it. */
export async function takeLock(
  fs: FileSystem,
  notebook: string,
  now: Date,
  timing: LockTiming = usualTiming,
): Promise<Lock> {
  const folder = join(notebook, '.lock');
  if ((await fs.facts(folder))?.kind === 'file') throw noFolder();
  await makeFolders(fs, folder);
  const owner = { ...(await thisProcess()), since: isoTime(now), beat: timing.beatMs / 1000 };
  for (let attempt = 0; attempt < attempts; attempt++) {
    const present = await tellingLock(fs, folder, timing.graceMs);
    const held = await heldLock(fs, present, owner, timing.silenceMs);
    if (held !== null) throw lockedError(held, owner);
    if (present !== null && present.number >= highestNumber) {
      await fs.remove(present.path).catch(() => undefined);
      continue;
    }
    const number = (present?.number ?? 0) + 1;
    const path = join(folder, String(number));
    if (!(await createWhole(fs, path, lockBytes(owner, false)))) continue;
    let ahead: OwnedLock | null = null;
    try {
      const settled = await settle(fs, folder, number, owner, timing);
      if (settled === 'ours')
        return new HeldLock(fs, notebook, number, owner, timing, takenOver(present, owner));
      if (settled !== 'behind') ahead = settled;
    } catch (error) {
      abandoned.add(lockKey(path, owner));
      throw fileError(error, 'take the lock of the notebook', 'Nothing was lost');
    }
    // Others gave way in the same moment: not all of them should come back in the same moment.
    await sleep(lookMs * (1 + Math.random()));
    const still = ahead === null ? null : await presentLock(fs, folder, ahead.number);
    const owning = await heldLock(fs, still, owner, timing.silenceMs);
    if (owning !== null) throw lockedError(owning, owner);
  }
  throw new LabError(
    'locked',
    'Several processes are opening this notebook at once; nothing was changed. Try again.',
  );
}

/** The highest lock, as soon as it says something or was silent for longer than filling it takes. */
async function tellingLock(fs: FileSystem, folder: string, graceMs: number): Promise<PresentLock | null> {
  let present = await highestLock(fs, folder);
  for (let waited = 0; present?.owner === null && waited < graceMs; waited += lookMs) {
    await sleep(lookMs);
    const next = await highestLock(fs, folder);
    if (next?.number !== present.number) waited = 0;
    present = next;
  }
  return present;
}

/**
 * 'ours' where a lock file just made is the only one that counts: the highest, with nobody alive behind the others. Else it
 * is removed again: 'behind' where there is a higher one, or the lock of a living owner that was there before.
 */
async function settle(
  fs: FileSystem,
  folder: string,
  number: number,
  here: Owner,
  timing: LockTiming,
): Promise<'ours' | 'behind' | OwnedLock> {
  // A reader of a stale listing may have taken a number that was used and removed long ago.
  const numbers = await lockNumbers(fs, folder);
  let found: 'ours' | 'behind' | OwnedLock = Math.max(0, ...numbers) === number ? 'ours' : 'behind';
  for (const other of numbers.filter((candidate) => candidate < number)) {
    if (found !== 'ours') break;
    const lock = await presentLock(fs, folder, other);
    found = (await heldLock(fs, lock, here, timing.silenceMs)) ?? 'ours';
  }
  if (found === 'ours') await removeOldLocks(fs, folder, number);
  // Whoever is ahead may have removed it already.
  else await fs.remove(join(folder, String(number))).catch(() => undefined);
  return found;
}

class HeldLock implements Lock {
  readonly takenOver: string | null;
  readonly #fs: FileSystem;
  readonly #notebook: string;
  readonly #folder: string;
  readonly #number: number;
  readonly #owner: Omit<LockFile, 'released'>;
  readonly #timing: LockTiming;
  readonly #beating: NodeJS.Timeout;
  #lastBeat = Date.now();
  #identity: string | null = null;

  constructor(
    fs: FileSystem,
    notebook: string,
    number: number,
    owner: Omit<LockFile, 'released'>,
    timing: LockTiming,
    takenOver: string | null,
  ) {
    this.#fs = fs;
    this.#notebook = notebook;
    this.#folder = join(notebook, '.lock');
    this.#number = number;
    this.#owner = owner;
    this.#timing = timing;
    this.takenOver = takenOver;
    this.#beating = setInterval(() => void this.#beat(), timing.beatMs);
    this.#beating.unref();
  }

  get #path(): string {
    return join(this.#folder, String(this.#number));
  }

  async check(): Promise<void> {
    if (Date.now() - this.#lastBeat > 2 * this.#timing.beatMs) await this.#beat();
    // Whoever finds this lock alive gives way again in a moment.
    for (let waited = 0; await this.#isOwnFile(); waited += lookMs) {
      if (!(await this.#isAhead())) return;
      if (waited >= this.#timing.yieldMs) break;
      await sleep(lookMs);
    }
    clearInterval(this.#beating);
    if ((await this.#fs.facts(this.#folder)) === null) throw await this.#goneError();
    throw new LabError(
      'locked',
      'Another process has taken this notebook over since; nothing more was written to it here. What was kept before is whole.',
    );
  }

  async tellCells(cells: ReadonlySet<string>): Promise<void> {
    await listCells(this.#fs, this.#path, cells);
  }

  /** Marks the lock as released; it then tells nothing of the machine. */
  async release(): Promise<void> {
    clearInterval(this.#beating);
    abandoned.add(lockKey(this.#path, this.#owner));
    await this.tellCells(new Set());
    if (!(await this.#isOwnFile())) return;
    const silent = { ...this.#owner, host: '', boot: '', namespace: '', started: '' };
    await writeWhole(this.#fs, this.#path, lockBytes(silent, true));
  }

  /** Writes what the file says already: its time is then the file server's. What fails is seen by `check`. */
  async #beat(): Promise<void> {
    try {
      if ((await this.#isAhead()) || !(await this.#isOwnFile())) return;
      const file = await this.#fs.open(this.#path, 'write');
      try {
        await writeAll(file, lockBytes(this.#owner, false), 0);
        await file.sync();
        this.#lastBeat = Date.now();
      } finally {
        await file.close();
      }
    } catch {
      // A drive that is gone, or full: the next one may succeed.
    }
  }

  /**
   * Whether somebody has a higher lock: a living process, or one that worked here and gave the lock back. What was left
   * behind by a process that ended before it had looked at the others does not count.
   */
  async #isAhead(): Promise<boolean> {
    for (const number of await lockNumbers(this.#fs, this.#folder)) {
      if (number <= this.#number) continue;
      const lock = await presentLock(this.#fs, this.#folder, number);
      const owner = lock.owner === 'gone' ? null : lock.owner;
      if (owner?.released === true) return true;
      if ((await heldLock(this.#fs, lock, this.#owner, null)) !== null) return true;
    }
    return false;
  }

  /** Whether the file of this number is the one that was made here, not another one of that number. */
  async #isOwnFile(): Promise<boolean> {
    const facts = await this.#fs.facts(this.#path);
    if (facts === null) return false;
    if (facts.identity !== null && facts.identity === this.#identity) return true;
    const bytes = await readWhole(this.#fs, this.#path, 4096).catch(() => new Uint8Array());
    if (!Buffer.from(bytes).equals(lockBytes(this.#owner, false))) return false;
    this.#identity = facts.identity;
    return true;
  }

  async #goneError(): Promise<LabError> {
    const isGone = (await this.#fs.facts(join(this.#notebook, 'entries'))) === null;
    return isGone
      ? new LabError(
          'not-found',
          `The notebook's folder ${this.#notebook} is gone, or its drive is; nothing more was written. Put it back and try again.`,
        )
      : new LabError(
          'locked',
          'The lock of the notebook was removed by somebody; nothing more was written to it here. What was kept before is whole.',
        );
  }
}

/** The living process that holds a notebook's lock, or null. Reads only. */
export async function currentWriter(fs: FileSystem, notebook: string): Promise<Writer | null> {
  const folder = join(notebook, '.lock');
  // Whoever reads needs no lock: what is no folder of locks is nobody's.
  const numbers = await lockNumbers(fs, folder).catch((error: unknown) => {
    if (error instanceof LabError && error.code === 'refused') return [];
    throw error;
  });
  const here = await thisProcess();
  for (const number of numbers.sort((one, other) => other - one)) {
    const lock = await presentLock(fs, folder, number);
    const held = await heldLock(fs, lock, here, null);
    if (held !== null) {
      const { pid, since } = held.owner;
      return { pid, since, cells: await cellsAtWork(fs, held.path) };
    }
    // Below one that was given back in order, nobody is at work.
    if (lock.owner !== null && lock.owner !== 'gone' && lock.owner.released) return null;
  }
  return null;
}

type OwnedLock = PresentLock & { readonly owner: LockFile };

/** The lock where a living process stands by it, else null. With `silence` null nothing is written to find out. */
async function heldLock(
  fs: FileSystem,
  lock: PresentLock | null,
  here: Owner,
  silence: number | null,
): Promise<OwnedLock | null> {
  const owner = lock?.owner ?? null;
  if (lock === null || owner === null || owner === 'gone' || owner.released) return null;
  if (abandoned.has(lockKey(lock.path, owner))) return null;
  const probe = join(lock.path, '..', `.creasebook-${randomBytes(6).toString('hex')}.tmp`);
  const silent = async (): Promise<boolean> => silence !== null && isSilent(fs, lock, probe, silence);
  return (await isAlive(owner, here, silent)) ? { ...lock, owner } : null;
}

function takenOver(present: PresentLock | null, here: Owner): string | null {
  const owner = present?.owner ?? null;
  if (owner === null || owner === 'gone' || owner.released || owner.beat === undefined) return null;
  if (owner.host === here.host && owner.namespace === here.namespace) return null;
  return `Process ${owner.pid} on the computer '${owner.host}' gave no sign of life for 5 minutes; its notebook was taken over.`;
}

function lockedError({ owner, number }: OwnedLock, here: Owner): LabError {
  const where = owner.host === here.host ? '' : ` on the computer '${owner.host}'`;
  const waiting = owner.beat === undefined ? '' : ', or wait five minutes';
  const advice =
    where === '' && owner.namespace === here.namespace
      ? 'Wait until it is done, or open the notebook for reading'
      : `Close it there; if it no longer runs, delete the file .lock/${number} in the notebook${waiting}`;
  return new LabError(
    'locked',
    `Process ${owner.pid}${where} is writing to this notebook; nothing was changed. ${advice}.`,
  );
}

async function removeOldLocks(fs: FileSystem, folder: string, number: number): Promise<void> {
  for (const old of await lockNumbers(fs, folder)) {
    if (old >= number) continue;
    // Whoever ended without giving his lock back trains nothing now.
    await listCells(fs, join(folder, String(old)), new Set());
    if (old > number - keptLocks) continue;
    // What another process removed meanwhile is gone as well.
    await fs.remove(join(folder, String(old))).catch(() => undefined);
  }
}
