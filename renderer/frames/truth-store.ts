/** True pictures of cells, fetched once for each size. */
import type { LabClient } from '../../electron/contract/contract.ts';
import type { View } from '../../experiments/engines/engine.ts';
import { ByteCache } from './byte-cache.ts';

const budgetBytes = 16 * 1024 * 1024;

/** Which piece of the truth is wanted. */
export interface TruthQuestion {
  readonly cellId: string;
  /** Digest of the cell's picture: cells of one picture share its truth. */
  readonly target: string;
  readonly view: View;
  readonly width: number;
  readonly height: number;
}

/** The true picture at the pixels of frames, fetched once for each view. */
export class TruthStore {
  readonly #client: LabClient;
  readonly #entryId: string;
  readonly #arrived: () => void;
  readonly #failed: (error: unknown) => void;
  readonly #truths = new ByteCache<Uint8Array>(budgetBytes);
  readonly #asked = new Set<string>();

  constructor(client: LabClient, entryId: string, arrived: () => void, failed: (error: unknown) => void) {
    this.#client = client;
    this.#entryId = entryId;
    this.#arrived = arrived;
    this.#failed = failed;
  }

  /** The truth at a picture's pixels; undefined while it is fetched. */
  get(question: TruthQuestion): Uint8Array | undefined {
    const { target, view, width, height } = question;
    const key = [target, view.x0, view.y0, view.x1, view.y1, width, height].join(' ');
    const known = this.#truths.get(key);
    if (known === undefined && !this.#asked.has(key)) void this.#fetch(key, question);
    return known;
  }

  async #fetch(key: string, { cellId, view, width, height }: TruthQuestion): Promise<void> {
    this.#asked.add(key);
    try {
      const truth = await this.#client.call('cell.truth', {
        entryId: this.#entryId,
        cellId,
        view,
        width,
        height,
      });
      this.#truths.set(key, truth.levels, truth.levels.byteLength);
      this.#arrived();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#asked.delete(key);
    }
  }
}
