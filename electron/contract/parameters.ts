/** Parsers of every call's parameters: the boundary behind which parameters are trusted. */
import { z } from 'zod';
import { longestPiece, longestUpload } from './upload-limits.ts';

const entryId = z.string().regex(/^[0-9a-f]{8}$/);
const cellId = z.string().regex(/^[0-9a-f]{16}$/);
/** Queue item: entry id, slash, cell id. */
const itemId = z.string().regex(/^[0-9a-f]{8}\/[0-9a-f]{16}$/);
const itemIds = z.array(itemId).min(1).max(10_000);
const cellIds = z.array(cellId).min(1).max(1000);
/** A file that was taken in by the calls of that name. */
const upload = z.string().regex(/^[0-9a-f]{16}$/);
const epoch = z.int().min(0).max(1_000_000_000);
const index = z.int().min(0).max(10_000_000);
const side = z.int().min(1).max(4096);
const coordinate = z.number().min(-1e6).max(1e6);
const yaml = z.string().max(1_000_000);
const title = z.string().trim().min(1).max(300);
const tag = z.string().trim().min(1).max(60);
const axisName = z.string().min(1).max(100);
const nothing = z.strictObject({});

const view = z
  .strictObject({ x0: coordinate, y0: coordinate, x1: coordinate, y1: coordinate })
  .refine(({ x0, y0, x1, y1 }) => x0 < x1 && y0 < y1, 'x0 < x1 and y0 < y1 must hold');

const point = z.strictObject({ x: coordinate, y: coordinate });

const settingsPatch = z
  .strictObject({
    theme: z.enum(['system', 'light', 'dark']),
    map: z.enum(['grey', 'cividis', 'viridis']),
    singleKeys: z.boolean(),
    timeAxis: z.enum(['epoch', 'step', 'samples', 'seconds']),
  })
  .partial();

/** A value that a sweep file may hold. Depth and size are bounded by the limit on messages. */
const plainValue: z.ZodType<PlainValue> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(plainValue),
    z.record(z.string(), plainValue),
  ]),
);

export type PlainValue = string | number | boolean | null | PlainValue[] | { [key: string]: PlainValue };

const cellEpoch = { entryId, cellId, epoch };

const gridOptions = {
  entryId,
  /** Cells that end earlier show their last epoch. */
  epoch: z.union([epoch, z.literal('last')]),
  /** Axes across and down; chosen by what varies where left out. */
  x: axisName.optional(),
  y: axisName.optional(),
  /** Longer side of one cell's picture in CSS pixels, and device pixels for each of them (PNG). */
  cellSize: z.int().min(48).max(1024),
  scale: z.number().min(0.5).max(4),
  drawing: z.enum(['prediction', 'error', 'layers']),
  map: z.enum(['grey', 'cividis', 'viridis']),
  /** Whether training points are drawn. */
  points: z.boolean(),
};

const evenSide = z.int().min(64).max(4096).multipleOf(2);

const filmOptions = {
  entryId,
  /** One cell, or null for the grid of all. */
  cellId: cellId.nullable(),
  x: axisName.optional(),
  y: axisName.optional(),
  width: evenSide,
  height: evenSide,
  /** Film pixels in x and y that one rendered pixel covers. */
  zoom: z.int().min(1).max(4),
  drawing: z.enum(['prediction', 'error', 'layers']),
  map: z.enum(['grey', 'cividis', 'viridis']),
  hasCreases: z.boolean(),
  hasLabels: z.boolean(),
  /** Snapshots from the first to the last epoch (null: to the end), every so many-th. */
  range: z.strictObject({ first: epoch, last: epoch.nullable(), every: z.int().min(1).max(1_000_000) }),
  /** Frames a second, and seconds for which the first and the last picture stand still. */
  timing: z.strictObject({
    frameRate: z.number().min(1).max(60),
    holdFirst: z.number().min(0).max(60),
    holdLast: z.number().min(0).max(60),
  }),
};

/** Parser of each call's parameters, by the call's name. */
export const callParameters = {
  /** The program, its engine and the notebook that is open. */
  'app.info': nothing,
  'settings.read': nothing,
  /** Changes the given settings; the settings after it. */
  'settings.write': settingsPatch,

  /** Cards of entries, newest first. `search` looks in titles, names, tags and notes; every tag must be there. */
  'notebook.list': z.strictObject({
    search: z.string().max(500).optional(),
    tags: z.array(tag).max(50).optional(),
    trashed: z.boolean().optional(),
  }),
  /** Moves an entry to the notebook's trash; `notebook.restore` undoes it. Refused while a cell of it runs. */
  'notebook.trash': z.strictObject({ entryId }),
  'notebook.restore': z.strictObject({ entryId }),
  'notebook.disk': nothing,

  'entry.read': z.strictObject({ entryId }),
  /** Title and tags; the card after it. */
  'entry.edit': z.strictObject({ entryId, title: title.optional(), tags: z.array(tag).max(100).optional() }),
  /** Snapshots of cells from the `from`-th on (0 = the first): what charts and the timeline draw. */
  'entry.timelines': z.strictObject({
    entryId,
    cells: z
      .array(z.strictObject({ cellId, from: index }))
      .min(1)
      .max(1000),
  }),
  /** What anybody can do without a network, per cell. Computed on the first call, in the background. */
  'entry.baselines': z.strictObject({ entryId, cellIds }),
  /** Starts, pauses, failures of a cell, in order. */
  'entry.events': z.strictObject({ entryId, cellId }),
  /** Checks receipts and keeps the verdict; parts tell progress. `snapshots`: how many of each cell at level 'frames'. */
  'entry.verify': z.strictObject({
    entryId,
    level: z.enum(['chain', 'frames', 'rerun']),
    snapshots: z.union([z.int().min(1).max(10_000_000), z.literal('all')]).optional(),
  }),

  /** Previews of snapshots [from, from + count) of many cells; ranges beyond the end come back shorter. */
  'previews.read': z.strictObject({
    entryId,
    cells: z
      .array(z.strictObject({ cellId, from: index, count: z.int().min(1).max(2000) }))
      .min(1)
      .max(1000),
  }),
  /** The last preview of each cell, for cards. Cells without any are left out. */
  'previews.last': z.strictObject({ entryId, cellIds }),

  /**
   * The exact frame of a view at an epoch, also between snapshots. Parts are coarser frames of the same view, coarsest
   * first. 'shown' goes before 'ahead'; abort what is no longer wanted.
   */
  'frame.render': z.strictObject({
    ...cellEpoch,
    view,
    width: side,
    height: side,
    /** 'levels': 8 bit, clamped to [0, 1]; 'float32': as they are. */
    values: z.enum(['levels', 'float32']),
    planes: z.strictObject({
      hashes: z.boolean().optional(),
      firstLayers: z.boolean().optional(),
      gradient: z.boolean().optional(),
    }),
    priority: z.enum(['shown', 'ahead']),
    /** False: only the final frame, no coarser parts. */
    coarse: z.boolean(),
    /** 'float64' only together with no other planes than hashes. */
    precision: z.enum(['anchored', 'float64']).optional(),
  }),
  /** The network at a point; `from` is a second point whose pattern is compared with the first's. */
  'frame.probe': z.strictObject({ ...cellEpoch, at: point, from: point.optional() }),
  /** Training and validation points of a cell. */
  'cell.points': z.strictObject({ entryId, cellId }),
  /** The network of a cell at an epoch, for who extracts its exact polytopes. */
  'cell.network': z.strictObject(cellEpoch),
  /** The weights of a cell at an epoch as a file for other tools. */
  'cell.weights': z.strictObject({ ...cellEpoch, format: z.enum(['safetensors', 'onnx', 'onnx-float64']) }),
  /** Opens a network from a safetensors or ONNX file of another program, for as long as the lab runs. */
  'network.open': z.strictObject({
    name: z.string().trim().min(1).max(200),
    upload,
  }),
  /** Begins to take in a file of so many bytes, for another call to use. */
  'upload.begin': z.strictObject({ size: z.int().min(0).max(longestUpload) }),
  /** The next piece of a file, which begins at byte `at`. */
  'upload.append': z.strictObject({
    upload,
    at: z.int().min(0).max(longestUpload),
    bytes: z
      .instanceof(Uint8Array)
      .refine(({ length }) => length > 0 && length <= longestPiece, 'at most 2 MiB'),
  }),
  /** Gives up a file that is being taken in, or was and is not wanted. */
  'upload.drop': z.strictObject({ upload }),
  'network.read': z.strictObject({ id: cellId }),
  /** The same network with another slope for z <= 0. */
  'network.slope': z.strictObject({ id: cellId, slope: z.number().min(0).max(0.999) }),
  /** Exact regions of snapshots that were counted before. */
  'regions.read': z.strictObject({ entryId, cellId }),
  /**
   * Counts the exact regions of a cell until `snapshots` of its snapshots, spread evenly, are known, and keeps them in the
   * entry. Parts tell progress; what was counted before an abort stays.
   */
  'regions.count': z.strictObject({ entryId, cellId, snapshots: z.int().min(1).max(100_000) }),
  /** The true picture of a cell over a view, 8 bit. */
  'cell.truth': z.strictObject({ entryId, cellId, view, width: side, height: side }),

  /** Cells, estimate and mistakes of a sweep file. Never an error because of the file's content. */
  'sweep.check': z.strictObject({ yaml }),
  /** Sets (value) or removes (null) fields of a sweep file, keeping comments and order; then as `sweep.check`. */
  'sweep.edit': z.strictObject({
    yaml,
    edits: z
      .array(
        z.strictObject({
          path: z
            .array(z.union([z.string().min(1).max(100), z.int().min(0).max(10_000)]))
            .min(1)
            .max(10),
          value: plainValue,
        }),
      )
      .min(1)
      .max(100),
  }),
  /** The training points that a cell of a sweep file will get. */
  'sweep.points': z.strictObject({ yaml, cellId }),
  /** Sweep files that ship with the app. */
  'sweep.presets': nothing,
  /** Pictures that a sweep can name: built-in ones and those in the notebook. */
  'targets.list': nothing,
  /** Keeps a PNG or JPEG picture in the notebook; what a sweep file calls it. */
  'targets.upload': z.strictObject({
    name: z.string().trim().min(1).max(200),
    bytes: z.instanceof(Uint8Array).refine((bytes) => bytes.length <= 64 * 1024 * 1024, 'at most 64 MB'),
  }),
  /** A picture by the name a sweep file uses, 8 bit, scaled to `width` x `height`. */
  'targets.picture': z.strictObject({ target: z.string().min(1).max(1000), width: side, height: side }),

  'queue.read': nothing,
  /** Makes (or extends) the entry of a sweep file and queues its cells; `first` puts them before all others. */
  'queue.add': z.strictObject({ yaml, first: z.boolean() }),
  /** Queues cells of an entry again: unfinished ones, or finished ones to more epochs. All cells where none is named. */
  'queue.continue': z.strictObject({
    entryId,
    cellIds: cellIds.optional(),
    epochs: z.int().min(1).max(100_000_000).optional(),
    first: z.boolean(),
  }),
  /** Items, or the whole queue where none is named. Running cells stop at the end of an epoch and keep their state. */
  'queue.pause': z.strictObject({ items: itemIds.optional() }),
  'queue.resume': z.strictObject({ items: itemIds.optional() }),
  /** Stops cells for good; what they recorded stays, and they stay listed as cancelled until the list is cleared. */
  'queue.cancel': z.strictObject({ items: itemIds }),
  /** Queues failed, cancelled or interrupted items again. */
  'queue.retry': z.strictObject({ items: itemIds }),
  /** Moves items, in their present order, before another item; to the end where `before` is null. */
  'queue.move': z.strictObject({ items: itemIds, before: itemId.nullable() }),
  /** Takes finished, failed and cancelled items off the list: the named ones, or all of them. */
  'queue.clear': z.strictObject({ items: itemIds.optional() }),
  'queue.configure': z
    .strictObject({ failFast: z.boolean(), parallel: z.int().min(1).max(256).nullable() })
    .partial(),

  'notes.read': z.strictObject({ entryId }),
  /** Writes notes; 'conflict' where `revision` is not the revision on disk. */
  'notes.write': z.strictObject({
    entryId,
    text: z.string().max(5_000_000),
    revision: z.string().max(100),
  }),
  /** Writes the notes back as they were before the last write. */
  'notes.undo': z.strictObject({ entryId }),

  /** The entry as an archive, or the measures of its cells as a table; parts tell progress. */
  'export.data': z.strictObject({ entryId, format: z.enum(['eln', 'parquet', 'csv']) }),
  /** The entry of an .eln archive, checked in full before anything is written. Parts tell progress. */
  'notebook.import': z.strictObject({ upload }),
  /** The comparison grid as a file; parts tell progress. */
  'export.grid': z.strictObject({ ...gridOptions, format: z.enum(['png', 'svg', 'pdf']) }),
  /** The entry as one HTML file of at most `limit` bytes; parts tell progress. */
  'export.page': z.strictObject({ entryId, limit: z.int().min(1_000_000).max(500_000_000) }),
  /** What a film will be: its moments, its length. */
  'film.plan': z.strictObject(filmOptions),
  /** One picture of a film, by the number of its moment. Films are drawn in order, one at a time. */
  'film.picture': z.strictObject({ ...filmOptions, moment: z.int().min(0).max(1_000_000) }),
} as const satisfies Readonly<Record<string, z.ZodType>>;
