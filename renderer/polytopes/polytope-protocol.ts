/** Messages between the page and the worker that extracts and draws exact polytopes. */
import type { View } from '../../experiments/engines/engine.ts';
import type { Network } from '../../experiments/network/shape.ts';
import type { RegionDetails } from '../../experiments/polytopes/region-details.ts';
import type { SideFigures } from '../../experiments/polytopes/side-shares.ts';
import type { ComplexStyle } from './complex-paint.ts';

/** A picture of the exact polytopes of a view. */
export interface PolytopeDrawing {
  /** Names the network; it was sent before. */
  readonly network: string;
  readonly view: View;
  /** Pixels of the picture. */
  readonly width: number;
  readonly height: number;
  readonly lineWidth: number;
  readonly style: ComplexStyle;
}

/** Counts of a view's complex. */
export interface ComplexFacts {
  readonly regions: number;
  readonly vertices: number;
  readonly edges: number;
  /** Share of the regions that are smaller than a pixel of the picture. */
  readonly belowPixel: number;
  /** How many sides regions have that do not touch the view's border. */
  readonly sides: SideFigures;
  /** Time of the extraction, 0 where the complex was there already. */
  readonly extractionMs: number;
  /** Time from taking up the request to the picture. */
  readonly totalMs: number;
}

/** Messages to the worker of exact polytopes. */
export type ToPolytopeWorker =
  | { readonly kind: 'network'; readonly key: string; readonly network: Network }
  /** Replaces any request before it. */
  | { readonly kind: 'draw'; readonly id: number; readonly drawing: PolytopeDrawing }
  /** Gives up whatever is under way. */
  | { readonly kind: 'stop' }
  | {
      readonly kind: 'probe';
      readonly id: number;
      readonly network: string;
      readonly x: number;
      readonly y: number;
    };

/** Messages from the worker of exact polytopes. */
export type FromPolytopeWorker =
  | { readonly kind: 'progress'; readonly id: number; readonly done: number; readonly regions: number }
  | {
      readonly kind: 'picture';
      readonly id: number;
      readonly bitmap: ImageBitmap;
      readonly facts: ComplexFacts;
    }
  /** The complex does not fit the budget, or something else went wrong; one sentence. */
  | { readonly kind: 'refused'; readonly id: number; readonly message: string }
  /** Null where the point lies outside of what was extracted last, or another network was. */
  | { readonly kind: 'region'; readonly id: number; readonly region: RegionDetails | null };
