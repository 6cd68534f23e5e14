/** The film of an entry: one picture for each snapshot of a cell, or of all cells of the grid side by side. */
import { unitView } from '../../../experiments/engines/engine.ts';
import { sweepCellFrom } from '../../../experiments/entries/entry-json.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import { createFilmPainter } from '../../../experiments/films/film-frame.ts';
import { filmLayout, type FilmLayout, type Rectangle } from '../../../experiments/films/film-layout.ts';
import { filmLength, filmMoments, type FilmMoment } from '../../../experiments/films/film-schedule.ts';
import type { Rasterise } from '../../../experiments/figures/glyph-sheet.ts';
import { gridFromAxes, heldText } from '../../../experiments/figures/grid-axes.ts';
import { axisText, valueText } from '../../../experiments/text/axis-text.ts';
import { formatCount, formatError, formatShare } from '../../../experiments/text/number-format.ts';
import { colourFrame, colourTruth, type RgbaImage } from '../../../experiments/drawing/colouring.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { networkOfCell } from '../../../experiments/sweeps/cell-network.ts';
import { trainingText } from '../../../experiments/text/training-text.ts';
import { pictureFromFile } from '../../../experiments/targets/picture-file.ts';
import { knowsTruth, type Picture } from '../../../experiments/targets/picture.ts';
import { requireTruth } from './comparison-figure.ts';
import { truthFrame } from '../../../experiments/targets/truth-frame.ts';
import type { SnapshotFacts } from '../notebook/cell-index.ts';
import type { CellStore } from '../notebook/cell-store.ts';
import type { FilmOptions } from '../../contract/exports.ts';
import type { FigureEngine } from './comparison-figure.ts';
import type { ShownEntry } from '../comparisons/shown-entry.ts';

/** A film: whose, of which moments, how large. */
export interface FilmRequest {
  readonly entry: ShownEntry;
  /** Those that it may show; all where left out. */
  readonly cells?: readonly EntryCell[];
  readonly engine: Pick<FigureEngine, 'renderFrame'>;
  readonly rasterise: Rasterise;
  readonly options: FilmOptions;
  /** Day of drawing, and program with version. */
  readonly date: string;
  readonly program: string;
}

/** A film that is ready to be painted frame by frame; sizes in pixels. */
export interface Film {
  readonly width: number;
  readonly height: number;
  readonly moments: readonly FilmMoment[];
  readonly frames: number;
  readonly seconds: number;
  /** Where each cell's picture lies, and its size before zooming. */
  readonly panels: readonly { readonly cellId: string; readonly place: Rectangle }[];
  readonly rendered: { readonly width: number; readonly height: number };
  /** The picture of the moment with that number; opaque RGBA that belongs to the caller. */
  picture(moment: number): Promise<RgbaImage>;
}

/** A place in the film: a cell, or the true picture where `cell` is null. */
interface Panel {
  readonly row: number;
  readonly column: number;
  readonly title: string;
  readonly cell: SweepCell | null;
}

interface FilmedCell {
  readonly cell: SweepCell;
  readonly store: CellStore;
  readonly picture: Picture;
}

interface Arrangement {
  readonly layout: FilmLayout;
  readonly panels: readonly Panel[];
  readonly rowTitles: readonly string[];
  readonly subtitle: string;
}

/** Opens a film. Throws FigureError for choices that do not fit, LabError for records that cannot be read. */
export async function openFilm(request: FilmRequest): Promise<Film> {
  const { entry, options } = request;
  const cells = (request.cells ?? entry.json.cells).map(sweepCellFrom);
  const chosen = options.cellId === null ? cells : cells.filter(({ id }) => id === options.cellId);
  const [first] = chosen;
  const aspect = await pictureOf(entry, first);
  if (options.drawing === 'error') requireTruth(aspect);
  const arrangement = arrange(chosen, options, aspect);
  const filmed = new Map<string, FilmedCell>();
  for (const { cell } of arrangement.panels) {
    if (cell === null) continue;
    const picture = cell.config.target === first.config.target ? aspect : await pictureOf(entry, cell);
    filmed.set(cell.id, { cell, store: await entry.cell(cell.id), picture });
  }
  const snapshots = [...filmed.values()].map(({ store }) => store.keptEpochs());
  const moments = filmMoments(snapshots, options.range, options.timing);
  const { layout } = arrangement;
  const painter = await createFilmPainter(
    {
      ...options,
      layout,
      title: options.cellId === null ? entry.json.title : `${entry.json.title}: ${first.label}`,
      subtitle: arrangement.subtitle,
      panels: arrangement.panels,
      rowTitles: arrangement.rowTitles,
      provenance: `${request.program} · ${entry.id} · ${request.date}`,
    },
    request.rasterise,
  );
  const truth = colourTruth(
    truthFrame(aspect, unitView, layout.rendered.width, layout.rendered.height),
    options.map,
  );
  const lastEpoch = moments[moments.length - 1].epoch;
  return {
    width: options.width,
    height: options.height,
    moments,
    ...filmLength(moments, options.timing.frameRate),
    panels: arrangement.panels.flatMap(({ cell, row, column }) =>
      cell === null ? [] : [{ cellId: cell.id, place: layout.panel(row, column) }],
    ),
    rendered: layout.rendered,
    async picture(at) {
      const { epoch } = moments[at];
      const shots = await Promise.all(
        arrangement.panels.map(async ({ cell }) => {
          const one = cell === null ? undefined : filmed.get(cell.id);
          if (one === undefined) return { picture: truth, remark: '' };
          return shoot(request, one, layout.rendered, epoch);
        }),
      );
      return painter.paint({
        pictures: shots.map(({ picture }) => picture),
        remarks: shots.map(({ remark }) => remark),
        epoch,
        lastEpoch,
        share: moments.length === 1 ? 1 : at / (moments.length - 1),
      });
    },
  };
}

async function pictureOf(entry: ShownEntry, { config }: SweepCell): Promise<Picture> {
  return pictureFromFile(await entry.targetPicture(config.target));
}

/** Which cell goes where. A single row is broken as it fits and ends with the true picture. */
function arrange(cells: readonly SweepCell[], options: FilmOptions, aspect: Picture): Arrangement {
  const { width, height, zoom, hasLabels } = options;
  const common = { width, height, zoom, hasLabels, aspect };
  const texts = (held: string): string =>
    [held, trainingText(cells.map(({ config }) => config))].filter((text) => text !== '').join(', ');
  if (options.cellId !== null) {
    const layout = filmLayout({ ...common, rows: 1, columns: 1, canWrap: false, count: 1, rowTitles: [] });
    const panels = cells.map((cell) => ({ row: 0, column: 0, title: '', cell }));
    return { layout, panels, rowTitles: [], subtitle: texts('') };
  }
  const grid = gridFromAxes(cells, options.x, options.y);
  const titleOf = (column: number): string => {
    const { name, values } = grid.columns;
    return `${valueText(name, values[column])} ${axisText(name)}`;
  };
  const rowTitles = (grid.rows?.values ?? []).map((value) =>
    grid.rows === null ? '' : `${axisText(grid.rows.name)} ${valueText(grid.rows.name, value)}`,
  );
  const { rows, columns } = { rows: grid.cells.length, columns: grid.columns.values.length };
  const canWrap = rows === 1;
  const count = columns + 1;
  const layout = filmLayout({ ...common, rows, columns, canWrap, count, rowTitles });
  const panels: Panel[] = grid.cells.flatMap((row, rowAt) =>
    row.map((cell, column) => ({ row: rowAt, column, title: titleOf(column), cell })),
  );
  const shown = panels.filter(({ cell }) => cell !== null);
  if (!canWrap) return { layout, panels: shown, rowTitles, subtitle: texts(heldText(grid.held)) };
  const inOrder = [
    ...shown,
    { row: 0, column: 0, title: knowsTruth(aspect) ? 'truth' : 'points', cell: null },
  ].map((panel, at) => ({
    ...panel,
    row: Math.floor(at / layout.columns),
    column: at % layout.columns,
  }));
  return { layout, panels: inOrder, rowTitles: [], subtitle: texts(heldText(grid.held)) };
}

/** The last snapshot at or before an epoch, drawn. */
async function shoot(
  { engine, options }: FilmRequest,
  { cell, store, picture }: FilmedCell,
  size: FilmLayout['rendered'],
  epoch: number,
): Promise<{ picture: RgbaImage | null; remark: string }> {
  const snapshot = await store.snapshotAtOrBefore(epoch);
  if (snapshot === null) return { picture: null, remark: 'not begun' };
  const network = networkOfCell(cell.config, snapshot.weights);
  const isLayered = options.drawing === 'layers';
  const frame = await engine.renderFrame({
    network,
    view: unitView,
    ...size,
    planes: { hashes: true, firstLayers: options.hasCreases || isLayered },
  });
  const coloured = colourFrame(frame, {
    drawing: options.drawing,
    map: options.map,
    supersampling: 1,
    hiddenLayers: network.shape.hidden.length,
    ...(options.hasCreases || isLayered ? {} : { creases: null }),
    ...(options.drawing === 'error' ? { truth: truthFrame(picture, unitView, size.width, size.height) } : {}),
  });
  return { picture: coloured, remark: remarkOf(store, snapshot.metrics, epoch) };
}

function remarkOf(store: CellStore, metrics: SnapshotFacts['metrics'], epoch: number): string {
  const { truth, validationMse } = metrics;
  const scores =
    truth === null
      ? `validation ${formatError(validationMse)}`
      : `MSE ${formatError(truth.mse)}, IoU ${formatShare(truth.iou)}`;
  if (metrics.epoch === epoch) return scores;
  const isOver = store.index().at(-1)?.epoch === metrics.epoch && store.state !== 'running';
  return `${isOver ? 'ended at' : 'epoch'} ${formatCount(metrics.epoch)}: ${scores}`;
}
