/** The comparison grid of an entry as data: networks rendered, scores collected or measured, baselines computed. */
import { truthScore, type TruthScore } from '../../../experiments/diagnostics/truth-error.ts';
import { unitView, type Frame, type FrameRequest } from '../../../experiments/engines/engine.ts';
import { sweepCellFrom } from '../../../experiments/entries/entry-json.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import { checkGridSides } from '../../../experiments/figures/comparison-grid.ts';
import { gridFromAxes, heldText, titlesFromAxis } from '../../../experiments/figures/grid-axes.ts';
import type { GridCell, GridFigure } from '../../../experiments/figures/grid-figure.ts';
import { toldState } from '../../../experiments/records/cell-state.ts';
import { wholeTruth } from '../../../experiments/records/measures.ts';
import { parameterCount, type Network } from '../../../experiments/network/shape.ts';
import { colourFrame, colourTruth, type RgbaImage } from '../../../experiments/drawing/colouring.ts';
import { networkOfCell, pointsOfCell, shapeOfCell } from '../../../experiments/sweeps/cell-network.ts';
import { previewSize } from '../../../experiments/sweeps/cell-measures.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { formulaOfSweep } from '../../../experiments/sweeps/sweep.ts';
import { trainingText } from '../../../experiments/text/training-text.ts';
import { pictureFromFile } from '../../../experiments/targets/picture-file.ts';
import { knowsTruth, type Picture } from '../../../experiments/targets/picture.ts';
import { truthFrame } from '../../../experiments/targets/truth-frame.ts';
import type { SnapshotFacts } from '../notebook/cell-index.ts';
import { LabError } from '../disk/lab-error.ts';
import { noTruthText } from '../../contract/frames.ts';
import type { CellStore } from '../notebook/cell-store.ts';
import type { CellWeights } from '../notebook/cell-weights.ts';
import type { ShownEntry } from '../comparisons/shown-entry.ts';
import type { GridOptions } from '../../contract/exports.ts';
import { figureBaselines } from './figure-baselines.ts';

/** Renders frames and finds weights. */
export interface FigureEngine {
  renderFrame(request: FrameRequest): Promise<Frame>;
  /** The weights of a cell at an epoch that it has reached. */
  weightsAt(cell: SweepCell, store: CellStore, picture: Picture, epoch: number): Promise<CellWeights>;
}

/** A comparison figure: whose, of which epoch, along which axes, how large. */
export interface FigureRequest {
  readonly entry: ShownEntry;
  /** Those that it shows; all where left out. */
  readonly cells?: readonly EntryCell[];
  /** How they were chosen, in words; empty where there is nothing to be said. */
  readonly chosen?: string;
  readonly engine: FigureEngine;
  readonly options: GridOptions;
  /** Day of drawing, and program with version. */
  readonly date: string;
  readonly program: string;
  onProgress(done: number, total: number): void;
}

/** Blocks of so many x so many rendered pixels become one drawn pixel. */
const supersampling = 2;

/** What one cell shows and how it was scored. */
interface ShownCell {
  readonly cell: SweepCell;
  readonly store: CellStore;
  readonly picture: Picture;
  readonly facts: SnapshotFacts | null;
  readonly epoch: number | null;
  readonly network: Network | null;
  /** The epoch that was asked for where that cannot be had; else null. */
  readonly missed: number | null;
}

/** The figure of an entry. Throws SweepError-like errors for unknown axes and LabError for records that cannot be read. */
export async function comparisonFigure(request: FigureRequest): Promise<GridFigure> {
  const { entry } = request;
  const { x, y, drawing, map, cellSize } = request.options;
  const sweepCells = (request.cells ?? entry.json.cells).map(sweepCellFrom);
  const grid = gridFromAxes(sweepCells, x, y);
  // Before an hour of drawing.
  checkGridSides(grid.cells.length, grid.columns.values.length);
  const wanted = grid.cells.flat().filter((cell) => cell !== null);
  const pictures = new Map<string, Picture>();
  const shown: ShownCell[] = [];
  for (const cell of wanted) shown.push(await showCell(request, cell, pictures));
  const cells = new Map<string, GridCell>();
  // The frame of the next cell is rendered while this one is coloured and its baselines are computed.
  let frame = cellFrame(request, shown[0]);
  for (const [at, one] of shown.entries()) {
    const rendered = await frame;
    frame = cellFrame(request, shown[at + 1]);
    // Awaited in the next round; what fails earlier ends the figure.
    frame.catch(() => undefined);
    cells.set(one.cell.id, await drawCell(request, one, rendered));
    request.onProgress(at + 1, shown.length);
  }
  const first = shown[0];
  const picture = first?.picture ?? null;
  const epochs = new Map(shown.map((one) => [one.cell.id, one.epoch]));
  return {
    title: entry.json.title,
    subtitle: [request.chosen ?? '', heldText(grid.held), trainingText(wanted.map(({ config }) => config))]
      .filter((text) => text !== '')
      .join(', '),
    columns: titlesFromAxis(grid.columns),
    rows: grid.rows === null ? null : titlesFromAxis(grid.rows),
    cells: grid.cells.map((row) => row.map((cell) => (cell === null ? null : (cells.get(cell.id) ?? null)))),
    truth: picture === null || !knowsTruth(picture) ? null : truthImage(request, picture),
    isTruthKnown: shown.every((one) => knowsTruth(one.picture)),
    formula: formulaOfSweep(entry.sweepText),
    drawing,
    map,
    hasCreases: true,
    outputs: first === undefined ? 1 : first.cell.config.network.outputs,
    view: unitView,
    measured: measuredOn(shown),
    provenance: { sweep: entry.json.name, entry: entry.id, date: request.date, program: request.program },
    recipe: {
      format: 'creasebook recipe',
      version: 1,
      program: request.program,
      drawing: {
        kind: 'grid',
        options: { drawing, map, cellSize },
      },
      entry: { id: entry.id, title: entry.json.title },
      cells: wanted.map(({ id, label }) => ({ id, label, epoch: epochs.get(id) ?? null })),
      sweep: entry.sweepText,
    },
    cellSize,
  };
}

/** Rendered pixels of one picture of the grid. */
function frameSize(request: FigureRequest, picture: Picture): { width: number; height: number } {
  const { width, height } = previewSize(picture, request.options.cellSize * request.options.scale);
  return { width: width * supersampling, height: height * supersampling };
}

/** Throws LabError 'refused' where there is no true picture that pictures could be compared with. */
export function requireTruth(picture: Picture): void {
  if (!knowsTruth(picture)) throw new LabError('refused', noTruthText);
}

function truthImage(request: FigureRequest, picture: Picture): RgbaImage {
  const { width, height } = frameSize(request, picture);
  return colourTruth(truthFrame(picture, unitView, width, height), request.options.map, supersampling);
}

async function showCell(
  request: FigureRequest,
  cell: SweepCell,
  pictures: Map<string, Picture>,
): Promise<ShownCell> {
  const { entry, engine, options } = request;
  const digest = cell.config.target;
  const picture = pictures.get(digest) ?? pictureFromFile(await entry.targetPicture(digest));
  pictures.set(digest, picture);
  const store = await entry.cell(cell.id);
  const last = store.index().at(-1);
  const shown = { cell, store, picture };
  if (last === undefined) return { ...shown, facts: null, epoch: null, network: null, missed: null };
  const wanted = options.epoch === 'last' ? last.epoch : Math.min(options.epoch, last.epoch);
  const { weights, epoch } = await engine.weightsAt(cell, store, picture, wanted);
  return {
    ...shown,
    facts: store.index().find((candidate) => candidate.epoch === epoch) ?? null,
    epoch,
    network: networkOfCell(cell.config, weights),
    missed: epoch === wanted ? null : wanted,
  };
}

/** What is measured of a cell: as its records have it at this epoch, else as they have it at its other epochs. */
function strideOf({ store, facts }: ShownCell): number {
  const { metrics } = facts ?? store.index()[0] ?? {};
  return (metrics === undefined ? null : wholeTruth(metrics))?.stride ?? 1;
}

/** Every so many pixels of a picture one, in x and y. */
function measuredSize({ width, height }: Picture, stride: number): { width: number; height: number } {
  const along = (length: number): number => Math.max(1, Math.round(length / stride));
  return { width: along(width), height: along(height) };
}

/** How the cells of a figure are measured, each way once, the finest first. */
function measuredOn(shown: readonly ShownCell[]): GridFigure['measured'] {
  const ways = new Map<string, { readonly pixels: number; readonly stride: number }>();
  for (const one of shown.filter(({ network, picture }) => network !== null && knowsTruth(picture))) {
    const stride = strideOf(one);
    const { width, height } = measuredSize(one.picture, stride);
    ways.set(`${stride} ${width} ${height}`, { pixels: width * height, stride });
  }
  return [...ways.values()].sort((a, b) => a.stride - b.stride || b.pixels - a.pixels);
}

async function drawCell(request: FigureRequest, shown: ShownCell, frame: Frame | null): Promise<GridCell> {
  const { cell, picture, network, epoch, store, missed } = shown;
  const points = pointsOfCell(cell.config, picture);
  return {
    image: network === null || frame === null ? null : cellImage(request, frame, network, picture),
    parameters: parameterCount(shapeOfCell(cell.config)),
    points: cell.config.data.points,
    epoch,
    data: request.options.points ? points.training : null,
    score: network === null ? null : await cellScore(request, shown, network),
    baselines:
      network === null ? null : figureBaselines(points, picture, measuredSize(picture, strideOf(shown))),
    remark: missed === null ? remarkOf(store, cell, epoch) : missedRemark(missed),
  };
}

/** The frame that a cell shows; null where it has no weights yet, and past the last cell. */
async function cellFrame(request: FigureRequest, shown: ShownCell | undefined): Promise<Frame | null> {
  if (shown === undefined || shown.network === null) return null;
  const size = frameSize(request, shown.picture);
  const planes = { hashes: true, firstLayers: true };
  return request.engine.renderFrame({ network: shown.network, view: unitView, ...size, planes });
}

function cellImage(
  request: FigureRequest,
  frame: Frame,
  network: Network,
  picture: Picture,
): GridCell['image'] {
  const { width, height } = frameSize(request, picture);
  const options = {
    drawing: request.options.drawing,
    map: request.options.map,
    supersampling,
    hiddenLayers: network.shape.hidden.length,
  };
  if (request.options.drawing !== 'error') return colourFrame(frame, options);
  requireTruth(picture);
  return colourFrame(frame, { ...options, truth: truthFrame(picture, unitView, width, height) });
}

/** Against the truth; where nobody knows it the recorded error on validation points, null where there is none. */
async function cellScore(
  request: FigureRequest,
  shown: ShownCell,
  network: Network,
): Promise<TruthScore | null> {
  if (!knowsTruth(shown.picture)) {
    const mse = shown.facts?.metrics.validationMse ?? null;
    return mse === null ? null : { mse, iou: null };
  }
  if (shown.facts !== null) return wholeTruth(shown.facts.metrics);
  const size = measuredSize(shown.picture, strideOf(shown));
  const frame = await request.engine.renderFrame({ network, view: unitView, ...size, planes: {} });
  return truthScore(frame.values, truthFrame(shown.picture, unitView, size.width, size.height));
}

/** Said of a cell that shows its last snapshot before the epoch that was asked for. */
function missedRemark(epoch: number): GridCell['remark'] {
  return { text: `epoch ${epoch.toLocaleString('en')} needs its GPU`, isFailure: false };
}

function remarkOf(store: CellStore, cell: SweepCell, epoch: number | null): GridCell['remark'] {
  const failure = store.events
    .map(({ event }) => event)
    .filter((event) => event.kind === 'failed')
    .at(-1);
  if (store.state === 'failed' && failure !== undefined) {
    return { text: `${failure.failure} at epoch ${failure.epoch.toLocaleString('en')}`, isFailure: true };
  }
  if (epoch === null || store.state !== 'finished') {
    const progress = epoch === null ? '' : `, ${store.lastEpoch} of ${cell.epochs} epochs`;
    return { text: `${toldState(store.state, false)}${progress}`, isFailure: false };
  }
  return null;
}
