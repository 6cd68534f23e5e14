/** What an extraction may use and how it is watched. */
import type { View } from '../engines/engine.ts';
import { parameterCount, type Network } from '../network/shape.ts';
import { neuronStride } from './complex.ts';
import { ExtractionError } from './extraction-error.ts';

/** How many regions and bytes an extraction may take. */
export interface ExtractionBudget {
  /** Maximum number of regions in the view. */
  readonly regions: number;
  /** Maximum number of bytes of work and result together. */
  readonly bytes: number;
}

/** 4 million regions, 2 GB. */
export const defaultBudget: ExtractionBudget = { regions: 4_000_000, bytes: 2_000_000_000 };

/** How far an extraction is: `done` from 0 to 1, and the regions so far. */
export interface ExtractionProgress {
  /** Share of the work that is done, 0 to 1, never falling. */
  readonly done: number;
  /** Regions that are finished. */
  readonly regions: number;
}

/**
 * Evaluates a layer at a chunk's vertices in the kernel's own memory, with the kernel's bits: `layout` and `record` are
 * where the kernel finds its sections and the layer; the first layer's inputs are the vertices' coordinates.
 */
export type LayerEvaluation = (
  memory: WebAssembly.Memory,
  layout: number,
  record: number,
  slots: number,
  isFirst: boolean,
) => void;

/** What an extraction needs and may take. */
export interface ExtractionOptions {
  /** The compiled module of kernels/assembly/index.ts. */
  readonly kernel: WebAssembly.Module;
  /** What evaluates layers in the kernel's place; by default the kernel. */
  readonly evaluateLayer?: LayerEvaluation;
  readonly budget?: ExtractionBudget;
  /**
   * Regions that all threads know of when this one knows of so many, itself included, those from before the tiles were
   * shared out left aside: the budget holds for them all.
   */
  readonly regionsInAll?: (own: number) => number;
  /** Read every few milliseconds of work. */
  readonly signal?: { readonly aborted: boolean };
  readonly onProgress?: (progress: ExtractionProgress) => void;
}

/** Throws ExtractionError 'invalid input' unless the network can be evaluated and the view has a positive finite area. */
export function checkExtractionInput(network: Network, view: View): void {
  const { shape, slope, parameters } = network;
  const { x0, y0, x1, y1 } = view;
  if (!(Number.isFinite(x1 - x0) && Number.isFinite(y1 - y0) && x0 < x1 && y0 < y1))
    throw invalid(`The view [${x0}, ${x1}] x [${y0}, ${y1}] has no finite positive area.`);
  for (const width of [...shape.hidden, shape.outputs])
    if (!(Number.isInteger(width) && width >= 1 && width < neuronStride))
      throw invalid(`A layer of ${width} neurons: 1 to ${neuronStride - 1} are possible.`);
  if (!(shape.outputs <= 3)) throw invalid(`${shape.outputs} outputs: 1 to 3 are possible.`);
  if (!(slope >= 0 && slope <= 1)) throw invalid(`Slope ${slope} is outside [0, 1].`);
  if (parameters.length !== parameterCount(shape))
    throw invalid(`${parameters.length} parameters where the shape has ${parameterCount(shape)}.`);
  if (!parameters.every(Number.isFinite)) throw invalid('A parameter is not finite.');
}

function invalid(message: string): ExtractionError {
  return new ExtractionError('invalid input', message);
}
