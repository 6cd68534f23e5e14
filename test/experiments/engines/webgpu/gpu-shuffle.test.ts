import { expect, it } from 'vitest';
import { permutationOrder } from '../../../../experiments/random/permutation.ts';
import { streamIds } from '../../../../experiments/random/philox.ts';
import { describeGpu, useTestGpu } from './gpu-device.ts';
import { ordersOf } from './gpu-orders.ts';

describeGpu('the order of points on the GPU', () => {
  const gpu = useTestGpu();

  it('is the permutation of the shuffle stream', async () => {
    const jobs = [1, 2, 3, 4, 63, 64, 65, 312, 1000, 5000].flatMap((count) => [
      { seed: 0, epoch: 0, count },
      { seed: 0xffffffff, epoch: 5999, count },
    ]);
    const orders = await ordersOf(gpu().context, jobs);
    jobs.forEach(({ seed, epoch, count }, index) => {
      expect(orders[index], `${count} points`).toEqual(
        permutationOrder(seed, streamIds.shuffle, epoch, count),
      );
    });
  });
});
