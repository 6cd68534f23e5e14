/** Losses of what a compute page computes on. */
import { expect, it } from 'vitest';
import { chainOf, hostOf, job, run } from '../../electron/compute/webgpu/gpu-host-runs.ts';
import type { TestPages } from './page-host.ts';

/** Tests that a cell goes on as if nothing had been, whatever `lose` does while it trains; inside of a describe block. */
export function testDeviceLoss(pages: TestPages, loss: string, lose: () => Promise<void>): void {
  const chain = async (atEpoch8: () => Promise<void>): Promise<unknown[]> => {
    let done: Promise<void> | null = null;
    const cell = run(hostOf(pages.start), job(), (message) => {
      if (message.kind === 'snapshot' && message.snapshot.metrics.epoch === 8) done ??= atEpoch8();
    });
    await cell.done;
    expect(done).not.toBeNull();
    await done;
    return chainOf(cell.messages);
  };

  it(`goes on from the last key frame on a new device when ${loss}`, async () => {
    const undisturbed = await chain(() => Promise.resolve());
    expect(undisturbed).toHaveLength(6);
    const before = pages.host().pages.length;
    expect(await chain(lose)).toEqual(undisturbed);
    // One was lost, one took over.
    expect(pages.host().pages.length).toBe(before + 2);
  });
}
