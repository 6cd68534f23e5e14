/** Which engine trains and draws where nobody chose one: the faster of GPU and processor, by a short measurement. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { EngineName } from '../../experiments/engines/engine.ts';
import type { SplitSpeeds, TrainingEngines } from '../../experiments/sweeps/engine-split.ts';
import type { GpuFacts } from '../../experiments/tasks/gpu-protocol.ts';
import type { EngineChoice } from '../../experiments/tasks/task-protocol.ts';
import { diskFileSystem, makeFolders, readWhole, writeWhole } from '../lab/files.ts';
import { programVersion } from './assets.ts';

/** The engine of a run, and what people and entries are told of it. */
export interface EngineDecision extends TrainingEngines {
  /** What renders frames. */
  readonly frames: EngineChoice;
  /** One line: the engine, where it runs, and why it was picked. */
  readonly description: string;
}

/** Speeds in floating-point operations of training a second. */
export interface MeasuredSpeeds {
  readonly gpu: number;
  readonly processor: number;
}

/** What a decision is made from. */
export interface EngineOffers {
  /** What the GPU is; rejects where there is none. */
  facts(): Promise<GpuFacts>;
  /** Takes about a second; asked at the first use of an adapter, driver and version only. */
  measure(): Promise<MeasuredSpeeds>;
  /** Threads of the processor: part of what a measurement holds for. */
  readonly threads: number;
  readonly cache: SpeedCache;
}

/** Measurements kept between starts. */
export interface SpeedCache {
  read(key: string): Promise<MeasuredSpeeds | null>;
  write(key: string, speeds: MeasuredSpeeds): Promise<void>;
}

const wasmText = 'WebAssembly SIMD';

/** The decision for a wish. 'webgpu' throws where there is no GPU; 'auto' never picks a software adapter and never fails. */
export async function decideEngine(wish: EngineName | 'auto', offers: EngineOffers): Promise<EngineDecision> {
  if (wish === 'reference') return { engine: wish, split: null, frames: wish, description: 'TensorFlow.js' };
  if (wish === 'wasm') return wasm(wasmText);
  if (wish === 'webgpu') return webgpu(await offers.facts(), 'as asked');
  const facts = await offers.facts().catch(() => null);
  if (facts === null) return wasm(wasmText);
  if (facts.isSoftware) return wasm(`${wasmText} (${facts.adapter} computes on the processor)`);
  try {
    const { gpu, processor } = await knownSpeeds(facts, offers);
    const times = (gpu / processor).toFixed(1);
    if (gpu > processor) {
      const reason = `${times} times as fast as the processor, which trains its share of a sweep`;
      return webgpu(facts, reason, { gpu, processor, threads: offers.threads });
    }
    return wasm(`${wasmText} (${facts.adapter} reaches ${times} times its speed)`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return wasm(`${wasmText} (${facts.adapter} could not be measured: ${message})`);
  }
}

function wasm(description: string): EngineDecision {
  return { engine: 'wasm', split: null, frames: 'relaxed', description };
}

function webgpu({ adapter }: GpuFacts, reason: string, split: SplitSpeeds | null = null): EngineDecision {
  return { engine: 'webgpu', split, frames: 'webgpu', description: `WebGPU on ${adapter} (${reason})` };
}

async function knownSpeeds(facts: GpuFacts, offers: EngineOffers): Promise<MeasuredSpeeds> {
  const key = `${facts.adapter}; Creasebook ${programVersion()}; ${offers.threads} threads`;
  const known = await offers.cache.read(key);
  if (known !== null) return known;
  const speeds = await offers.measure();
  await offers.cache.write(key, speeds);
  return speeds;
}

/** Whether a look for a GPU is worth a process: not where Linux has no graphics device and nobody named a driver. */
export function mayHaveGpu(): boolean {
  if (process.platform !== 'linux' || process.env['VK_DRIVER_FILES'] !== undefined) return true;
  return ['/dev/dri', '/dev/nvidiactl', '/dev/dxg'].some((path) => existsSync(path));
}

const storedSpeeds = z.record(z.string(), z.object({ gpu: z.number(), processor: z.number() }));
const mostBytes = 1 << 16;

/** A cache in a file of the user's cache folder; a file that cannot be read or written only means measuring again. */
export function diskSpeedCache(
  path: string = join(
    process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    'creasebook',
    'speeds.json',
  ),
): SpeedCache {
  const readAll = async (): Promise<Record<string, MeasuredSpeeds>> => {
    try {
      return storedSpeeds.parse(
        JSON.parse(new TextDecoder().decode(await readWhole(diskFileSystem, path, mostBytes))),
      );
    } catch {
      return {};
    }
  };
  return {
    read: async (key) => (await readAll())[key] ?? null,
    async write(key, speeds) {
      const text = JSON.stringify({ ...(await readAll()), [key]: speeds }, null, 2);
      try {
        await makeFolders(diskFileSystem, dirname(path));
        await writeWhole(diskFileSystem, path, new TextEncoder().encode(`${text}\n`));
      } catch {
        // The next start measures again.
      }
    },
  };
}
