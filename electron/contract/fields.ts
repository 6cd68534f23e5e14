/** Parsers of what many calls take: ids, epochs, sizes, views. */
import { z } from 'zod';

/** An entry: 8 hex digits. */
export const entryId = z.string().regex(/^[0-9a-f]{8}$/);
/** A cell: 16 hex digits. */
export const cellId = z.string().regex(/^[0-9a-f]{16}$/);
/** Cells of one entry. */
export const cellIds = z.array(cellId).min(1).max(1000);
/** A file that was taken in by the calls of that name. */
export const upload = z.string().regex(/^[0-9a-f]{16}$/);
/** An epoch, 0 before the first. */
export const epoch = z.int().min(0).max(1_000_000_000);
/** A place in a list, from 0. */
export const index = z.int().min(0).max(10_000_000);
/** Pixels along a side of a picture. */
export const side = z.int().min(1).max(4096);
/** A coordinate; the picture is the unit square. */
export const coordinate = z.number().min(-1e6).max(1e6);
/** Text of a sweep file. */
export const yaml = z.string().max(1_000_000);
/** A tag of an entry. */
export const tag = z.string().trim().min(1).max(60);
/** No parameters. */
export const nothing = z.strictObject({});
/** A rectangle of the plane. */
export const view = z
  .strictObject({ x0: coordinate, y0: coordinate, x1: coordinate, y1: coordinate })
  .refine(({ x0, y0, x1, y1 }) => x0 < x1 && y0 < y1, 'x0 < x1 and y0 < y1 must hold');
/** Fields that name a cell at an epoch. */
export const cellEpoch = { entryId, cellId, epoch };
