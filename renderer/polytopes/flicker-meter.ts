/** Flicker between snapshots of a cell, measured in a worker of the page. */
import type { LabClient } from '../../electron/contract/contract.ts';
import type { FlickerParts } from '../../experiments/diagnostics/flicker.ts';
import { AskedWorker } from '../../experiments/tasks/asked-worker.ts';
import { pageWorkerStarter } from '../../experiments/tasks/page-worker.ts';
import type { FlickerQuestion, FlickerReply } from './flicker-worker.ts';

/** Points along a side of the grid that flicker is measured on. */
const side = 48;

/** Numbers of so many snapshots, at most, spread evenly from the second to the last; each is compared with the one before. */
export function spreadSteps(snapshots: number, wanted: number): number[] {
  const last = snapshots - 1;
  const count = Math.min(wanted, Math.max(0, last));
  return Array.from({ length: count }, (_, at) => Math.round(((at + 1) * last) / count));
}

/** Asks a worker; `close` ends it. */
export class FlickerMeter {
  readonly #client: LabClient;
  readonly #worker = new AskedWorker<FlickerQuestion, FlickerReply, FlickerParts>(
    pageWorkerStarter(() => new Worker(new URL('./flicker-worker.ts', import.meta.url), { type: 'module' })),
    ({ parts }) => ({ answer: parts }),
  );

  constructor(client: LabClient) {
    this.#client = client;
  }

  /** Flicker from one epoch of a cell to another. */
  async parts(
    cell: { readonly entryId: string; readonly cellId: string },
    epochs: readonly [number, number],
    signal: AbortSignal,
  ): Promise<FlickerParts> {
    const [before, after] = await Promise.all(
      epochs.map((epoch) => this.#client.call('cell.network', { ...cell, epoch }, { signal })),
    );
    const networks = { before: before.network, after: after.network };
    try {
      return await this.#worker.ask((id) => ({ id, ...networks, side })).answer;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`Flicker could not be measured: ${message}`, { cause: error });
    }
  }

  close(): void {
    void this.#worker.end(null);
  }
}
