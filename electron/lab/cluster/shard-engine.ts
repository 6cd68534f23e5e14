/** What trains the cells of a shard: threads with the compiled kernels, or the one GPU of the task. */
import type { Job } from '../../../experiments/cluster/job-json.ts';
import { createComputePool } from '../../compute/compute-pool.ts';
import { environmentRecord } from '../../compute/environment.ts';
import { chooseCard } from '../../compute/gpu-card.ts';
import { createNodeGpuHost } from '../../compute/gpu-process.ts';
import { usableGpu } from '../../compute/gpu-probe.ts';
import type { ShardEngine } from './shard-work.ts';

/**
 * The engine of a task with so many GPUs; `threadPath` is the script of its threads, `card` the
 * number of its GPU, from 1, where it was given one of several. Rejects with what is missing where there
 * is no GPU for it: the processor never takes its place.
 */
export async function openShardEngine(
  gpus: Job['gpus'],
  threads: number,
  threadPath: string,
  card: number | null,
): Promise<ShardEngine> {
  if (gpus === 0)
    return {
      executor: createComputePool(threads, { workerPath: threadPath }),
      environment: environmentRecord(),
    };
  if (card !== null) chooseCard(card);
  const gpu = createNodeGpuHost();
  try {
    const { adapter } = await usableGpu(gpu);
    const environment = { ...environmentRecord(), engine: `WebGPU on ${adapter} (as asked)` };
    return { executor: createComputePool(threads, { workerPath: threadPath, gpu }), environment };
  } catch (error) {
    await gpu.close();
    throw error;
  }
}
