/** `bench --engine webgpu`. */
import type { Arguments } from './arguments.ts';
export function gpuBench(_args: Arguments): Promise<number> {
  return Promise.resolve(0);
}
