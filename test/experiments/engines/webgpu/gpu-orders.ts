/** Orders as the GPU computes them. */
import type { GpuContext } from '../../../../experiments/engines/webgpu/gpu-context.ts';
import {
  jobWords,
  shuffleDispatches,
  type ShuffleJob,
} from '../../../../experiments/engines/webgpu/shuffle.ts';

export async function ordersOf(
  context: GpuContext,
  wanted: readonly Omit<ShuffleJob, 'offset'>[],
): Promise<Uint32Array[]> {
  let words = 0;
  const jobs = wanted.map((job) => ({ ...job, offset: (words += job.count) - job.count }));
  const buffers = {
    jobs: context.buffers.acquire('jobs', 4 * jobWords * jobs.length),
    keys: context.buffers.acquire('keys', 4 * words),
    orders: context.buffers.acquire('orders', 4 * words),
  };
  context.submit('shuffle', await shuffleDispatches(context, buffers, jobs));
  const orders = await context.readWords(buffers.orders, words);
  Object.values(buffers).forEach((buffer) => context.buffers.release(buffer));
  return jobs.map(({ offset, count }) => orders.slice(offset, offset + count));
}
