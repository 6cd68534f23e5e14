/** What every reader of foreign networks shares: the result, and the rules that a chain of layers must keep. */
import type { InputMap } from '../network/input-map.ts';
import { inputCount, type OutputActivation, type Shape } from '../network/shape.ts';
import { maxDepth, maxWidth } from '../network/shape-text.ts';
import { ImportError } from './import-error.ts';

/** A network from a file. */
export interface ImportedNetwork {
  readonly shape: Shape;
  /** Flat float32 parameters in the layout of the shape. */
  readonly parameters: Float32Array;
  /** Slope for z <= 0 where the file tells it, else null. */
  readonly slope: number | null;
  readonly output: OutputActivation;
  /** What it sees in place of a coordinate; missing where it sees points as they are. */
  readonly inputs?: InputMap;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Extents of a linear layer: weight [outputs, inputs] and bias [outputs]. */
export interface LayerExtents {
  readonly name: string;
  readonly weight: { readonly shape: readonly number[] };
  readonly bias: { readonly shape: readonly number[] } | null;
}

/**
 * Shape of layers in order. Throws ImportError unless they chain from 2 inputs over 1 to 100 hidden layers of 1 to 512
 * neurons to 1 to 3 outputs.
 */
export function shapeFromLayers(layers: readonly LayerExtents[]): Shape {
  if (layers.length < 2) {
    throw new ImportError(`found ${layers.length} linear layers; a network here has at least 2`);
  }
  if (layers.length > maxDepth + 1) {
    throw new ImportError(`found ${layers.length - 1} hidden layers; at most ${maxDepth} can be read`);
  }
  const widths: number[] = [];
  let inputs = inputCount;
  layers.forEach(({ name, weight, bias }, index) => {
    const [outputs, actual] = weight.shape;
    if (weight.shape.length !== 2 || actual !== inputs) {
      const found = weight.shape.join(', ');
      const why = index === 0 ? '; a network here has the two inputs x and y' : '';
      throw new ImportError(
        `weight of layer ${quoted(name)} is [${found}], expected [outputs, ${inputs}]${why}`,
      );
    }
    const most = index === layers.length - 1 ? 3 : maxWidth;
    if (!(outputs >= 1 && outputs <= most)) {
      const what = most === 3 ? 'outputs' : 'neurons';
      throw new ImportError(`layer ${quoted(name)} has ${outputs} ${what}, expected 1 to ${most}`);
    }
    if (bias !== null && !(bias.shape.length === 1 && bias.shape[0] === outputs)) {
      throw new ImportError(
        `bias of layer ${quoted(name)} is [${bias.shape.join(', ')}], expected [${outputs}]`,
      );
    }
    widths.push(outputs);
    inputs = outputs;
  });
  return { hidden: widths.slice(0, -1), outputs: inputs };
}

/** A name from a file, cut to a line's length, without control characters. */
export function quoted(name: string): string {
  const printable = name.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?');
  return `'${printable.length > 60 ? `${printable.slice(0, 57)}...` : printable}'`;
}
