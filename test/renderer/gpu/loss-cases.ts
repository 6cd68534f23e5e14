/** Losses of what a compute page computes on. */
import { expect, it } from 'vitest';
import type { CellMessage } from '../../../experiments/sweeps/cell-run-contract.ts';
import { chainOf, hostOf, job } from '../../electron/compute/webgpu/gpu-host-runs.ts';
import type { TestPages } from './page-host.ts';

/** Tests that a cell goes on as if nothing had been, whatever `lose` does while it trains; inside of a describe block. */
export function testDeviceLoss(pages: TestPages, loss: string, lose: () => Promise<void>): void {
  /** Runs a cell that goes no further than two snapshots while `atEpoch8` is under way. */
  const chain = async (atEpoch8: () => Promise<void>): Promise<unknown[]> => {
    let doing: Promise<void> | null = null;
    const messages: CellMessage[] = [];
    const cell = hostOf(pages.start).runCell(job(), (message) => {
      messages.push(message);
      if (message.kind !== 'snapshot') return;
      if (message.snapshot.metrics.epoch === 8) doing ??= atEpoch8();
      if (doing === null) cell.acknowledge();
      else void doing.finally(() => cell.acknowledge());
    });
    await cell.done;
    expect(doing).not.toBeNull();
    await doing;
    return chainOf(messages);
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
