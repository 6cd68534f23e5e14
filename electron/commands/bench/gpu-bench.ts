/** `bench --engine webgpu`: the original's protocol, the headline sweep, batched cells and the frame kernel on this GPU. */
import { performance } from 'node:perf_hooks';
import { deviceRequest } from '../../../experiments/engines/webgpu/device-request.ts';
import { GpuContext } from '../../../experiments/engines/webgpu/gpu-context.ts';
import { createWebgpuEngine } from '../../../experiments/engines/webgpu/webgpu-engine.ts';
import { requestDawnAdapter } from '../../compute/dawn.ts';
import { environmentRecord } from '../../compute/environment.ts';
import { factsOfAdapter } from '../../../experiments/tasks/gpu-server.ts';
import type { Arguments } from '../arguments.ts';
import { alignColumns, printJson, printLine, remark } from '../console-output.ts';
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
import { UserError } from '../user-error.ts';

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
  const rows = frames.map(
    ({ shape, pixels, passMs, drawnMs, gigaflops, shareOfPeak, hashCost, hashCostSpread: [low, high] }) => [
      `${shape}, ${Math.sqrt(pixels)} x ${Math.sqrt(pixels)} with hashes`,
      passMs.toFixed(2),
      drawnMs.toFixed(2),
      gigaflops.toFixed(1),
      `${(100 * shareOfPeak).toFixed(0)} %`,
      `x ${hashCost.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
    ],
  );
  alignColumns([head, ...rows], [1, 2, 3, 4, 5]).forEach(printLine);
  printLine('');
  const [wideFrame] = frames;
  const { wide, ring, framePixels, protocolEpochs, protocolPoints, sweepPoints, sweepEpochs } = sizes;
  const frameMs = wideFrame?.drawnMs ?? NaN;
  const aimed = (line: string, figure: number, most: number, aim: string): void =>
    printLine(figures.sizes === 'full' ? `${line}; aim: ${aim}, ${figure <= most ? 'met' : 'missed'}` : line);
  aimed(
    `Frame of ${wide}, ${framePixels} x ${framePixels} with hashes, drawn: ${frameMs.toFixed(1)} ms`,
    frameMs,
    60,
    'under 60 ms',
  );
  const share = wideFrame?.shareOfPeak ?? NaN;
  aimed(`Frame kernel: ${(100 * share).toFixed(0)} % of the peak measured`, -share, -0.3, 'at least 30 %');
  const together = protocolTrainingMs + frameMs;
  aimed(
    `${protocolEpochs} epochs of ${wide} at ${protocolPoints} points: ${protocolTrainingMs.toFixed(1)} ms; with one frame ${together.toFixed(1)} ms`,
    together,
    250,
    'under 250 ms',
  );
  const steps = sweepEpochs * Math.ceil(Math.max(...sweepPoints) / 1024);
  aimed(
    `${sweepPoints.length} cells of ${ring} (${sweepPoints.join(', ')} points) x ${sweepEpochs} epochs at once: ${(figures.sweepMs / 1000).toFixed(2)} s, ${((1000 * figures.sweepMs) / steps).toFixed(0)} us a step`,
    figures.sweepMs,
    30_000,
    'under 30 s',
  );
  for (const { cells, points, epochs, milliseconds, times } of scaling) {
    const line = `${cells} cell${cells === 1 ? '' : 's'} of ${ring} side by side, ${epochs} epochs at ${points} points: ${milliseconds.toFixed(1)} ms, ${times.toFixed(2)} x one`;
    if (cells === 128) aimed(line, times, 2, 'at most 2 x one');
    else printLine(line);
  }
}
