/** The exact polytope complex of a network over a view: on one thread, in steps, or in tiles shared out to several. */
import type { View } from '../engines/engine.ts';
import { withoutMap } from '../network/input-map.ts';
import type { Network } from '../network/shape.ts';
import type { Complex } from './complex.ts';
import { copiedPart, type ComplexPart } from './complex-part.ts';
import { plainViews, unfoldedComplex } from './unfolded-complex.ts';
import { complexFromParts } from './part-joining.ts';
import { Extraction } from './extraction.ts';
import { ExtractionError } from './extraction-error.ts';
import { defaultBudget, type ExtractionOptions } from './extraction-options.ts';

/**
 * The complex, on the calling thread and without a pause. Float64 throughout; the regions, their order and all bits depend
 * on the network and the view alone. Throws ExtractionError.
 */
export function extractComplex(network: Network, view: View, options: ExtractionOptions): Complex {
  const complexes = plainViews(network, view).map((plainView) => {
    const plain = withoutMap(network);
    const extraction = new Extraction(plain, plainView, options);
    const steps = extraction.finish();
    while (steps.next().done !== true);
    return complexFromParts([extraction.part()], plain, plainView);
  });
  return unfoldedComplex(complexes, network, view, options.budget);
}

/** The same; `pause` is awaited after every few milliseconds of work, so that the caller's thread can do other things. */
export async function extractComplexInSteps(
  network: Network,
  view: View,
  options: ExtractionOptions & { readonly pause: () => Promise<void> },
): Promise<Complex> {
  const complexes: Complex[] = [];
  const plain = withoutMap(network);
  for (const plainView of plainViews(network, view)) {
    const extraction = new Extraction(plain, plainView, options);
    const steps = extraction.finish();
    while (steps.next().done !== true) await options.pause();
    complexes.push(complexFromParts([extraction.part()], plain, plainView));
  }
  return unfoldedComplex(complexes, network, view, options.budget);
}

/** Views of fewer regions are done by one thread before several have agreed on who does what. */
const fewRegions = 8000;

/**
 * The whole view as one part where it has few regions, null where it has more; that is known after a small part of the
 * work, since polygons count from the layer that makes them.
 */
export function extractFew(network: Network, view: View, options: ExtractionOptions): ComplexPart | null {
  const { regions, bytes } = options.budget ?? defaultBudget;
  if (regions <= fewRegions) return null;
  const extraction = new Extraction(network, view, { ...options, budget: { regions: fewRegions, bytes } });
  try {
    const steps = extraction.finish();
    while (steps.next().done !== true);
  } catch (error) {
    if (error instanceof ExtractionError && error.code === 'regions budget') return null;
    throw error;
  }
  return copiedPart(extraction.part());
}

/** How a view is shared out to threads. */
export interface TileOptions extends ExtractionOptions {
  /** Tiles to make of the view; the same number in every thread. */
  readonly tiles: number;
  /** The next tile that nobody has taken, from 0; any number from `tiles` on ends the part. */
  readonly take: () => number;
}

/** Tiles for so many threads: enough of them that no thread waits long for the slowest. */
export function tileCount(threads: number): number {
  return threads === 1 ? 1 : 24 * threads;
}

/**
 * The part of the complex that lies in the tiles taken. Tiles are sets of polygons after the first few creases, the same
 * ones in every thread; complexFromParts joins the parts of all threads exactly. The budget of bytes holds for each part, and so does that of
 * regions without `regionsInAll`.
 */
export function extractTiles(network: Network, view: View, options: TileOptions): ComplexPart {
  const extraction = new Extraction(network, view, options, tilingSlots);
  const tiles = extraction.tiles(options.tiles);
  for (let tile = options.take(); tile < options.tiles; tile = options.take()) {
    const chunk = tiles[tile];
    if (chunk === undefined) continue;
    extraction.load(chunk);
    const steps = extraction.finish();
    while (steps.next().done !== true);
  }
  return copiedPart(extraction.part());
}

/** Vertices at which a chunk is parted while tiles are made. */
const tilingSlots = 96;
