/** `--engine` and `--threads`: what trains and draws for a command. */
import { defaultThreads } from '../compute/compute-pool.ts';
import { diskSpeedCache } from '../lab/disk/speed-cache.ts';
import { openEngineHost, type EngineHost } from '../compute/engine-host.ts';
import type { Arguments } from './arguments.ts';
import { UserError } from './user-error.ts';

/** Names that `--engine` takes; 'auto' is the faster of GPU and CPU. */
export const engineNames = ['auto', 'wasm', 'webgpu', 'reference'] as const;

/** Number of threads asked for, else every core. */
export function threadsFromArguments(args: Arguments): number {
  return args.whole('threads', 1, 256) ?? defaultThreads();
}

/** The pool and the engine of a command; close the pool at the end. Throws UserError where there is no GPU and one was asked for. */
export async function openEngine(args: Arguments): Promise<EngineHost> {
  const wish = args.choice('engine', engineNames) ?? 'auto';
  try {
    return await openEngineHost(wish, threadsFromArguments(args), diskSpeedCache());
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UserError(`--engine ${wish}: ${message}`);
  }
}
