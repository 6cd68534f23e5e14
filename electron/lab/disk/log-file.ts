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
import { fileError, LabError, readingOnly } from './lab-error.ts';
import { makeFolders, readRange, writeAll, writeWhole, type FileSystem, type OpenFile } from './files.ts';

const scanChunkBytes = 1 << 20;

/** What `LogFile.scan` tells about each good frame. */
export type LogFrameVisitor = (payload: Uint8Array, position: LogPosition, frame: number) => void;

/** The beginning of a log as it was known before: bytes, frames, and where the last of them lies. */
export interface LogPrefix {
  readonly end: number;
  readonly frames: number;
  readonly last: LogPosition | null;
}

export class LogFile {
  readonly #fs: FileSystem;
  readonly #path: string;
  readonly #writable: boolean;
  #file: OpenFile | null = null;
  /** End of the good prefix, and the number of frames in it. */
  #end = 0;
  #frames = 0;
  #last: LogPosition | null = null;
  #damage: LogDamage | null = null;
  /** Bytes beyond #end may be left from an append that failed and could not be cut back. */
  #ragged = false;
  /** Whether the name of the file is known to be durable. */
  #named = false;

  /** A log at `path`, which need not exist yet. Nothing is read before `scan`. */
  constructor(fs: FileSystem, path: string, writable: boolean) {
    this.#fs = fs;
    this.#path = path;
    this.#writable = writable;
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
    const file = await this.#open();
    if (file === null || last === null || last.offset + logFrameHeaderBytes + last.length !== end)
      return false;
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
  async scan(visit: LogFrameVisitor): Promise<void> {
    const file = await this.#open();
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
  }

  /**
   * Moves what lies beyond the good prefix into `NAME.damaged-<n>` beside the log and returns that name; null where
   * there is nothing. The copy is durable before the log is cut.
   */
  async setDamageAside(): Promise<string | null> {
    const file = await this.#open();
    if (file === null) return null;
    try {
      const size = await file.size();
      if (size <= this.#end) return null;
      const name = await this.#freeDamagedName();
      await writeWhole(
        this.#fs,
        join(dirname(this.#path), name),
        await readRange(file, this.#end, size - this.#end),
      );
      await file.truncate(this.#end);
      await file.sync();
      this.#damage = null;
      return name;
    } catch (error) {
      throw fileError(error, `set the damaged end of ${basename(this.#path)} aside`, 'Nothing was removed');
    }
  }

  /** Appends a frame without making it durable; where it lies. After an error call `cutBack`. */
  async append(payload: Uint8Array): Promise<LogPosition> {
    const file = await this.#openForAppending();
    const frame = encodeLogFrame(payload);
    const position = { offset: this.#end, length: payload.length };
    this.#ragged = true;
    await writeAll(file, frame, this.#end);
    this.#ragged = false;
    this.#end += frame.length;
    this.#frames++;
    this.#last = position;
    return position;
  }

  /** Makes what was appended durable. */
  async sync(): Promise<void> {
    await this.#file?.sync();
  }

  /** Cuts the log back to `end` bytes and `frames` frames after a failed append. Never throws: what fails is done again before the next append. */
  async cutBack(end: number, frames: number): Promise<void> {
    this.#end = end;
    this.#frames = frames;
    this.#last = null;
    this.#ragged = true;
    try {
      await this.#cut();
    } catch {
      // #ragged stays set: the next append cuts first and reports what then fails.
    }
  }

  /** Payload of the frame at `position`. Throws EntryError 'damaged' or 'truncated' where it no longer is what it was. */
  async read(position: LogPosition): Promise<Uint8Array> {
    const file = await this.#open();
    if (file === null) throw new EntryError('truncated', `${basename(this.#path)} is gone`);
    try {
      return decodeLogFrame(await readRange(file, position.offset, logFrameHeaderBytes + position.length));
    } catch (error) {
      if (error instanceof EntryError) throw error;
      throw fileError(error, `read ${basename(this.#path)}`);
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  async #open(): Promise<OpenFile | null> {
    if (this.#file !== null) return this.#file;
    try {
      const facts = await this.#fs.facts(this.#path);
      if (facts === null) return null;
      if (facts.kind !== 'file')
        throw new LabError('damaged', `${basename(this.#path)} is not a file. It was left as it is.`);
      this.#file = await this.#fs.open(this.#path, this.#writable ? 'write' : 'read');
      return this.#file;
    } catch (error) {
      throw fileError(error, `open ${basename(this.#path)}`);
    }
  }

  async #openForAppending(): Promise<OpenFile> {
    if (!this.#writable) throw readingOnly();
    if (this.#ragged) await this.#cut();
    const folder = dirname(this.#path);
    if ((await this.#open()) === null) {
      await makeFolders(this.#fs, folder);
      this.#file = await this.#fs.open(this.#path, 'create');
    }
    if (this.#file === null) throw new EntryError('truncated', `${basename(this.#path)} is gone`);
    // Whoever created the file may have been stopped before its name was durable.
    if (!this.#named) await this.#fs.syncFolder(folder);
    this.#named = true;
    return this.#file;
  }

  async #cut(): Promise<void> {
    const file = await this.#open();
    if (file !== null && (await file.size()) > this.#end) {
      await file.truncate(this.#end);
      await file.sync();
    }
    this.#ragged = false;
  }

  async #freeDamagedName(): Promise<string> {
    const names = new Set(await this.#fs.list(dirname(this.#path)));
    let number = 1;
    while (names.has(`${basename(this.#path)}.damaged-${number}`)) number++;
    return `${basename(this.#path)}.damaged-${number}`;
  }
}

/** Reads in large pieces, so that small frames cost no system call each. */
async function bufferedReader(
  file: OpenFile,
): Promise<{ size: number; read(offset: number, length: number): Promise<Uint8Array> }> {
  let held: Uint8Array = new Uint8Array(0);
  let heldAt = 0;
  const size = await file.size();
  return {
    size,
    async read(offset, length) {
      if (offset < heldAt || offset + length > heldAt + held.length) {
        held = await readRange(file, offset, Math.min(size - offset, Math.max(length, scanChunkBytes)));
        heldAt = offset;
      }
      return held.subarray(offset - heldAt, offset - heldAt + length);
    },
  };
}
