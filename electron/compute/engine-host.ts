/** The engines of a Node host behind one pool, and the decision which of them works. */
import { availableParallelism } from 'node:os';
import type { EngineName, EngineChoice } from '../../experiments/engines/engine.ts';
import { createComputePool, type ComputePool } from './compute-pool.ts';
import {
  decideEngine,
  knownSpeeds,
  mayHaveGpu,
  type EngineDecision,
  type EngineOffers,
} from './engine-decision.ts';
import type { SpeedCache } from '../lab/disk/speed-cache.ts';
import type { GpuHost } from './gpu-host.ts';
import { createNodeGpuHost } from './gpu-process.ts';

/** Pool, GPU and the decision between them, opened and closed together. */
export interface EngineHost {
  readonly pool: ComputePool;
  readonly decision: EngineDecision;
  /** The GPU behind the pool, for another pool. */
  readonly gpu: GpuHost;
  /**
   * Floating-point operations of training a second, of the GPU with cells side by side or of one thread; measured when
   * first asked for. Rejects where there is no GPU.
   */
  speedOf(choice: EngineChoice): Promise<number>;
}

/** How long a start waits for what a GPU says of itself, where nobody asked for the GPU by name. */
const factsMs = 10_000;

/** Cells side by side when the GPU is measured: about a sweep. */
const probeCells = 8;

/** A pool with the GPU of this host, and its engine for a wish. Rejects where 'webgpu' was asked for and cannot be had. */
export async function openEngineHost(
  wish: EngineName | 'auto',
  threads: number,
  cache: SpeedCache,
  gpu: GpuHost = createNodeGpuHost(),
): Promise<EngineHost> {
  const offers: EngineOffers = {
    threads,
    cores: availableParallelism(),
    cache,
    facts: () => (wish === 'auto' ? within(gpu.facts(), factsMs) : gpu.facts()),
    measure: async () => ({ gpu: await gpu.trainingSpeed(probeCells), thread: await threadSpeed('strict') }),
  };
  try {
    const decision = await decideEngine(wish === 'auto' && !mayHaveGpu() ? 'wasm' : wish, offers);
    const pool = createComputePool(decision.threads, { gpu });
    return { pool, decision, gpu, speedOf: speedFinder(gpu, offers) };
  } catch (error) {
    await gpu.close();
    throw error;
  }
}

/** Speeds, each measured once. */
function speedFinder(gpu: GpuHost, offers: EngineOffers): EngineHost['speedOf'] {
  const speeds = new Map<EngineChoice, Promise<number>>();
  const measured = async (choice: EngineChoice): Promise<number> =>
    choice === 'webgpu' ? (await knownSpeeds(await gpu.facts(), offers)).gpu : threadSpeed(choice);
  return (choice) => {
    const speed = speeds.get(choice) ?? measured(choice);
    speeds.set(choice, speed);
    speed.catch(() => speeds.delete(choice));
    return speed;
  };
}

/** What one thread reaches, on a thread of its own: the pool's may be at work. */
async function threadSpeed(choice: EngineChoice): Promise<number> {
  const pool = createComputePool(1);
  try {
    return await pool.trainingSpeed(choice);
  } finally {
    await pool.close();
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
