/** Small sweeps that finish in a second or two. */
import { setTimeout as wait } from 'node:timers/promises';
import type { CallName, CallParameters, CallResult } from '../../electron/contract/contract.ts';
import type { ServedLab } from './lab-server.ts';

/** A sweep file of 2 x 2 cells on the ring, with a snapshot every 4,000 epochs at the latest. */
export function smallSweep(name: string, epochs: number, shape = '[6]*2'): string {
  return `name: ${name}
target: ring
epochs: ${epochs}
snapshots: { every: ${Math.min(4000, Math.max(1, Math.round(epochs / 10)))} }
parameters:
  points: { values: [120, 60] }
  seed: { values: [1, 2] }
  shape: { values: ['${shape}'] }
training: { batch_size: 40 }
`;
}

/** Epochs of a sweep that no machine finishes while a test looks at it: minutes a cell. */
export const endlessEpochs = 10_000_000;

/** Calls the lab past any browser. */
export function ask<Name extends CallName>(
  { lab }: Pick<ServedLab, 'lab'>,
  name: Name,
  parameters: CallParameters<Name>,
): Promise<CallResult<Name>> {
  const context = { signal: new AbortController().signal, part: () => undefined };
  return lab.router.call(name, parameters, context) as Promise<CallResult<Name>>;
}

/** Queues a small sweep and waits until it is finished. */
export async function finishedEntry(
  served: Pick<ServedLab, 'lab'>,
  name = 'small sweep',
): Promise<{ readonly entryId: string; readonly cellId: string }> {
  const { entryId } = await ask(served, 'queue.add', { yaml: smallSweep(name, 20), first: false });
  for (;;) {
    const { cells } = await ask(served, 'entry.read', { entryId });
    const [first] = cells;
    if (first !== undefined && cells.every(({ state }) => state === 'finished'))
      return { entryId, cellId: first.id };
    await wait(100);
  }
}
