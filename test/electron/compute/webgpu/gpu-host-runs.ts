/** Cells on a GPU host, for tests. */
import { afterEach } from 'vitest';
import { createGpuHost, type GpuHost, type GpuHostOptions } from '../../../../electron/compute/gpu-host.ts';
import type { GpuStarter } from '../../../../electron/compute/gpu-link.ts';
import type { CellJob, CellMessage } from '../../../../experiments/sweeps/cell-run-contract.ts';
import { smallConfig, smallJob } from '../../../experiments/sweeps/cell-jobs.ts';

const hosts: GpuHost[] = [];
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

/** A host that is closed after the test. */
export function hostOf(start: GpuStarter, options?: GpuHostOptions): GpuHost {
  const host = createGpuHost(start, options);
  hosts.push(host);
  return host;
}

/** A small cell for a GPU. */
export const job = (changes: Partial<CellJob> = {}): CellJob =>
  smallJob({ config: { ...smallConfig, numerics: 'webgpu-1', determinism: 'device' }, ...changes });

/** A cell under way and what it has said. */
export interface Recorded {
  readonly messages: CellMessage[];
  readonly done: Promise<void>;
  abort(): void;
}

/** Runs a cell and acknowledges its snapshots; `at` is told of every message. */
export function run(
  host: GpuHost,
  cell: CellJob,
  at: (message: CellMessage) => void = () => undefined,
): Recorded {
  const messages: CellMessage[] = [];
  const running = host.runCell(cell, (message) => {
    messages.push(message);
    if (message.kind === 'snapshot') running.acknowledge();
    at(message);
  });
  return { messages, done: running.done, abort: () => running.abort() };
}

/** The snapshots among messages. */
export const snapshotsOf = (messages: readonly CellMessage[]) =>
  messages.flatMap((message) => (message.kind === 'snapshot' ? [message.snapshot] : []));
/** What may not depend on interruptions: epochs, links and weights of the snapshots. */
export const chainOf = (messages: readonly CellMessage[]) =>
  snapshotsOf(messages).map(({ metrics, link, weightsDigest }) => [metrics.epoch, link, weightsDigest]);
