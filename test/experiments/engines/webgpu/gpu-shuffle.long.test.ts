import { expect, it } from 'vitest';
import { permutationOrder } from '../../../../experiments/random/permutation.ts';
import { streamIds, streamWords } from '../../../../experiments/random/philox.ts';
import { describeGpu, useTestGpu } from './gpu-device.ts';
import { ordersOf } from './gpu-orders.ts';

describeGpu('the order of points on the GPU', () => {
  const gpu = useTestGpu();

  it('is right where keys are the same', async () => {
    const count = 120_000;
    const seed = [1, 2, 3, 4, 5, 6].find(
      (candidate) => new Set(streamWords(candidate, streamIds.shuffle, 0, 0, count)).size < count,
    );
    expect(seed).toBeDefined();
    const [order] = await ordersOf(gpu().context, [{ seed: seed!, epoch: 0, count }]);
    expect(order).toEqual(permutationOrder(seed!, streamIds.shuffle, 0, count));
  });
});
