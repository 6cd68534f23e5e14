/** The folder of this process's attempt at a shard: its pack, its status, the cells under way. Nobody else writes there. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { attemptName } from '../../../experiments/cluster/attempts.ts';
import { statusText, type ShardStatus } from '../../../experiments/cluster/shard-status.ts';
import { packedCellHead, packTable, type PackedCell } from '../../../experiments/entries/pack.ts';
import type { CellRow } from '../../../experiments/entries/cells-index.ts';
import { encodeLogFrame } from '../../../experiments/records/record-log.ts';
import { isoTime } from '../disk/iso-time.ts';
import { readWhole, writeAll, writeWhole, type FileSystem, type OpenFile } from '../disk/files.ts';
import { fileError } from '../disk/lab-error.ts';
import { TaskQueue } from '../disk/task-queue.ts';

/** What a status says beside when and where. */
export type StatusFacts = Omit<ShardStatus, 'time' | 'host'>;

const maxLogBytes = 1 << 30;

/** Makes the folder of a new attempt. Throws LabError. */
export async function openAttempt(
  fs: FileSystem,
  shard: string,
  { engineId, restart }: { readonly engineId: string; readonly restart: string },
): Promise<Attempt> {
  const name = attemptName(engineId, restart, randomBytes(3).toString('hex'));
  const path = join(shard, name);
  try {
    await fs.makeFolder(path);
    await fs.makeFolder(join(path, 'cells'));
    return new Attempt(fs, name, path, await fs.open(join(path, 'pack'), 'create'));
  } catch (error) {
    throw fileError(error, `make the folder of an attempt in ${shard}`);
  }
}

/** An attempt under way. */
export class Attempt {
  readonly name: string;
  readonly path: string;
  readonly #fs: FileSystem;
  readonly #pack: OpenFile;
  readonly #queue = new TaskQueue();
  readonly #cells: PackedCell[] = [];
  #end = 0;

  constructor(fs: FileSystem, name: string, path: string, pack: OpenFile) {
    this.#fs = fs;
    this.name = name;
    this.path = path;
    this.#pack = pack;
  }

  /** Folder of a cell under way. */
  cellFolder(id: string): string {
    return join(this.path, 'cells', id);
  }

  /** Takes the records of a cell that has ended, and that nobody writes to any more, into the pack. Throws LabError. */
  pack(row: CellRow): Promise<void> {
    return this.#queue.run(async () => {
      const folder = this.cellFolder(row.id);
      try {
        const [records, previews] = await Promise.all(
          ['records', 'previews'].map((name) => this.#read(join(folder, name))),
        );
        const frame = encodeLogFrame(
          Buffer.concat([
            packedCellHead(row),
            records.subarray(0, row.recordBytes),
            previews.subarray(0, row.previewBytes),
          ]),
        );
        await writeAll(this.#pack, frame, this.#end);
        await this.#pack.sync();
        this.#cells.push({ row, offset: this.#end });
        this.#end += frame.length;
        // Gone in one step: half a folder must not look like records to go on from.
        await this.#fs.rename(folder, `${folder}.done`);
        await this.#fs.removeFolder(`${folder}.done`);
      } catch (error) {
        throw fileError(error, `pack cell ${row.id}`, 'What was packed before it is kept');
      }
    });
  }

  /** Says how it goes; what cannot be written is left. */
  async tell(facts: StatusFacts): Promise<void> {
    const status = { time: isoTime(new Date()), host: hostname(), ...facts };
    const bytes = new TextEncoder().encode(statusText(status));
    await writeWhole(this.#fs, join(this.path, 'status.json'), bytes).catch(() => undefined);
  }

  /** Ends the pack with a table of its cells, which tells that nothing follows, and makes it durable. Throws LabError. */
  async close(): Promise<void> {
    await this.#queue.idle();
    try {
      // What an append that failed has left is no frame.
      await this.#pack.truncate(this.#end);
      if (this.#cells.length > 0)
        await writeAll(this.#pack, encodeLogFrame(packTable(this.#cells)), this.#end);
      await this.#pack.sync();
    } catch (error) {
      throw fileError(error, 'end the pack', 'The cells in it are kept');
    } finally {
      await this.#pack.close();
    }
  }

  async #read(path: string): Promise<Uint8Array> {
    return (await this.#fs.facts(path)) === null ? new Uint8Array(0) : readWhole(this.#fs, path, maxLogBytes);
  }
}
