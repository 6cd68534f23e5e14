/** Files that the lab hands out: archives, tables, grids, pages and films. */
import { z } from 'zod';
import { seedRules } from '../../experiments/charts/heat-data.ts';
import { valueMapNames } from '../../experiments/drawing/colour-map.ts';
import { type Progress, call } from './call.ts';
import { cellId, entryId, epoch } from './fields.ts';

const axisName = z.string().min(1).max(100);

const gridOptions = {
  /** Cells that end earlier show their last epoch. */
  epoch: z.union([epoch, z.literal('last')]),
  /** Axes across and down; chosen by what varies where left out. */
  x: axisName.optional(),
  y: axisName.optional(),
  /** Longer side of one cell's picture in CSS pixels, and device pixels for each of them (PNG). */
  cellSize: z.int().min(48).max(1024),
  scale: z.number().min(0.5).max(4),
  drawing: z.enum(['prediction', 'error', 'layers']),
  map: z.enum(valueMapNames),
  /** Whether training points are drawn. */
  points: z.boolean(),
};

/** How a comparison grid is drawn: the same in the dialog, in the background and on the command line. */
export type GridOptions = z.infer<z.ZodObject<typeof gridOptions>>;

const fieldWord = z.string().max(100).nullable();
const filter = z.string().max(2000);

/** A chart over a setting in words, as on the command line; what is null is chosen by what varies. */
const chartWords = {
  x: fieldWord,
  /** Several measures, separated by commas, are panels of one figure. */
  y: z.string().max(600).nullable(),
  lines: fieldWord,
  dashes: fieldWord,
  panels: fieldWord,
  at: z.string().max(20),
  where: filter,
  isLogX: z.boolean().nullable(),
  isLogY: z.boolean().nullable(),
  isConnected: z.boolean(),
  baseline: z.string().max(20),
};

const evenSide = z.int().min(64).max(4096).multipleOf(2);

const filmOptions = {
  /** One cell, or null for the grid of all. */
  cellId: cellId.nullable(),
  x: axisName.optional(),
  y: axisName.optional(),
  width: evenSide,
  height: evenSide,
  /** Film pixels in x and y that one rendered pixel covers. */
  zoom: z.int().min(1).max(4),
  drawing: z.enum(['prediction', 'error', 'layers']),
  map: z.enum(valueMapNames),
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

/** What a film shows: the same in the dialog, in the background and on the command line. Sizes in pixels. */
export type FilmOptions = z.infer<z.ZodObject<typeof filmOptions>>;

/** A file to be saved: its name, its media type, its bytes. */
export interface ExportedFile {
  /** Suggested name. */
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly bytes: Uint8Array;
  /** What is to be known of it, where there is something. */
  readonly remark?: string;
}

/** A page, and how much of the entry it holds. */
export interface ExportedPage extends ExportedFile {
  /** Every so many-th snapshot has its picture in the page, the last one always. */
  readonly every: number;
}

/** A film before it is drawn. */
export interface FilmPlan {
  /** Epochs in order, and the number of equal frames that each lasts. */
  readonly moments: readonly { readonly epoch: number; readonly frames: number }[];
  readonly frames: number;
  readonly seconds: number;
  /** Size of each cell's picture before zooming. */
  readonly rendered: { readonly width: number; readonly height: number };
}

/** One picture of a film: opaque RGBA [height, width, 4]. */
export interface FilmPicture {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** Calls about files to hand out. */
export const exportCalls = {
  /** The entry as an archive, or the measures of its cells as a table; parts tell progress. */
  'export.data': call<ExportedFile, Progress>()(
    z.strictObject({ entryId, format: z.enum(['eln', 'parquet', 'csv']) }),
  ),
  /** The comparison grid as a file, of the cells that a filter means where there is one; parts tell progress. */
  'export.grid': call<ExportedFile, Progress>()(
    z.strictObject({
      entryId,
      ...gridOptions,
      where: filter.optional(),
      format: z.enum(['png', 'svg', 'pdf']),
    }),
  ),
  /** A chart over a setting as a figure or as the table of its points. */
  'export.chart': call<ExportedFile>()(
    z.strictObject({
      entryId,
      ...chartWords,
      scale: z.number().min(0.5).max(8),
      format: z.enum(['png', 'svg', 'pdf', 'csv']),
    }),
  ),
  /** A heat map of two settings as a figure or as the table of its squares. */
  'export.map': call<ExportedFile>()(
    z.strictObject({
      entryId,
      x: fieldWord,
      y: fieldWord,
      value: fieldWord,
      seeds: z.enum(seedRules),
      at: z.string().max(20),
      where: filter,
      isLog: z.boolean().nullable(),
      scale: z.number().min(0.5).max(8),
      format: z.enum(['png', 'svg', 'pdf', 'csv']),
    }),
  ),
  /** The entry as one HTML file of at most `limit` bytes; parts tell progress. */
  'export.page': call<ExportedPage, Progress>()(
    z.strictObject({ entryId, limit: z.int().min(1_000_000).max(500_000_000) }),
  ),
  /** What a film will be: its moments, its length. */
  'film.plan': call<FilmPlan>()(z.strictObject({ entryId, ...filmOptions })),
  /** One picture of a film, by the number of its moment. Films are drawn in order, one at a time. */
  'film.picture': call<FilmPicture>()(
    z.strictObject({ entryId, ...filmOptions, moment: z.int().min(0).max(1_000_000) }),
  ),
};
