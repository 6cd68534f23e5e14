/** A lab on a notebook of its own, with the real engine and a sweep that takes a moment. */
import { join } from 'node:path';
import type { LabClient } from '../../../electron/contract/contract.ts';
import { openLab, type Lab, type LabOptions } from '../../../electron/lab/lab.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { directClient } from './direct-client.ts';

export const smallSweep = `# Two cells of a small network.
name: small
target: ring
epochs: 40
snapshots: { every: 4, preview: 32, key_frame_every: 5 }
parameters:
  shape: { values: ["[8]*3"] }
  points: { values: [300, 100] }
`;

export interface SmallLab {
  readonly lab: Lab;
  readonly client: LabClient;
  readonly folder: string;
}

export async function openSmallLab(options: Partial<LabOptions> = {}): Promise<SmallLab> {
  const folder = options.notebook ?? scratchFolder();
  const lab = await openLab({
    notebook: folder,
    shell: 'browser',
    threads: 2,
    // No example: tests begin with an empty notebook.
    examples: join(folder, 'none'),
    ...options,
  });
  return { lab, client: directClient(lab.router, lab.events).client, folder };
}

/** Resolves when no item of the queue is waiting or running. */
export async function queueDone(client: LabClient): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt++) {
    const { items } = await client.call('queue.read', {});
    if (items.every(({ state }) => state !== 'queued' && state !== 'running')) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('The queue is not done after half a minute.');
}

/** Id of an entry whose sweep was queued and is done. */
export async function trained(client: LabClient, yaml = smallSweep): Promise<string> {
  const { entryId } = await client.call('queue.add', { yaml, first: false });
  await queueDone(client);
  return entryId;
}
