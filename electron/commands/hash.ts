/** `hash`: one frame from the weights of a safetensors file. */
import { basename } from 'node:path';
import type { Network } from '../../experiments/network/shape.ts';
import { parseSafetensors } from '../../experiments/exports/safetensors.ts';
import { createComputePool, defaultThreads } from '../compute/compute-pool.ts';
import { diskFileSystem, readWhole } from '../lab/files.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { printJson, printLine } from './console-output.ts';
import { frameEngine, frameOptions, hashFigures, writeFramePlanes } from './frame-output.ts';
import { UserError } from './user-error.ts';

const maximumFileBytes = 1 << 30;

export const hashCommand: Command = {
  usage:
    'FILE.safetensors --size N [--view x0,y0,x1,y1] [--slope S] [--engine E] [--threads N] [--hashes F.npy] [--values F.npy]',
  summary: 'renders a frame of a network from elsewhere and counts its activation patterns',
  options: { ...frameOptions, slope: 'text' },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const path = args.positional(0);
    const size = args.whole('size', 1, 16_384) ?? 1024;
    const network = await networkFromFile(path, args);
    const pool = createComputePool(args.whole('threads', 1, 256) ?? defaultThreads());
    try {
      const engine = frameEngine(args);
      const request = { network, view: args.view(), width: size, height: size, planes: { hashes: true } };
      // Compiling the kernels is not part of the frame's time.
      await pool.renderFrame({ ...request, width: 64, height: 64 }, engine);
      const before = performance.now();
      const frame = await pool.renderFrame(request, engine);
      const milliseconds = performance.now() - before;
      await writeFramePlanes(args, frame);
      const figures = {
        ...hashFigures(frame),
        milliseconds,
        engine: engine === 'reference' ? 'reference' : 'wasm',
      };
      if (args.flag('json')) printJson(figures);
      else {
        const share = (100 * figures.boundaryShare).toFixed(1);
        printLine(
          `${basename(path)}: ${figures.distinct.toLocaleString('en')} distinct activation hashes in ${size} x ${size} pixels, ${share} % boundary pixels, ${milliseconds.toFixed(0)} ms`,
        );
      }
      return 0;
    } finally {
      await pool.close();
    }
  },
};

async function networkFromFile(path: string, args: Arguments): Promise<Network> {
  const imported = parseSafetensors(await readWhole(diskFileSystem, path, maximumFileBytes));
  const slope = args.decimal('slope', 0, 1) ?? imported.slope ?? 0.01;
  if (slope >= 1) throw new UserError('--slope must be below 1');
  return { shape: imported.shape, slope, parameters: imported.parameters, output: imported.output };
}
