/** Where the previews of a cell lie in their log. */
import { EntryError } from '../../../experiments/records/entry-error.ts';
import { decodeRecordHead } from '../../../experiments/records/record-codec.ts';
import type { FileRange } from '../disk/file-part.ts';
import type { LogPosition } from '../../../experiments/records/record-log.ts';

/** Frames of a log of previews. */
export interface PreviewPlaces {
  readonly path: string;
  /** The part of the file that the log is; null where it is all of it. */
  readonly range: FileRange | null;
  readonly positions: readonly (LogPosition | null)[];
}

/** Where the preview of each epoch lies in its log. */
export class PreviewPositions {
  readonly #positions = new Map<number, LogPosition>();

  /** Position of the preview of exactly this epoch. */
  at(epoch: number): LogPosition | undefined {
    return this.#positions.get(epoch);
  }

  /** Takes in one good frame of the log; what is no preview is left alone. */
  visit(payload: Uint8Array, position: LogPosition): void {
    try {
      const head = decodeRecordHead(payload);
      if (head.type === 'preview') this.set(head.epoch, position);
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
    }
  }

  set(epoch: number, position: LogPosition): void {
    this.#positions.set(epoch, position);
  }

  delete(epoch: number): void {
    this.#positions.delete(epoch);
  }

  /** Epoch, offset and length of every preview, float64 [n, 3]. */
  stored(): Float64Array<ArrayBuffer> {
    return Float64Array.from(
      [...this.#positions].flatMap(([epoch, { offset, length }]) => [epoch, offset, length]),
    );
  }

  /** Takes over what `stored` returned. */
  restore(stored: Float64Array): void {
    for (let at = 0; at + 2 < stored.length; at += 3) {
      this.set(stored[at], { offset: stored[at + 1], length: stored[at + 2] });
    }
  }
}
