/** Flicker between snapshots of a cell, measured in a worker of the page. */
import type { LabClient } from '../../electron/contract/contract.ts';
import type { FlickerParts } from '../../experiments/diagnostics/flicker.ts';
import type { FlickerQuestion } from './flicker-worker.ts';

/** Points along a side of the grid that flicker is measured on. */
const side = 48;

/** Numbers of so many snapshots, at most, spread evenly from the second to the last; each is compared with the one before. */
export function spreadSteps(snapshots: number, wanted: number): number[] {
  const last = snapshots - 1;
  const count = Math.min(wanted, Math.max(0, last));
  return Array.from({ length: count }, (_, at) => Math.round(((at + 1) * last) / count));
}

/** Asks one question after another; `close` ends the worker. */
export class FlickerMeter {
  readonly #client: LabClient;
  readonly #worker = new Worker(new URL('./flicker-worker.ts', import.meta.url), { type: 'module' });

  constructor(client: LabClient) {
    this.#client = client;
  }

  /** Flicker from one epoch of a cell to another; wait for it before the next. */
  async parts(
    cell: { readonly entryId: string; readonly cellId: string },
    epochs: readonly [number, number],
    signal: AbortSignal,
  ): Promise<FlickerParts> {
    const [before, after] = await Promise.all(
      epochs.map((epoch) => this.#client.call('cell.network', { ...cell, epoch }, { signal })),
    );
    const question: FlickerQuestion = { before: before.network, after: after.network, side };
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<FlickerParts>) => resolve(data);
      this.#worker.onerror = ({ message }) => reject(new Error(`Flicker could not be measured: ${message}`));
      this.#worker.postMessage(question);
    });
  }

  close(): void {
    this.#worker.terminate();
  }
}
