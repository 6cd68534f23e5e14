/** Which engine trains and draws where nobody chose one: the faster of GPU and CPU, by a short measurement. */
import { existsSync } from 'node:fs';
import type { EngineName, EngineChoice } from '../../experiments/engines/engine.ts';
import {
  threadsBesideGpu,
  type SplitSpeeds,
  type TrainingEngines,
} from '../../experiments/sweeps/engine-split.ts';
import type { GpuFacts } from '../../experiments/tasks/gpu-protocol.ts';
import type { MeasuredSpeeds, SpeedCache } from '../lab/disk/speed-cache.ts';
import { programVersion } from '../program/assets.ts';
import { cpuText } from './native-kernels.ts';

/** The engine of a run, and what people and entries are told of it. */
export interface EngineDecision extends TrainingEngines {
  /** What renders frames. */
  readonly frames: EngineChoice;
  /** Threads of the CPU that train. */
  readonly threads: number;
  /** What the GPU computes on, where it trains. */
  readonly adapter: string | null;
  /** One line: the engine, where it runs, and why it was picked. */
  readonly description: string;
}

/** What a decision is made from. */
export interface EngineOffers {
  /** What the GPU is; rejects where there is none. */
  facts(): Promise<GpuFacts>;
  /** Takes about a second; asked at the first use of an adapter, driver and version only. */
  measure(): Promise<MeasuredSpeeds>;
  /** Threads that may train. */
  readonly threads: number;
  /** Hardware threads of the CPU. */
  readonly cores: number;
  readonly cache: SpeedCache;
}

/** What draws while it is not decided yet; nothing is trained meanwhile. */
export function provisionalDecision(threads: number): EngineDecision {
  const description = `${cpuText()} (the GPU is being looked at)`;
  return { engine: 'wasm', split: null, frames: 'relaxed', threads, adapter: null, description };
}

/** The decision for a wish. 'webgpu' throws where there is no GPU; 'auto' never picks a software adapter and never fails. */
export async function decideEngine(wish: EngineName | 'auto', offers: EngineOffers): Promise<EngineDecision> {
  const { threads, cores } = offers;
  const onCpu = (description: string, engine: 'wasm' | 'reference' = 'wasm'): EngineDecision => {
    const frames = engine === 'wasm' ? 'relaxed' : engine;
    return { engine, split: null, frames, threads, adapter: null, description };
  };
  if (wish === 'reference') return onCpu('TensorFlow.js', wish);
  const cpu = cpuText();
  if (wish === 'wasm') return onCpu(cpu);
  if (wish === 'webgpu') return onGpu(await offers.facts(), 'as asked', threads);
  const facts = await offers.facts().catch(() => null);
  if (facts === null) return onCpu(cpu);
  if (facts.isSoftware) return onCpu(`${cpu} (${facts.adapter} computes on the CPU)`);
  try {
    const { gpu, thread } = await knownSpeeds(facts, offers);
    const times = (gpu / (threads * thread)).toFixed(1);
    if (gpu <= threads * thread) return onCpu(`${cpu} (${facts.adapter} reaches ${times} times its speed)`);
    const reason = `${times} times as fast as the CPU`;
    const beside = threadsBesideGpu(threads, cores);
    if (beside === 0) return onGpu(facts, reason, threads);
    const share = `which trains its share of a sweep on ${beside} of ${cores} threads`;
    return onGpu(facts, `${reason}, ${share}`, beside, { gpu, cpu: beside * thread, threads: beside });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return onCpu(`${cpu} (${facts.adapter} could not be measured: ${message})`);
  }
}

function onGpu(
  { adapter }: GpuFacts,
  reason: string,
  threads: number,
  split: SplitSpeeds | null = null,
): EngineDecision {
  const description = `WebGPU on ${adapter} (${reason})`;
  return { engine: 'webgpu', split, frames: 'webgpu', threads, adapter, description };
}

/** What an adapter reaches, measured at the first use of it, its driver and this version. */
export async function knownSpeeds(
  { adapter }: GpuFacts,
  { cache, measure }: Pick<EngineOffers, 'cache' | 'measure'>,
): Promise<MeasuredSpeeds> {
  const key = `${adapter}; ${cpuText()}; Creasebook ${programVersion()}`;
  const known = await cache.read(key);
  if (known !== null) return known;
  const speeds = await measure();
  await cache.write(key, speeds);
  return speeds;
}

/** Whether a look for a GPU is worth a process: not where Linux has no graphics device and nobody named a driver. */
export function mayHaveGpu(): boolean {
  if (process.platform !== 'linux' || process.env['VK_DRIVER_FILES'] !== undefined) return true;
  return ['/dev/dri', '/dev/nvidiactl', '/dev/dxg'].some((path) => existsSync(path));
}
