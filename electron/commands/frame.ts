/** `frame`: one frame of a cell at any epoch, as a picture and as arrays. */
import { fragmentation } from '../../experiments/diagnostics/fragmentation.ts';
import { encodePng } from '../../experiments/formats/png.ts';
import type { Recipe } from '../../experiments/formats/recipe.ts';
import { colourFrame, defaultColouring } from '../../experiments/drawing/colouring.ts';
import { programVersion } from '../program/assets.ts';
import type { Command } from './command.ts';
import { printJson, printLine } from './console-output.ts';
import { cellFromArguments, epochFromArguments, networkAt, withEntry } from './entry-cell.ts';
import { openEngine } from './engine-option.ts';
import { frameOptions, hashFigures, writeFramePlanes, writeOutput } from './frame-output.ts';

export const frameCommand: Command = {
  usage:
    'ENTRY --cell ID [--epoch N|last] [--size 512] [--view x0,y0,x1,y1] [--engine E] [--out F.png] [--values F.npy] [--hashes F.npy]',
  summary: 'renders one frame of a cell at any epoch',
  options: { ...frameOptions, cell: 'text', epoch: 'text', out: 'text' },
  positionals: { min: 1, max: 1 },
  run: (args) =>
    withEntry(args, 'read', async (entry) => {
      const open = await cellFromArguments(entry, args);
      const epoch = epochFromArguments(open.store, args);
      const size = args.whole('size', 1, 16_384) ?? 512;
      const view = args.view();
      const { pool, decision } = await openEngine(args);
      try {
        const network = await networkAt(entry, open, epoch, pool);
        const planes = { hashes: true, firstLayers: true };
        const frame = await pool.renderFrame(
          { network, view, width: size, height: size, planes },
          decision.frames,
        );
        await writeFramePlanes(args, frame);
        const out = args.text('out');
        if (out !== undefined) {
          const hiddenLayers = open.cell.config.network.hidden.length;
          const recipe: Recipe = {
            format: 'creasebook recipe',
            version: 1,
            program: `Creasebook ${programVersion()}`,
            drawing: { kind: 'frame', options: { size, x0: view.x0, y0: view.y0, x1: view.x1, y1: view.y1 } },
            entry: { id: entry.id, title: entry.json.title },
            cells: [{ id: open.cell.id, label: open.cell.label, epoch }],
            sweep: entry.sweepText,
          };
          await writeOutput(
            out,
            encodePng(colourFrame(frame, { ...defaultColouring, hiddenLayers }), { recipe }),
          );
        }
        const figures = {
          entry: entry.id,
          cell: open.cell.id,
          epoch,
          ...hashFigures(frame),
          // What black and white are is said of grey pictures only.
          pieces: frame.outputs === 1 ? fragmentation(frame.values, size, size) : null,
          engine: decision.description,
        };
        if (args.flag('json')) printJson(figures);
        else {
          const share = (100 * figures.boundaryShare).toFixed(1);
          const { pieces } = figures;
          const drawn = pieces === null ? '' : `, ${pieces.black} black and ${pieces.white} white pieces`;
          printLine(
            `${open.cell.label}, epoch ${epoch}: ${figures.distinct.toLocaleString('en')} distinct activation hashes, ${share} % boundary pixels${drawn}`,
          );
        }
        return 0;
      } finally {
        await pool.close();
      }
    }),
};
