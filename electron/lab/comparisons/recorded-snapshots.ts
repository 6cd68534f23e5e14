/**
 * Snapshots of many cells, one cell after another, without previews and without opening what lies in packs cell by cell:
 * those are read from one end to the other in large pieces.
 */
import { logFrameHeaderBytes, scanLogFrames } from '../../../experiments/records/record-log.ts';
import { bufferedReader, type BufferedReader } from '../disk/buffered-reader.ts';
import type { FileRange } from '../disk/file-part.ts';
import type { FileSystem, OpenFile } from '../disk/files.ts';
import { fileError } from '../disk/lab-error.ts';
import { CellIndex, type SnapshotFacts } from '../notebook/cell-index.ts';
import type { CellStore } from '../notebook/cell-store.ts';
import { EntryStore } from '../notebook/entry-store.ts';
import type { ShownEntry } from './shown-entry.ts';

/** What reads the snapshots of an entry's cells. */
export interface RecordedSnapshots {
  /** All snapshots of a cell, ascending. Cheap for cells in the order in which they were packed. Throws LabError. */
  of(id: string): Promise<readonly SnapshotFacts[]>;
  close(): Promise<void>;
}

/** Reads cells of an entry or of a comparison; `open` opens those that are not to be read from packs. */
export async function recordedSnapshots(
  shown: ShownEntry,
  open = (id: string): Promise<CellStore> => shown.cell(id),
): Promise<RecordedSnapshots> {
  if (!(shown instanceof EntryStore))
    return { of: async (id) => (await open(id)).index(), close: () => Promise.resolve() };
  const loose = await shown.looseNames();
  const pack = new PackReader(shown.fileSystem);
  return {
    async of(id) {
      const place = loose.has(id) ? undefined : shown.packedRecords(id);
      return place === undefined ? (await open(id)).index() : pack.snapshots(id, place.path, place.range);
    },
    close: () => pack.close(),
  };
}

/** The pack that was read last stays open. */
class PackReader {
  readonly #fs: FileSystem;
  #path: string | null = null;
  #file: OpenFile | null = null;
  #reader: BufferedReader | null = null;

  constructor(fs: FileSystem) {
    this.#fs = fs;
  }

  async snapshots(
    id: string,
    path: string,
    { offset, length }: FileRange,
  ): Promise<readonly SnapshotFacts[]> {
    const index = new CellIndex(id);
    try {
      const records = await (await this.#open(path)).read(offset, length);
      scanLogFrames(records).frames.forEach((position, frame) => {
        const start = position.offset + logFrameHeaderBytes;
        index.visit(records.subarray(start, start + position.length), position, frame);
      });
      return index.snapshots;
    } catch (error) {
      throw fileError(error, `read cell ${id}`);
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#path = this.#file = this.#reader = null;
    await file?.close();
  }

  async #open(path: string): Promise<BufferedReader> {
    if (this.#reader !== null && this.#path === path) return this.#reader;
    await this.close();
    this.#file = await this.#fs.open(path, 'read');
    this.#reader = await bufferedReader(this.#file);
    this.#path = path;
    return this.#reader;
  }
}
