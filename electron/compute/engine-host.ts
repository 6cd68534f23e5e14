/** The engines of a Node host behind one pool, and the decision which of them works. */
import type { EngineName } from '../../experiments/engines/engine.ts';
import { createComputePool, type ComputePool } from './compute-pool.ts';
import { decideEngine, diskSpeedCache, mayHaveGpu, type EngineDecision } from './engine-decision.ts';
import type { GpuHost } from './gpu-host.ts';
import { createNodeGpuHost } from './gpu-process.ts';

export interface EngineHost {
  readonly pool: ComputePool;
  readonly decision: EngineDecision;
  /** The GPU behind the pool, for another pool. */
  readonly gpu: GpuHost;
}

/** How long a start waits for what a GPU says of itself, where nobody asked for the GPU by name. */
const factsMs = 10_000;

/** Cells side by side when the GPU is measured: about a sweep. */
const probeCells = 8;

/** A pool with the GPU of this host, and its engine for a wish. Rejects where 'webgpu' was asked for and cannot be had. */
export async function openEngineHost(
  wish: EngineName | 'auto',
  threads: number,
  gpu: GpuHost = createNodeGpuHost(),
): Promise<EngineHost> {
  const pool = createComputePool(threads, { gpu });
  try {
    const decision = await decideEngine(wish === 'auto' && !mayHaveGpu() ? 'wasm' : wish, {
      threads,
      cache: diskSpeedCache(),
      facts: () => (wish === 'auto' ? within(gpu.facts(), factsMs) : gpu.facts()),
      measure: async () => ({
        gpu: await gpu.trainingSpeed(probeCells),
        processor: threads * (await pool.trainingSpeed()),
      }),
    });
    return { pool, decision, gpu };
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** The promise's outcome, or a rejection where it takes longer. */
async function within<Value>(promise: Promise<Value>, limitMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It did not answer in time.')), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
