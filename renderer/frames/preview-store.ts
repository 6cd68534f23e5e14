/** Previews of an entry: fetched in blocks, ahead in the direction of travel, kept within a budget of bytes. */
import type { LabClient } from '../../electron/contract/contract.ts';
import type { PreviewBlock } from '../../electron/contract/frames.ts';
import { pictureOfBlock, type RawPicture } from './raw-planes.ts';
import { ByteCache } from './byte-cache.ts';

/** Previews of a block. */
export const blockLength = 4;
/** Blocks fetched ahead in the direction of travel, and behind. */
const blocksAhead = 8;
const blocksBehind = 2;
const maxRequests = 3;
/** All previews together; a grid of 25 cells and 600 snapshots would be 280 MB. */
const budgetBytes = 48 * 1024 * 1024;
/** After a failed request nothing is asked for so long. */
const pauseAfterFailureMs = 1000;

/** What is being looked at. */
export interface WantedPreview {
  readonly cellId: string;
  /** Its number: snapshots that were thinned have none. */
  readonly preview: number;
  /** Previews that the cell has. */
  readonly known: number;
}

/** A preview that has arrived. */
export interface StoredPreview {
  readonly epoch: number;
  readonly picture: RawPicture;
}

/** Previews of an entry's cells, fetched in blocks around the time that is shown. */
export class PreviewStore {
  readonly #client: LabClient;
  readonly #entryId: string;
  readonly #arrived: () => void;
  readonly #failed: (error: unknown) => void;
  readonly #blocks: ByteCache<PreviewBlock>;
  readonly #underWay = new Set<string>();
  #requests = 0;
  #wanted: readonly WantedPreview[] = [];
  #wantedText = '';
  /** Blocks asked for since something else was wanted: each is asked for once, even if it was let go of at once. */
  #asked = new Set<string>();
  #direction = 1;
  /** Bytes of a block, once one was seen. */
  #blockBytes = 0;
  readonly #budget: number;
  #pausedUntil = 0;
  #closed = false;

  constructor(
    client: LabClient,
    entryId: string,
    arrived: () => void,
    failed: (error: unknown) => void,
    budget = budgetBytes,
  ) {
    this.#client = client;
    this.#entryId = entryId;
    this.#arrived = arrived;
    this.#failed = failed;
    this.#budget = budget;
    this.#blocks = new ByteCache(budget);
  }

  /** The preview of this number, or undefined while it is not here. */
  get(cellId: string, preview: number): StoredPreview | undefined {
    const block = this.#blocks.get(blockKey(cellId, Math.floor(preview / blockLength)));
    const at = block === undefined ? -1 : preview - block.from;
    if (block === undefined || at < 0 || at >= block.epochs.length) return undefined;
    return { epoch: block.epochs[at], picture: pictureOfBlock(block, at) };
  }

  /** Says what is looked at now and in which direction it moves (1 or -1); fetches what is missing of it, then more. */
  want(wanted: readonly WantedPreview[], direction: number): void {
    this.#wanted = wanted;
    this.#direction = direction < 0 ? -1 : 1;
    const text = wanted
      .map(({ cellId, preview, known }) => `${cellId} ${Math.floor(preview / blockLength)} ${known}`)
      .join();
    if (text !== this.#wantedText) {
      this.#wantedText = text;
      this.#asked = new Set();
    }
    this.#pump();
  }

  /** Forgets a cell's previews: it was trained anew. */
  forget(cellId: string): void {
    this.#blocks.deleteAll(`${cellId}:`);
  }

  close(): void {
    this.#closed = true;
    this.#wanted = [];
  }

  #pump(): void {
    while (!this.#closed && this.#requests < maxRequests && performance.now() >= this.#pausedUntil) {
      const missing = this.#nextRound();
      if (missing.length === 0) return;
      void this.#fetch(missing);
    }
  }

  /** Missing blocks of the nearest round that has any: those in view, then ahead, then behind. */
  #nextRound(): { cellId: string; block: number }[] {
    for (const step of this.#rounds()) {
      const missing = this.#wanted.flatMap(({ cellId, preview, known }) => {
        const block = Math.floor(preview / blockLength) + step;
        return this.#isMissing(cellId, block, known) ? [{ cellId, block }] : [];
      });
      if (missing.length > 0) return missing;
    }
    return [];
  }

  /** Distances of blocks from those in view, nearest first; no farther than half of the budget holds. */
  #rounds(): number[] {
    const held = this.#blockBytes === 0 ? 1 : this.#budget / 2 / (this.#blockBytes * this.#wanted.length);
    const ahead = Math.min(blocksAhead, Math.floor(held) - 1);
    const behind = Math.min(blocksBehind, Math.floor(held) - 1 - ahead);
    const steps = [0];
    for (let step = 1; step <= ahead; step++) steps.push(step * this.#direction);
    for (let step = 1; step <= behind; step++) steps.push(-step * this.#direction);
    return steps;
  }

  #isMissing(cellId: string, block: number, known: number): boolean {
    const from = block * blockLength;
    const key = blockKey(cellId, block);
    if (block < 0 || from >= known || this.#underWay.has(key) || this.#asked.has(key)) return false;
    const held = this.#blocks.peek(key);
    return held === undefined || held.epochs.length < Math.min(blockLength, known - from);
  }

  async #fetch(missing: readonly { cellId: string; block: number }[]): Promise<void> {
    const keys = missing.map(({ cellId, block }) => blockKey(cellId, block));
    for (const key of keys) {
      this.#underWay.add(key);
      this.#asked.add(key);
    }
    this.#requests += 1;
    try {
      const cells = missing.map(({ cellId, block }) => ({
        cellId,
        from: block * blockLength,
        count: blockLength,
      }));
      const blocks = await this.#client.call('previews.read', { entryId: this.#entryId, cells });
      if (this.#closed) return;
      for (const block of blocks) this.#keep(block);
      this.#arrived();
    } catch (error) {
      this.#pausedUntil = performance.now() + pauseAfterFailureMs;
      for (const key of keys) this.#asked.delete(key);
      if (!this.#closed) this.#failed(error);
    } finally {
      for (const key of keys) this.#underWay.delete(key);
      this.#requests -= 1;
      this.#pump();
    }
  }

  /**
   * Blocks of one message share its memory: they are looked at together, so that they are let go of together, and
   * nothing is copied while time moves.
   */
  #keep(block: PreviewBlock): void {
    const key = blockKey(block.cellId, Math.floor(block.from / blockLength));
    const bytes = block.values.byteLength + block.boundary.byteLength;
    this.#blockBytes = Math.max(this.#blockBytes, bytes);
    this.#blocks.set(key, block, bytes);
  }
}

function blockKey(cellId: string, block: number): string {
  return `${cellId}:${block}`;
}
