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
      facts: () => gpu.facts(),
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
