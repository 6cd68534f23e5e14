/** A framed log in a file: append, read back, set damage aside. */
import { basename, dirname, join } from 'node:path';
import {
  decodeLogFrame,
  encodeLogFrame,
  logFrameHeaderBytes,
  scanLog,
  type LogPosition,
  type LogDamage,
} from '../../../experiments/records/record-log.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import { bufferedReader } from './buffered-reader.ts';
import { partOf, piecesOf, type FileRange, type LogPlace } from './file-part.ts';
import { fileError, LabError, readingOnly } from './lab-error.ts';
import { closeLongUnused, noteClosed, noteUse } from './open-logs.ts';
import {
  makeFolders,
  readRange,
  replaceBy,
  writeAll,
  writeParts,
  type FileFacts,
  type FileSystem,
  type OpenFile,
} from './files.ts';

/** What `LogFile.scan` tells about each good frame. */
export type LogFrameVisitor = (payload: Uint8Array, position: LogPosition, frame: number) => void;

/** The beginning of a log as it was known before: bytes, frames, and where the last of them lies. */
export interface LogPrefix {
  readonly end: number;
  readonly frames: number;
  readonly last: LogPosition | null;
}

/** One log: a file of frames, kept open while it is used. */
export class LogFile {
  readonly #fs: FileSystem;
  #path: string;
  #range: FileRange | null;
  #writable: boolean;
  #file: OpenFile | null = null;
  #opening: Promise<OpenFile | null> | null = null;
  /** Which file is open: the name may be another one's by now. */
  #identity: string | null = null;
  /** Operations under way, which need the open file. */
  #uses = 0;
  /** Appended and not synced: the file stays open until it is, so that no error of the disk is missed. */
  #isUnsynced = false;
  /** Why nothing is written any more: the file of this name is not the one that was written. */
  #lost: LabError | null = null;
  /** End of the good prefix, and the number of frames in it. */
  #end = 0;
  #frames = 0;
  #last: LogPosition | null = null;
  #damage: LogDamage | null = null;
  /** Bytes beyond #end may be left from an append that failed and could not be cut back. */
  #ragged = false;
  /** Whether the name of the file is known to be durable. */
  #named = false;

  /** A log at `path`, which need not exist yet, or in a part of the file there. Nothing is read before `scan`. */
  constructor(fs: FileSystem, path: string, writable: boolean, range: FileRange | null = null) {
    this.#fs = fs;
    this.#path = path;
    this.#writable = writable;
    this.#range = range;
  }

  /** Goes on where the same bytes lie by now. What reads the old file meanwhile finds the same there. */
  async moveTo({ path, range, writable }: LogPlace): Promise<void> {
    [this.#path, this.#range, this.#writable] = [path, range, writable];
    this.#named = false;
    if (this.isIdle) await this.close();
  }

  /** Bytes of the good prefix. */
  get end(): number {
    return this.#end;
  }

  /** Number of good frames. */
  get frames(): number {
    return this.#frames;
  }

  /** Where the last good frame lies; null where there is none or it is not known. */
  get last(): LogPosition | null {
    return this.#last;
  }

  /** Why the log is not readable to its end, as found by the last scan. */
  get damage(): LogDamage | null {
    return this.#damage;
  }

  /**
   * Takes a beginning over that was scanned before, without reading it again. False, and nothing is taken over, where
   * the file is shorter or its last frame there is not whole.
   */
  async adopt({ end, frames, last }: LogPrefix): Promise<boolean> {
    if (end === 0) return true;
    if (last === null || last.offset + logFrameHeaderBytes + last.length !== end) return false;
    try {
      await this.read(last);
    } catch (error) {
      if (error instanceof EntryError) return false;
      throw error;
    }
    this.#end = end;
    this.#frames = frames;
    this.#last = last;
    return true;
  }

  /** Visits the good frames after those seen before. Reads only. */
  scan(visit: LogFrameVisitor): Promise<void> {
    return this.#use(async (file) => {
      if (file === null) return;
      try {
        const reader = await bufferedReader(file);
        const noteAndVisit: LogFrameVisitor = (payload, position, frame) => {
          this.#last = position;
          visit(payload, position, frame);
        };
        const found = await scanLog(reader, noteAndVisit, { offset: this.#end, frame: this.#frames });
        this.#end = found.end;
        this.#frames = found.frames;
        this.#damage = found.damage;
      } catch (error) {
        throw fileError(error, `read ${basename(this.#path)}`);
      }
    });
  }

  /**
   * Moves what lies beyond the good prefix into `NAME.damaged-<n>` beside the log and returns that name; null where
   * there is nothing. The copy is durable before the log is cut.
   */
  setDamageAside(): Promise<string | null> {
    return this.#use(async (file) => {
      if (file === null) return null;
      try {
        const size = await file.size();
        if (size <= this.#end) return null;
        const name = await this.#freeDamagedName();
        const damage = piecesOf(file, { offset: this.#end, length: size - this.#end });
        await replaceBy(this.#fs, join(dirname(this.#path), name), (temporary) =>
          writeParts(this.#fs, temporary, damage),
        );
        await file.truncate(this.#end);
        await file.sync();
        this.#damage = null;
        return name;
      } catch (error) {
        throw fileError(error, `set the damaged end of ${basename(this.#path)} aside`, 'Nothing was removed');
      }
    });
  }

  /**
   * Appends a frame without making it durable; where it lies. Throws LabError 'not-found' or 'damaged' where the file was
   * moved, removed, or replaced by another one since. After an error call `cutBack`.
   */
  async append(payload: Uint8Array): Promise<LogPosition> {
    if (!this.#writable) throw readingOnly();
    await this.#makeFile();
    return this.#use(async (file) => {
      if (file === null) throw this.#lose('not-found', 'is gone');
      const frame = encodeLogFrame(payload);
      const position = { offset: this.#end, length: payload.length };
      this.#ragged = true;
      this.#isUnsynced = true;
      await writeAll(file, frame, this.#end);
      this.#ragged = false;
      this.#end += frame.length;
      this.#frames++;
      this.#last = position;
      return position;
    });
  }

  /** Makes what was appended durable. */
  async sync(): Promise<void> {
    await this.#file?.sync();
    this.#isUnsynced = false;
  }

  /** Cuts the log back to `end` bytes and `frames` frames after a failed append. Never throws: what fails is done again before the next append. */
  async cutBack(end: number, frames: number): Promise<void> {
    this.#end = end;
    this.#frames = frames;
    this.#last = null;
    this.#ragged = true;
    this.#isUnsynced = false;
    if (this.#lost !== null) return;
    try {
      await this.#cut();
    } catch {
      // #ragged stays set: the next append cuts first and reports what then fails.
    }
  }

  /** Payload of the frame at `position`. Throws EntryError 'damaged' or 'truncated' where it no longer is what it was. */
  read(position: LogPosition): Promise<Uint8Array> {
    return this.#use(async (file) => {
      if (file === null) throw new EntryError('truncated', `${basename(this.#path)} is gone`);
      try {
        return decodeLogFrame(await readRange(file, position.offset, logFrameHeaderBytes + position.length));
      } catch (error) {
        if (error instanceof EntryError) throw error;
        throw fileError(error, `read ${basename(this.#path)}`);
      }
    });
  }

  /** Whether its name is by now that of another file than the one that was read; one that is gone is none. */
  async isReplaced(): Promise<boolean> {
    const facts = await this.#fs.facts(this.#path);
    return this.#identity !== null && facts !== null && facts.identity !== this.#identity;
  }

  /** Closes the file; what is asked for later opens it again. */
  async close(): Promise<void> {
    // Without a wait where nothing is being opened: whoever begins a use meanwhile must not lose the file under it.
    if (this.#opening !== null) await this.#opening.catch(() => null);
    const file = this.#file;
    this.#file = null;
    noteClosed(this);
    await file?.close();
  }

  /** Calls `task` with the open file, or with null where there is none, and keeps it open meanwhile. */
  async #use<Result>(task: (file: OpenFile | null) => Promise<Result>): Promise<Result> {
    this.#uses++;
    try {
      return await task(await this.#open());
    } finally {
      this.#uses--;
      await closeLongUnused();
    }
  }

  /** Whether the file may be closed: whoever needs it next opens it again. */
  get isIdle(): boolean {
    return this.#uses === 0 && !this.#isUnsynced;
  }

  #open(): Promise<OpenFile | null> {
    if (this.#file !== null) {
      noteUse(this);
      return Promise.resolve(this.#file);
    }
    this.#opening ??= this.#openFile().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #openFile(): Promise<OpenFile | null> {
    const [path, range] = [this.#path, this.#range];
    try {
      const facts = await this.#fs.facts(path);
      if (facts === null) return null;
      if (facts.kind !== 'file')
        throw new LabError('damaged', `${basename(path)} is not a file. It was left as it is.`);
      const file = await this.#fs.open(path, this.#writable ? 'write' : 'read');
      return await this.#keep(range === null ? file : partOf(file, range));
    } catch (error) {
      throw fileError(error, `open ${basename(path)}`);
    }
  }

  async #keep(file: OpenFile): Promise<OpenFile> {
    this.#identity = await file.identity();
    this.#file = file;
    noteUse(this);
    return file;
  }

  /** Makes the file where there is none yet, else makes sure that its name still is that of what was written. */
  async #makeFile(): Promise<void> {
    if (this.#lost !== null) throw this.#lost;
    if (this.#ragged) await this.#cut();
    const folder = dirname(this.#path);
    const facts = await this.#fs.facts(this.#path);
    if (facts === null) {
      const isNew = this.#file === null && this.#end === 0;
      // A log is made with its folder and the one above, not with an entry that was moved away.
      if (!isNew || (await this.#fs.facts(dirname(dirname(folder)))) === null)
        throw this.#lose('not-found', 'is gone');
      await makeFolders(this.#fs, folder);
      await this.#keep(await this.#fs.open(this.#path, 'create'));
    } else if (!(await this.#continues(facts))) {
      throw this.#lose('damaged', 'was replaced or cut by another program');
    }
    // Whoever created the file may have been stopped before its name was durable.
    if (!this.#named) await this.#fs.syncFolder(folder);
    this.#named = true;
  }

  /** Whether the file of this name is what was written up to here; another program's copy of it will do. */
  async #continues({ identity, size }: FileFacts): Promise<boolean> {
    if (identity === null || identity !== this.#identity) {
      await this.close();
      if (!(await this.#use((file) => Promise.resolve(file !== null)))) return false;
      // What ends with the same last record is taken to be the same.
      if (this.#last !== null && !(await this.#holds(this.#last))) return false;
      if (this.#last === null && this.#end > 0) return false;
    }
    if (size < this.#end) return false;
    // What somebody else appended is not overwritten.
    if (size > this.#end) await this.setDamageAside();
    return true;
  }

  async #holds(position: LogPosition): Promise<boolean> {
    try {
      await this.read(position);
      return true;
    } catch (error) {
      if (error instanceof EntryError) return false;
      throw error;
    }
  }

  #lose(code: 'not-found' | 'damaged', what: string): LabError {
    this.#lost = new LabError(
      code,
      `The file '${basename(this.#path)}' of cell ${basename(dirname(this.#path))} ${what} while it was written; nothing more was written to it. Put its folder back, or run the sweep again.`,
    );
    return this.#lost;
  }

  async #cut(): Promise<void> {
    await this.#use(async (file) => {
      if (file !== null && (await file.size()) > this.#end) {
        await file.truncate(this.#end);
        await file.sync();
      }
    });
    this.#ragged = false;
  }

  async #freeDamagedName(): Promise<string> {
    const names = new Set(await this.#fs.list(dirname(this.#path)));
    let number = 1;
    while (names.has(`${basename(this.#path)}.damaged-${number}`)) number++;
    return `${basename(this.#path)}.damaged-${number}`;
  }
}
