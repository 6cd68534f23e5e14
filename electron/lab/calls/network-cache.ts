/** Networks of cells at epochs, as many as memory allows; each is read or replayed once, however many ask for it. */
import type { FoundNetwork } from './frame-service.ts';

const maxBytes = 96 * 1024 * 1024;

export class NetworkCache {
  /** From the one that was not asked for longest. */
  readonly #networks = new Map<string, FoundNetwork>();
  readonly #underWay = new Map<string, Promise<FoundNetwork>>();
  #bytes = 0;

  /** The network under `key`; `make` is called where it is not at hand. */
  async get(
    key: string,
    signal: AbortSignal,
    make: (signal: AbortSignal) => Promise<FoundNetwork>,
  ): Promise<FoundNetwork> {
    for (;;) {
      signal.throwIfAborted();
      const known = this.#networks.get(key);
      if (known !== undefined) {
        this.#networks.delete(key);
        this.#networks.set(key, known);
        return known;
      }
      const other = this.#underWay.get(key);
      if (other === undefined) return this.#make(key, signal, make);
      // Whoever is making it may give up: then it is looked for again.
      await other.catch(() => undefined);
    }
  }

  async #make(
    key: string,
    signal: AbortSignal,
    make: (signal: AbortSignal) => Promise<FoundNetwork>,
  ): Promise<FoundNetwork> {
    const making = make(signal);
    this.#underWay.set(key, making);
    try {
      const found = await making;
      this.#keep(key, found);
      return found;
    } finally {
      this.#underWay.delete(key);
    }
  }

  #keep(key: string, found: FoundNetwork): void {
    this.#networks.set(key, found);
    this.#bytes += found.network.parameters.byteLength;
    for (const [oldest, { network }] of this.#networks) {
      if (this.#bytes <= maxBytes || oldest === key) return;
      this.#networks.delete(oldest);
      this.#bytes -= network.parameters.byteLength;
    }
  }
}
