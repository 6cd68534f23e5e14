/** The stores of an entry's cells that are open: those used last, those at work, and those that somebody holds. */
import type { CellStore } from './cell-store.ts';

/** So many stores are kept for whoever asks next; what their records say takes some ten kilobytes each. */
const maxKept = 128;

/** Stores by cell, so that all who write to one cell do so through one store. */
export class OpenCells {
  readonly #openStore: (id: string) => Promise<CellStore>;
  /** The one that was used longest ago first. */
  readonly #kept = new Map<string, Promise<CellStore>>();
  readonly #settled = new Map<string, CellStore>();
  /** Stores that are not kept any more and may still be in somebody's hands. */
  readonly #released = new Map<string, WeakRef<CellStore>>();

  constructor(openStore: (id: string) => Promise<CellStore>) {
    this.#openStore = openStore;
  }

  /** The store of a cell; the same one as long as anybody holds it. */
  open(id: string): Promise<CellStore> {
    const held = this.#released.get(id)?.deref();
    const known = this.#kept.get(id) ?? (held === undefined ? this.#openStore(id) : Promise.resolve(held));
    this.#released.delete(id);
    this.#kept.delete(id);
    this.#kept.set(id, known);
    known.then(
      (store) => {
        if (this.#kept.get(id) !== known) return;
        this.#settled.set(id, store);
        this.#release();
      },
      () => {
        if (this.#kept.get(id) === known) this.#kept.delete(id);
      },
    );
    return known;
  }

  /** The store of a cell where it is open. */
  maybe(id: string): CellStore | undefined {
    return this.#settled.get(id) ?? this.#released.get(id)?.deref();
  }

  /** Closes the store of a cell: whoever asks for it next opens it anew. */
  async forget(id: string): Promise<void> {
    const known = [this.#released.get(id)?.deref(), await this.#kept.get(id)?.catch(() => undefined)];
    for (const stores of [this.#kept, this.#settled, this.#released]) stores.delete(id);
    for (const store of known) await store?.close();
  }

  /** Closes all stores. */
  async close(): Promise<void> {
    const released = [...this.#released.values()].flatMap((reference) => reference.deref() ?? []);
    for (const opening of this.#kept.values()) await (await opening.catch(() => null))?.close();
    for (const store of released) await store.close();
    for (const stores of [this.#kept, this.#settled, this.#released]) stores.clear();
  }

  #release(): void {
    for (const [id, store] of this.#settled) {
      if (this.#kept.size <= maxKept) return;
      if (store.isAtWork) continue;
      this.#kept.delete(id);
      this.#settled.delete(id);
      this.#released.set(id, new WeakRef(store));
      store.rest();
    }
  }
}
