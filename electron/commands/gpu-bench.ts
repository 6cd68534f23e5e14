/** `bench --engine webgpu`: the original's protocol, the headline sweep, batched cells and the frame kernel on this GPU. */
import { performance } from 'node:perf_hooks';
import { deviceRequest } from '../../experiments/engines/webgpu/device-request.ts';
import { GpuContext } from '../../experiments/engines/webgpu/gpu-context.ts';
import { createWebgpuEngine } from '../../experiments/engines/webgpu/webgpu-engine.ts';
import { requestDawnAdapter } from '../compute/dawn.ts';
import { environmentRecord } from '../compute/environment.ts';
import { factsOfAdapter } from '../../experiments/tasks/gpu-server.ts';
import type { Arguments } from './arguments.ts';
import { alignColumns, printJson, printLine, remark } from './console-output.ts';
import {
  frameLine,
  fullSizes,
  peakGigaflops,
  protocolMs,
  scalingLines,
  smallSizes,
  sweepMs,
  type Bench,
  type FrameLine,
  type ScalingLine,
} from './gpu-bench-tasks.ts';
import { UserError } from './user-error.ts';

interface Figures {
  readonly adapter: string;
  readonly sizes: 'full' | 'small';
  readonly peakGigaflops: number;
  readonly frames: readonly FrameLine[];
  readonly protocolTrainingMs: number;
  readonly sweepMs: number;
  readonly scaling: readonly ScalingLine[];
}

/** Measures and prints. Small sizes where asked for, and on software adapters unless full ones are asked for. */
export async function gpuBench(args: Arguments): Promise<number> {
  const adapter = await requestDawnAdapter();
  if (typeof adapter === 'string') throw new UserError(`bench: no GPU can be used: ${adapter}`);
  const facts = factsOfAdapter(adapter);
  const device = await adapter.requestDevice(deviceRequest(adapter));
  const clock = (): number => performance.now();
  const sizeName = args.choice('sizes', ['full', 'small']) ?? (facts.isSoftware ? 'small' : 'full');
  const bench: Bench = {
    context: new GpuContext(device, clock),
    engine: createWebgpuEngine(device, { clock, adapter: facts.adapter }),
    sizes: sizeName === 'full' ? fullSizes : smallSizes,
    rounds: args.whole('rounds', 1, 1000) ?? 5,
    clock,
  };
  const figures = await measured(bench, facts.adapter, sizeName);
  if (args.flag('json')) printJson({ environment: environmentRecord(), ...figures });
  else print(figures, bench);
  bench.engine.dispose();
  device.destroy();
  // A process that made devices may crash at its natural end.
  process.exit(0);
}

async function measured(bench: Bench, adapter: string, sizes: Figures['sizes']): Promise<Figures> {
  const { wide, ring } = bench.sizes;
  remark(`Measuring ${adapter} at ${sizes} sizes: the peak ...`);
  const peak = await peakGigaflops(bench);
  remark('frames ...');
  const frames = [await frameLine(bench, wide, peak), await frameLine(bench, ring, peak)];
  remark("the original's protocol ...");
  const protocolTrainingMs = await protocolMs(bench);
  remark('the sweep ...');
  const sweep = await sweepMs(bench);
  remark('cells side by side ...');
  const scaling = await scalingLines(bench);
  return { adapter, sizes, peakGigaflops: peak, frames, protocolTrainingMs, sweepMs: sweep, scaling };
}

function print(figures: Figures, { sizes }: Bench): void {
  const { adapter, peakGigaflops: peak, frames, protocolTrainingMs, scaling } = figures;
  printLine(`${adapter}, ${figures.sizes} sizes; float32 peak measured: ${peak.toFixed(1)} GFLOP/s`);
  printLine('');
  const head = ['frame', 'pass ms', 'drawn ms', 'GFLOP/s', 'of peak', 'hash cost'];
  const rows = frames.map(({ shape, pixels, passMs, drawnMs, gigaflops, shareOfPeak, hashCost }) => [
    `${shape}, ${Math.sqrt(pixels)} x ${Math.sqrt(pixels)} with hashes`,
    passMs.toFixed(2),
    drawnMs.toFixed(2),
    gigaflops.toFixed(1),
    `${(100 * shareOfPeak).toFixed(0)} %`,
    `x ${hashCost.toFixed(2)}`,
  ]);
  alignColumns([head, ...rows], [1, 2, 3, 4, 5]).forEach(printLine);
  printLine('');
  const frameMs = frames[0]?.drawnMs ?? NaN;
  printLine(
    `${sizes.protocolEpochs} epochs of ${sizes.wide} at ${sizes.protocolPoints} points: ${protocolTrainingMs.toFixed(1)} ms; with one frame ${(protocolTrainingMs + frameMs).toFixed(1)} ms`,
  );
  printLine(
    `${sizes.sweepPoints.length} cells of ${sizes.ring} (${sizes.sweepPoints.join(', ')} points) x ${sizes.sweepEpochs} epochs at once: ${(figures.sweepMs / 1000).toFixed(2)} s`,
  );
  for (const { cells, milliseconds, times } of scaling) {
    printLine(
      `${cells} cells of ${sizes.ring} side by side, ${sizes.scalingEpochs} epochs at ${sizes.scalingPoints} points: ${milliseconds.toFixed(1)} ms, ${times.toFixed(2)} x one`,
    );
  }
}
