/** What the cells of an entry measured over time: read block by block, and longer while they train. */
import type { CellSummary, CellTimeline } from '../../electron/contract/entries.ts';
import { extendedTimeline, snapshotCount } from '../model/cell-series.ts';
import type { LabState } from './lab-state.svelte.ts';

/** Whoever must know of changes of timelines. */
export interface TimelineListener {
  /** Timelines became longer. */
  grew(): void;
  /** A cell was trained anew or thinned: what was known of its snapshots no longer holds. */
  restarted(cellId: string): void;
}

/** Cells that one call asks for. */
const mostAtOnce = 1000;

/** Timelines of an entry's cells, fetched again when cells have come further. */
export class EntryTimelines {
  readonly #lab: LabState;
  readonly #entryId: string;
  readonly #listener: TimelineListener;
  /** By cell id; a new map whenever anything changes. */
  byCell = $state.raw<ReadonlyMap<string, CellTimeline>>(new Map());
  /** Cells whose new snapshots are being read, and whether there are newer ones already. */
  readonly #growing = new Map<string, boolean>();

  constructor(lab: LabState, entryId: string, listener: TimelineListener) {
    this.#lab = lab;
    this.#entryId = entryId;
    this.#listener = listener;
  }

  /** The timeline of a cell; undefined before its first snapshot. */
  of(cellId: string): CellTimeline | undefined {
    return this.byCell.get(cellId);
  }

  /** The timeline that other axes are translated by: this cell's, else the one with most snapshots. */
  reference(cellId: string | null): CellTimeline | undefined {
    const selected = cellId === null ? undefined : this.of(cellId);
    if (selected !== undefined && snapshotCount(selected) > 0) return selected;
    return [...this.byCell.values()].sort((a, b) => snapshotCount(b) - snapshotCount(a))[0];
  }

  /** Reads what is missing of these cells. */
  async read(cells: readonly CellSummary[]): Promise<void> {
    const wanted = cells
      .map(({ id, snapshots }) => ({ cellId: id, from: this.#known(id, snapshots), snapshots }))
      .filter(({ from, snapshots }) => from < snapshots)
      .map(({ cellId, from }) => ({ cellId, from }));
    if (wanted.length > 0) await this.#readBlocks(wanted);
  }

  /** Reads all that is known again: cells were thinned. */
  async readAnew(): Promise<void> {
    const cells = [...this.byCell.keys()].map((cellId) => ({ cellId, from: 0 }));
    for (const { cellId } of cells) this.#listener.restarted(cellId);
    if (cells.length > 0) await this.#readBlocks(cells);
  }

  /** Reads the new snapshots of a running cell; one request at a time for each cell. */
  async grow(cellId: string): Promise<void> {
    if (this.#growing.has(cellId)) {
      this.#growing.set(cellId, true);
      return;
    }
    this.#growing.set(cellId, false);
    try {
      const timeline = this.of(cellId);
      const from = timeline === undefined ? 0 : snapshotCount(timeline);
      await this.#readBlocks([{ cellId, from }]);
    } catch (error) {
      this.#lab.fail(error);
    }
    const isAgain = this.#growing.get(cellId) === true;
    this.#growing.delete(cellId);
    if (isAgain) await this.grow(cellId);
  }

  /** Snapshots of a cell that are known here; 0, and nothing kept, where it has fewer now: it was trained anew. */
  #known(cellId: string, snapshots: number): number {
    const timeline = this.of(cellId);
    const known = timeline === undefined ? 0 : snapshotCount(timeline);
    if (known <= snapshots) return known;
    this.#listener.restarted(cellId);
    return 0;
  }

  async #readBlocks(cells: { cellId: string; from: number }[]): Promise<void> {
    const blocks: CellTimeline[] = [];
    for (let first = 0; first < cells.length; first += mostAtOnce) {
      const batch = cells.slice(first, first + mostAtOnce);
      blocks.push(
        ...(await this.#lab.client.call('entry.timelines', { entryId: this.#entryId, cells: batch })),
      );
    }
    const timelines = new Map(this.byCell);
    for (const block of blocks)
      timelines.set(block.cellId, extendedTimeline(timelines.get(block.cellId), block));
    this.byCell = timelines;
    this.#listener.grew();
  }
}
