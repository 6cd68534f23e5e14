/** `grid`: the comparison grid of an entry. */
import { localDay } from '../program/local-time.ts';
import { defaultValueMap, valueMapNames } from '../../experiments/drawing/colour-map.ts';
import { representatives } from '../../experiments/charts/over-axis.ts';
import type { EntryCell } from '../../experiments/entries/entry-schema.ts';
import { cellsOver } from '../lab/exports/cells-over.ts';
import { filteredCells } from '../lab/exports/chosen-cells.ts';
import { weightsEngine, weightsAt } from '../lab/notebook/cell-weights.ts';
import { openEngine } from './engine-option.ts';
import type { ComparisonFacts } from '../contract/entries.ts';
import type { GridOptions } from '../contract/exports.ts';
import {
  figureFile,
  figureFormats,
  gridDrawing,
  missingLetters,
  type FigureFormat,
} from '../lab/exports/figure-file.ts';
import { programVersion } from '../program/assets.ts';
import { comparisonFigure } from '../lab/exports/comparison-figure.ts';
import { remarkOnComparison } from './entry-cell.ts';
import { shownEntry, type ShownEntry } from '../lab/comparisons/shown-entry.ts';
import { openNotebook } from '../lab/notebook/notebook.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { formatBytes, formatDuration, printJson, printLine, remark } from './console-output.ts';
import { writeOutput } from './frame-output.ts';
import { ProgressDisplay } from './run-progress.ts';
import { UserError } from './user-error.ts';

const defaultCellSize = 224;
/** Device pixels for each CSS pixel. */
const defaultScale = 2;

export const gridCommand: Command = {
  usage: `ENTRY [--where FILTER] [--over AXIS] [--take median|worst|best] [--epoch N|last] [--x AXIS --y AXIS] [--cell-size PX] [--scale 2] [--draw prediction|error|layers] [--map ${valueMapNames.join('|')}] [--no-points] --out F.png|F.svg|F.pdf`,
  summary: 'draws the comparison grid of an entry',
  options: {
    where: 'text',
    over: 'text',
    take: 'text',
    epoch: 'text',
    x: 'text',
    y: 'text',
    'cell-size': 'text',
    scale: 'text',
    draw: 'text',
    map: 'text',
    'no-points': 'flag',
    engine: 'text',
    threads: 'text',
    out: 'text',
  },
  positionals: { min: 1, max: 1 },
  async run(args) {
    const out = args.requiredText('out');
    await drawGrid(args.positional(0), out, args);
    if (args.flag('json')) printJson({ out });
    else printLine(out);
    return 0;
  },
};

/** Draws the grid of an entry into a PNG, SVG or PDF file. */
export async function drawGrid(entryWords: string, out: string, args: Arguments): Promise<void> {
  const format = figureFormats.find((ending) => out.endsWith(`.${ending}`));
  if (format === undefined) throw new UserError('--out must end in .png, .svg or .pdf');
  const notebook = await openNotebook(args.notebook(), { mode: 'read' });
  const { pool, decision } = await openEngine(args);
  const clock = (): number => performance.now() / 1000;
  const startedAt = clock();
  const display = new ProgressDisplay(process.stderr, clock);
  try {
    const entry = await shownEntry(notebook, entryWords);
    remarkOnComparison(entry);
    const options = withLayout(gridOptions(args), entry.comparison);
    const figure = await comparisonFigure({
      entry,
      ...(await gridCells(entry, args, options.epoch)),
      engine: {
        renderFrame: (request) => pool.renderFrame(request, decision.frames),
        weightsAt: (cell, store, picture, epoch) =>
          weightsAt(cell, store, epoch, weightsEngine(pool, picture)),
      },
      // PNG pictures have whole pixels of their own for each pixel of the file.
      options: { ...options, scale: format === 'png' ? Math.max(1, Math.ceil(options.scale)) : defaultScale },
      date: localDay(new Date()),
      program: `Creasebook ${programVersion()}`,
      onProgress: (done, total) => display.update(() => [drawingText(done, total, clock() - startedAt)]),
    });
    const { bytes, missing } = await figureFile(gridDrawing(figure), format, options.scale);
    await writeOutput(out, bytes);
    display.end();
    remark(`${pixelsText(bytes, format)}${formatBytes(bytes.length)}`);
    const boxes = missingLetters(missing);
    if (boxes !== null) remark(boxes);
  } finally {
    display.end();
    await pool.close();
    await notebook.close();
  }
}

/** The cells of a grid: those that the filter means, or one of them for each place on the axes but one. */
async function gridCells(
  entry: ShownEntry,
  args: Arguments,
  epoch: GridOptions['epoch'],
): Promise<{ readonly cells: readonly EntryCell[]; readonly chosen: string }> {
  const { cells, chosen } = await filteredCells(entry, args.text('where'));
  const over = args.text('over');
  const take = args.choice('take', representatives) ?? 'median';
  if (over === undefined) return { cells, chosen };
  const { cells: one, words } = await cellsOver(entry, cells, over, take, epoch);
  return { cells: one, chosen: chosen === '' ? words : `${chosen}, ${words}` };
}

/** "10,348 x 13,328 pixels, " of a PNG file; nothing of drawings without pixels. */
function pixelsText(bytes: Uint8Array, format: FigureFormat): string {
  if (format !== 'png') return '';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [16, 20].map((at) => view.getUint32(at).toLocaleString('en'));
  return `${width} x ${height} pixels, `;
}

/** "drawing 12 of 400 cells, 3 %, about 2:10 left". */
export function drawingText(done: number, total: number, seconds: number): string {
  const share = `${Math.floor((100 * done) / total)} %`;
  const left =
    done === 0 || done === total ? '' : `, about ${formatDuration((seconds / done) * (total - done))} left`;
  return `drawing ${done} of ${total} cells, ${share}${left}`;
}

/** The axes that a comparison keeps, where none are asked for. */
function withLayout(options: GridOptions, comparison: ComparisonFacts | undefined): GridOptions {
  if (comparison === undefined || options.x !== undefined || options.y !== undefined) return options;
  const { x, y } = comparison.layout;
  return { ...options, ...(x === null ? {} : { x }), ...(y === null ? {} : { y }) };
}

function gridOptions(args: Arguments): GridOptions {
  const epochText = args.text('epoch');
  return {
    epoch: epochText === undefined || epochText === 'last' ? 'last' : (args.whole('epoch', 0, 1e9) ?? 'last'),
    x: args.text('x'),
    y: args.text('y'),
    cellSize: args.whole('cell-size', 48, 1024) ?? defaultCellSize,
    scale: args.decimal('scale', 0.5, 4) ?? defaultScale,
    drawing: args.choice('draw', ['prediction', 'error', 'layers']) ?? 'prediction',
    map: args.choice('map', valueMapNames) ?? defaultValueMap,
    points: !args.flag('no-points'),
  };
}
