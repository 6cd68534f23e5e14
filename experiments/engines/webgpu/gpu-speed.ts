/** Speeds of a device: its float32 peak, and the frame kernel alone, without reading anything back. */
import { unitView } from '../engine.ts';
import type { Network } from '../../network/shape.ts';
import type { GpuContext } from './gpu-context.ts';
import { withLease } from './gpu-lease.ts';
import type { Pacer } from './pacer.ts';
import source from './kernels/peak.wgsl?raw';
import { forEachBand } from './webgpu-frame.ts';

const threads = 256;
/** Multiply-adds of a thread in a round: two rows of eight chains of four. */
const roundFlops = 2 * 2 * 8 * 4;
const rounds = 256;

/** Floating-point operations a second of independent multiply-adds, the best of some dispatches of about `targetMs`. */
export async function measuredPeak(context: GpuContext, targetMs = 50): Promise<number> {
  const pipeline = await context.pipeline({ name: 'peak', code: source }, 'peak', { rounds });
  let best = 0;
  let workgroups = 1;
  for (let attempt = 0; attempt < 20; attempt++) {
    const groups = workgroups;
    const elapsedMs = await withLease(context, async (lease) => {
      const output = lease.acquire('peak/output', 16 * threads * groups);
      const before = context.clock();
      context.submit('peak', [{ pipeline, bindings: { 0: output }, workgroups: [groups] }]);
      await context.finished();
      return context.clock() - before;
    });
    best = Math.max(best, (1000 * roundFlops * rounds * threads * groups) / elapsedMs);
    workgroups = elapsedMs < targetMs ? Math.min(4 * workgroups, 32_768) : workgroups;
  }
  return best;
}

/** Milliseconds of the forward pass over a size x size frame of the unit square, with or without hashes. */
export async function framePassMs(
  context: GpuContext,
  pacer: Pacer,
  network: Network,
  size: number,
  hashes: boolean,
): Promise<number> {
  const request = { network, view: unitView, width: size, height: size, planes: { hashes } };
  const before = context.clock();
  await forEachBand(context, pacer, request, false, () => Promise.resolve());
  return context.clock() - before;
}
