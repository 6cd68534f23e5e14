/** What anybody can do without a network, by cell: computed in the background when it is asked for. */
import type { CellBaselines } from '../../electron/contract/entries.ts';
import type { LabState } from './lab-state.svelte.ts';

/** Baselines of an entry's cells, each asked for once. */
export class EntryBaselines {
  readonly #lab: LabState;
  readonly #entryId: string;
  byCell = $state.raw<ReadonlyMap<string, CellBaselines>>(new Map());
  readonly #asked = new Set<string>();

  constructor(lab: LabState, entryId: string) {
    this.#lab = lab;
    this.#entryId = entryId;
  }

  /** Asks for those of these cells that nobody asked for. */
  want(ids: readonly string[]): void {
    const cellIds = ids.filter((id) => !this.#asked.has(id));
    if (cellIds.length === 0) return;
    for (const id of cellIds) this.#asked.add(id);
    void this.#lab.attempt(async () => {
      const found = await this.#lab.client.call('entry.baselines', { entryId: this.#entryId, cellIds });
      this.byCell = new Map([
        ...this.byCell,
        ...found.map((baseline) => [baseline.cellId, baseline] as const),
      ]);
    });
  }
}
