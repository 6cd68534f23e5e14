/** `hash`: one frame of a network from a file of another program. */
import { basename } from 'node:path';
import { encodePng } from '../../experiments/formats/png.ts';
import { colourFrame, defaultColouring } from '../../experiments/drawing/colouring.ts';
import type { Command } from './command.ts';
import { printJson, printLine } from './console-output.ts';
import { openEngine } from './engine-option.ts';
import { frameOptions, hashFigures, writeFramePlanes, writeOutput } from './frame-output.ts';
import { networkFileOptions, networkFromFile } from './network-file.ts';

export const hashCommand: Command = {
  usage:
    'F.safetensors|F.onnx --size N [--view x0,y0,x1,y1] [--slope S] [--order NAME,...] [--engine E] [--threads N] [--out F.png] [--hashes F.npy] [--values F.npy]',
  summary: 'renders a frame of a network from elsewhere and counts its activation patterns',
  options: { ...frameOptions, ...networkFileOptions, out: 'text' },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const path = args.positional(0);
    const size = args.whole('size', 1, 16_384) ?? 1024;
    const { network, slopeSource } = await networkFromFile(path, args);
    const { pool, decision } = await openEngine(args);
    try {
      const request = {
        network,
        view: args.view(),
        width: size,
        height: size,
        planes: { hashes: true, firstLayers: args.text('out') !== undefined },
      };
      // Compiling the kernels is not part of the frame's time.
      await pool.renderFrame({ ...request, width: 64, height: 64 }, decision.frames);
      const before = performance.now();
      const frame = await pool.renderFrame(request, decision.frames);
      const milliseconds = performance.now() - before;
      await writeFramePlanes(args, frame);
      const out = args.text('out');
      if (out !== undefined) {
        const hiddenLayers = network.shape.hidden.length;
        await writeOutput(out, encodePng(colourFrame(frame, { ...defaultColouring, hiddenLayers })));
      }
      const figures = {
        ...hashFigures(frame),
        milliseconds,
        slope: network.slope,
        slopeSource,
        engine: decision.engine,
        description: decision.description,
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
