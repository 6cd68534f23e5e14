/** Pictures of cells: previews, frames of views, points, the truth, exact regions. */
import { z } from 'zod';
import type { View } from '../../experiments/engines/engine.ts';
import type { Network } from '../../experiments/network/shape.ts';
import { call } from './call.ts';
import { cellEpoch, cellId, cellIds, coordinate, entryId, index, side, view } from './fields.ts';

/** Why there is no truth of own points. */
export const noTruthText =
  'These points came without a true picture: there is nothing to compare with but the validation points.';

const point = z.strictObject({ x: coordinate, y: coordinate });

/** Previews [from, from + epochs.length) of a cell, one for each snapshot that was not thinned; every one has the same size. */
export interface PreviewBlock {
  readonly cellId: string;
  readonly from: number;
  readonly epochs: Uint32Array;
  readonly width: number;
  readonly height: number;
  readonly outputs: number;
  /** uint8 [n, height, width, outputs], 255 for 1. */
  readonly values: Uint8Array;
  /** [n, ceil(width * height / 8)]: one bit a pixel, most significant first; the rest of a row's last byte is 0. */
  readonly boundary: Uint8Array;
}

/**
 * A frame of a cell at an epoch, with the planes that were asked for; `obstacle` says why it is another
 * epoch's.
 */
export interface RenderedFrame {
  readonly epoch: number;
  /** Why it is of the last snapshot before the epoch that was asked for, in a sentence; missing where it is not. */
  readonly obstacle?: string;
  readonly view: View;
  /** Coarse frames are smaller than asked for, with the same view. */
  readonly width: number;
  readonly height: number;
  readonly outputs: number;
  /** [height, width, outputs]: Uint8Array for 'levels', Float32Array for 'float32'. */
  readonly values: Uint8Array | Float32Array;
  /** ceil(width * height / 8) bytes: one bit a pixel, most significant first. */
  readonly boundary: Uint8Array;
  readonly distinctHashes: number;
  readonly boundaryShare: number;
  /** uint32 [height, width, 2]. */
  readonly hashes?: Uint32Array;
  /** uint16 [height, width]; 0xffff where there is none. */
  readonly firstLayers?: Uint16Array;
  /** float32 [height, width, outputs, 2]. */
  readonly gradient?: Float32Array;
}

/** What the network says at one point of the plane. */
export interface Probe {
  readonly epoch: number;
  /** One value an output; the truth there, null outside of the unit square. */
  readonly values: Float32Array;
  readonly truth: Float32Array | null;
  /** The affine function around the point, per output: gradient [outputs, 2] and the value at (0, 0). */
  readonly gradient: Float32Array;
  readonly offsets: Float32Array;
  /** 16 hex digits. */
  readonly hash: string;
  /** First hidden layer (from 1) whose pattern differs from that at `from`; null where all agree or no `from` was given. */
  readonly firstDifferentLayer: number | null;
}

/** Coordinates float32 [n, 2], labels float32 [n, outputs]. */
export interface PointSet {
  readonly coordinates: Float32Array;
  readonly labels: Float32Array;
}

/** Training and validation points of a cell. */
export interface CellPoints {
  readonly outputs: number;
  readonly training: PointSet;
  readonly validation: PointSet;
}

/** Levels uint8 [height, width, channels], 255 for 1. */
export interface PictureLevels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly levels: Uint8Array;
}

/** Exact figures of the whole picture at some of a cell's snapshots, ascending epochs. */
export interface RegionCounts {
  readonly epochs: Uint32Array;
  readonly regions: Float64Array;
  /** Dirichlet energy, before any sigmoid. */
  readonly dirichlet: Float64Array;
  /** Length of the level set at 0.5. */
  readonly levelSetLength: Float64Array;
}

/** Calls about pictures of cells. */
export const frameCalls = {
  /** Previews [from, from + count) of many cells; ranges beyond the end come back shorter. */
  'previews.read': call<readonly PreviewBlock[]>()(
    z.strictObject({
      entryId,
      cells: z
        .array(z.strictObject({ cellId, from: index, count: z.int().min(1).max(2000) }))
        .min(1)
        .max(1000),
    }),
  ),
  /** The last preview of each cell, for cards. Cells without any are left out. */
  'previews.last': call<readonly PreviewBlock[]>()(z.strictObject({ entryId, cellIds })),
  /**
   * The exact frame of a view at an epoch, also between snapshots. Parts are coarser frames of the same view, coarsest
   * first. 'shown' goes before 'ahead'; abort what is no longer wanted.
   */
  'frame.render': call<RenderedFrame, RenderedFrame>()(
    z.strictObject({
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
  ),
  /** The network at a point; `from` is a second point whose pattern is compared with the first's. */
  'frame.probe': call<Probe>()(z.strictObject({ ...cellEpoch, at: point, from: point.optional() })),
  /** Training and validation points of a cell. */
  'cell.points': call<CellPoints>()(z.strictObject({ entryId, cellId })),
  /** The network of a cell at an epoch, for who extracts its exact polytopes. */
  'cell.network': call<{ readonly network: Network; readonly epoch: number }>()(z.strictObject(cellEpoch)),
  /** Exact regions of snapshots that were counted before. */
  'regions.read': call<RegionCounts>()(z.strictObject({ entryId, cellId })),
  /**
   * Counts the exact regions of a cell until `snapshots` of its snapshots, spread evenly, are known, and keeps them in the
   * entry. Parts: snapshots counted so far of those that were missing, the one at work, and all counts there are. What was
   * counted before an abort stays.
   */
  'regions.count': call<
    RegionCounts,
    {
      readonly done: number;
      readonly of: number;
      readonly epoch: number;
      readonly counts: RegionCounts;
    }
  >()(z.strictObject({ entryId, cellId, snapshots: z.int().min(1).max(100_000) })),
  /** The true picture of a cell over a view, 8 bit. */
  'cell.truth': call<PictureLevels>()(z.strictObject({ entryId, cellId, view, width: side, height: side })),
};
