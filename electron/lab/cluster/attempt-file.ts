/** The pack of an attempt that is to be collected: looked at as something that anybody may have put there. */
import { join } from 'node:path';
import type { AttemptedCell } from '../../../experiments/cluster/attempts.ts';
import { packTable } from '../../../experiments/entries/pack.ts';
import { encodeLogFrame } from '../../../experiments/records/record-log.ts';
import { readRange, type FileSystem, type OpenFile } from '../disk/files.ts';
import { fileError, LabError } from '../disk/lab-error.ts';
import { readPackHeads, type PackFrame, type PackHeads } from './attempt-pack.ts';

/** A cell that an attempt offers. */
export interface OfferedCell extends AttemptedCell, PackFrame {
  readonly file: AttemptFile;
}

/** An attempt's pack as it was when it was looked at. It is not kept open: there may be many. */
export class AttemptFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** The cells of its frames, in their order. */
  readonly cells: readonly OfferedCell[];
  /** Why it cannot be read to its end, in words, or null. */
  readonly damage: string | null;
  readonly #end: number;
  readonly #isEnded: boolean;
  readonly #fs: FileSystem;
  readonly #identity: string | null;

  private constructor(
    fs: FileSystem,
    attempt: string,
    facts: { readonly size: number; readonly identity: string | null },
    { frames, end, isEnded, damage }: PackHeads,
  ) {
    this.#fs = fs;
    this.path = packOf(attempt);
    this.size = facts.size;
    this.#identity = facts.identity;
    this.cells = frames.map((frame) => ({ ...frame, attempt, file: this }));
    this.damage = damage;
    this.#end = end;
    this.#isEnded = isEnded;
  }

  /**
   * Looks at the pack in an attempt's folder, which must be this user's and hold `most` cells at most; null where it has
   * none. Throws LabError.
   */
  static async look(
    fs: FileSystem,
    attempt: string,
    owner: number | undefined,
    most: number,
  ): Promise<AttemptFile | null> {
    const path = packOf(attempt);
    const facts = await fs.facts(path);
    if (facts === null) return null;
    if (facts.kind !== 'file') throw new LabError('damaged', 'its pack is no file; it was not looked at');
    const folder = await fs.facts(attempt);
    if (facts.owner !== owner || folder?.owner !== owner)
      throw new LabError('refused', 'its pack belongs to another user; it was not looked at');
    const file = await openSame(fs, path, facts.identity);
    try {
      const heads = await readPackHeads(file, 0, most);
      const size = await file.size();
      return new AttemptFile(fs, attempt, { ...facts, size }, heads);
    } catch (error) {
      throw fileError(error, 'read a pack');
    } finally {
      await file.close();
    }
  }

  /** Whether its table names just the cells of its frames and nothing follows: it is a pack as entries have them. Throws LabError. */
  async isWhole(): Promise<boolean> {
    if (!this.#isEnded || this.cells.length === 0) return false;
    const table = encodeLogFrame(packTable(this.cells));
    const file = await this.open();
    try {
      const end = await readRange(file, this.#end, table.length);
      return (await file.size()) - this.#end === table.length && Buffer.compare(end, table) === 0;
    } catch (error) {
      throw fileError(error, 'read a pack');
    } finally {
      await file.close();
    }
  }

  /** Opens it. Throws LabError 'refused' where another file lies there by now. */
  open(): Promise<OpenFile> {
    return openSame(this.#fs, this.path, this.#identity);
  }
}

function packOf(attempt: string): string {
  return join(attempt, 'pack');
}

/** Another file of this name since it was looked at is a link that was put there. */
async function openSame(fs: FileSystem, path: string, identity: string | null): Promise<OpenFile> {
  const file = await fs.open(path, 'read').catch((error: unknown) => {
    throw fileError(error, 'open a pack');
  });
  if ((await file.identity()) === identity) return file;
  await file.close();
  throw new LabError('refused', 'its pack was replaced while it was looked at');
}
