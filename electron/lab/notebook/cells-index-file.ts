/**
 * cells.index of an entry: what the records of its cells said when somebody last looked. It is a cache, told anew wherever
 * records are opened: what cannot be read of it counts as not there, and what cannot be written is done without.
 */
import { join } from 'node:path';
import { CellRowTable } from '../../../experiments/entries/cell-row-table.ts';
import {
  cellRowsPayload,
  type CellRow,
  type RowHead,
  type RowLast,
} from '../../../experiments/entries/cells-index.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import { encodeLogFrame } from '../../../experiments/records/record-log.ts';
import { writeWhole, type FileSystem } from '../disk/files.ts';
import { fileError, LabError } from '../disk/lab-error.ts';
import { LogFile } from '../disk/log-file.ts';
import { TaskQueue } from '../disk/task-queue.ts';

/** Its name in an entry's folder. */
export const cellsIndexName = 'cells.index';

/** A file of so many rows more than cells is written anew. */
const spareRows = 1000;

/** The bytes of a cells.index with these rows. */
export function cellsIndexBytes(rows: readonly CellRow[]): Uint8Array {
  return rows.length === 0 ? new Uint8Array(0) : encodeLogFrame(cellRowsPayload(rows));
}

/** The rows of an entry's cells, by id; told one after another. */
export class CellsIndexFile {
  readonly #fs: FileSystem;
  readonly #path: string;
  readonly #writable: boolean;
  #rows = new CellRowTable();
  readonly #queue = new TaskQueue();
  #log: LogFile;
  #written = 0;
  #frames = 0;
  /** Whether anything was told since the file was read. */
  #isTold = false;
  /** Whether what is on disk is to be written anew before anything is appended. */
  #isStale = false;

  constructor(fs: FileSystem, entryPath: string, writable: boolean) {
    this.#fs = fs;
    this.#path = join(entryPath, cellsIndexName);
    this.#writable = writable;
    this.#log = this.#logFile();
  }

  /** Reads all rows. */
  async read(): Promise<void> {
    try {
      await this.#log.scan((payload) => this.#take(payload.slice()));
      this.#isStale ||= this.#log.damage !== null;
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      this.#isStale = true;
    } finally {
      await this.#log.close();
    }
  }

  /** Whether what is on disk is not what is known: parts of it could not be read, or it waits to be written anew. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /** What is known of a cell. */
  of(id: string): CellRow | undefined {
    return this.#rows.of(id);
  }

  /** What lists need of what is known of a cell. */
  headOf(id: string): RowHead | undefined {
    return this.#rows.headOf(id);
  }

  /** What is known of a cell's last snapshot. */
  lastOf(id: string): RowLast | undefined {
    return this.#rows.lastOf(id);
  }

  /** Whether anything is known of a cell. */
  has(id: string): boolean {
    return this.#rows.has(id);
  }

  /** Takes over what entry.json of version 1 says; it is written with the first row that is told. */
  adopt(row: CellRow): void {
    this.#rows.set(row);
    this.#isStale = true;
  }

  /** Notes what is known of cells now, and keeps it where the disk can. */
  async tell(rows: readonly CellRow[]): Promise<void> {
    if (rows.length === 0) return;
    const payload = cellRowsPayload(rows);
    this.#rows.add(payload);
    await this.#queue.run(() => this.#keep(payload, rows.length));
  }

  /** Writes the rows of these cells alone, in this order. Throws LabError. */
  rewrite(ids: Iterable<string>): Promise<void> {
    return this.#queue.run(async () => {
      this.#rows = this.#rows.kept(ids);
      await this.#write();
    });
  }

  /** Waits for what is under way, has many rows read as one from now on, and closes the file. */
  async close(): Promise<void> {
    await this.#queue.idle();
    if (this.#isTold && this.#frames > spareRows) await this.#attempt(() => this.#write());
    await this.#log.sync().catch(() => undefined);
    await this.#log.close();
  }

  #take(payload: Uint8Array): void {
    try {
      this.#written += this.#rows.add(payload);
      this.#frames++;
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
      this.#isStale = true;
    }
  }

  #keep(payload: Uint8Array, rows: number): Promise<void> {
    this.#isTold = true;
    return this.#attempt(async () => {
      if (this.#isStale || this.#written > 2 * this.#rows.size + spareRows) await this.#write();
      else {
        await this.#log.append(payload);
        this.#written += rows;
        this.#frames++;
      }
    });
  }

  /** What the disk has no room for is done without. */
  async #attempt(keep: () => Promise<void>): Promise<void> {
    try {
      await keep();
    } catch (error) {
      const known = fileError(error, 'keep the index of the cells');
      if (!(known instanceof LabError)) throw known;
      this.#isStale = true;
    }
  }

  #logFile(): LogFile {
    return new LogFile(this.#fs, this.#path, this.#writable);
  }

  async #write(): Promise<void> {
    await this.#log.close();
    const payload = this.#rows.payload();
    await writeWhole(this.#fs, this.#path, payload === null ? new Uint8Array(0) : encodeLogFrame(payload));
    this.#log = this.#logFile();
    await this.#log.scan(() => undefined);
    this.#written = this.#rows.size;
    this.#frames = 1;
    this.#isStale = false;
  }
}
