/** The engines of a Node host behind one pool, and the decision which of them works. */
import { availableParallelism } from 'node:os';
import type { EngineName, EngineChoice } from '../../experiments/engines/engine.ts';
import { createComputePool, type ComputePool, type PoolOptions } from './compute-pool.ts';
import type { CellExecutor } from './cell-executor.ts';
import {
  decideEngine,
  knownSpeeds,
  mayHaveGpu,
  provisionalDecision,
  type EngineDecision,
  type EngineOffers,
} from './engine-decision.ts';
import type { SpeedCache } from '../lab/disk/speed-cache.ts';
import type { GpuHost } from './gpu-host.ts';
import { createNodeGpuHost } from './gpu-process.ts';
import { forceWasm } from './native-kernels.ts';

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

/** How long it may take to measure a GPU that nobody asked for by name: a driver may hang. */
const measureMs = 30_000;

/** Cells side by side when the GPU is measured: about a sweep. */
const probeCells = 8;

/** Engines whose decision may come later than whoever needs them. */
export interface LateEngineHost {
  /** Runs cells once it is decided what trains; before that it only knows its threads. */
  readonly executor: CellExecutor;
  /** The decision; until it is made the CPU's, which says that the GPU is still being looked at. */
  readonly decision: EngineDecision;
  /** Resolves when the decision is made. Rejects where 'webgpu' was asked for and cannot be had. */
  readonly decided: Promise<void>;
  readonly gpu: GpuHost;
  readonly speedOf: EngineHost['speedOf'];
  close(): Promise<void>;
}

/** As openEngineHost, at once: the decision is made while others work already. */
export function startEngineHost(
  wish: EngineName | 'auto',
  threads: number,
  cache: SpeedCache,
  { gpu = createNodeGpuHost(), heapMb }: Pick<PoolOptions, 'gpu' | 'heapMb'>,
): LateEngineHost {
  const opening = openEngineHost(wish, threads, cache, gpu, heapMb);
  let host: EngineHost | null = null;
  const decided = opening.then((opened) => void (host = opened));
  decided.catch(() => undefined);
  const provisional = provisionalDecision(threads);
  return {
    get decision() {
      return host?.decision ?? provisional;
    },
    decided,
    gpu,
    executor: {
      get threads() {
        return host?.pool.threads ?? threads;
      },
      cellsAtOnce: (engine) => host?.pool.cellsAtOnce(engine) ?? threads,
      runCell(job, engine, onMessage) {
        if (host === null) throw new Error('It is not decided yet what trains.');
        return host.pool.runCell(job, engine, onMessage);
      },
    },
    speedOf: (choice) => opening.then(({ speedOf }) => speedOf(choice)),
    async close() {
      // What is still being looked at ends with the GPU.
      if (host === null) await gpu.close();
      await opening.then(({ pool }) => pool.close()).catch(() => undefined);
    },
  };
}

/**
 * A pool with the GPU of this host, and its engine for a wish; 'wasm' is WebAssembly even where there are native kernels.
 * Rejects where 'webgpu' was asked for and cannot be had.
 */
export async function openEngineHost(
  wish: EngineName | 'auto',
  threads: number,
  cache: SpeedCache,
  gpu: GpuHost = createNodeGpuHost(),
  heapMb?: number,
): Promise<EngineHost> {
  if (wish === 'wasm') forceWasm();
  const offers: EngineOffers = {
    threads,
    cores: availableParallelism(),
    cache,
    facts: () => (wish === 'auto' ? within(gpu.facts(), factsMs) : gpu.facts()),
    measure: async () => {
      const measured = gpu.trainingSpeed(probeCells);
      const speed = wish === 'auto' ? within(measured, measureMs) : measured;
      return { gpu: await speed, thread: await threadSpeed('strict') };
    },
  };
  try {
    const decision = await decideEngine(wish === 'auto' && !mayHaveGpu() ? 'wasm' : wish, offers);
    const pool = createComputePool(decision.threads, { gpu, heapMb });
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
