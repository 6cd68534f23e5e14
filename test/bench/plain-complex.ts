/**
 * The polytope complex in plain single-threaded JavaScript: the shared-vertex subdivision written down directly, layer by
 * layer over the whole view. It is the baseline that the extraction's speed is compared with, and an independent oracle of
 * its results.
 */
import type { View } from '../../experiments/engines/engine.ts';
import { layoutFromShape, type Network } from '../../experiments/network/shape.ts';

/** Signs are undecided below this many float64 roundings of the product that made a value. */
const toleranceFactor = 8;

export interface PlainComplex {
  readonly vertexCount: number;
  /** float64 [vertices, 2] */
  readonly positions: Float64Array;
  /** float64 [vertices, outputs], the output layer before any sigmoid. */
  readonly values: Float64Array;
  /** Counter-clockwise vertex lists (in a frame with y up). */
  readonly polygons: readonly (readonly number[])[];
  /** Polygons left uncut because rounding gave them other than two crossings. */
  readonly skipped: number;
}

/** The complex of a network over a view. */
export function extractPlainComplex(network: Network, view: View): PlainComplex {
  const layers = layoutFromShape(network.shape);
  const mesh = new PlainMesh(view);
  let inputs = 2;
  let activations = mesh.positions;
  for (const layer of layers.slice(0, -1)) {
    mesh.evaluate(network.parameters, layer, activations, inputs);
    mesh.cutAll();
    activations = mesh.activations(network.slope);
    inputs = layer.outputs;
  }
  const output = layers.at(-1);
  if (output === undefined) throw new Error('The network has no layers.');
  mesh.evaluate(network.parameters, output, activations, inputs);
  return {
    vertexCount: mesh.vertexCount,
    positions: mesh.positions.slice(0, 2 * mesh.vertexCount),
    values: mesh.values.slice(0, mesh.vertexCount * output.outputs),
    polygons: mesh.polygons,
    skipped: mesh.skipped,
  };
}

type Layer = ReturnType<typeof layoutFromShape>[number];

class PlainMesh {
  vertexCount = 4;
  skipped = 0;
  positions: Float64Array;
  /** Pre-activations of the current layer, [vertices, width]. */
  values = new Float64Array(0);
  polygons: number[][] = [[0, 1, 2, 3]];
  private width = 0;
  private words = 0;
  private scales = new Float64Array(0);
  private plus = new Uint32Array(0);
  private minus = new Uint32Array(0);
  private weightNorms = new Float64Array(0);
  private biasSizes = new Float64Array(0);
  private midpoints = new Map<number, number>();

  constructor(view: View) {
    const { x0, y0, x1, y1 } = view;
    this.positions = Float64Array.of(x0, y0, x1, y0, x1, y1, x0, y1);
  }

  evaluate(parameters: Float32Array, layer: Layer, activations: Float64Array, inputs: number): void {
    const { weightOffset, biasOffset } = layer;
    this.width = layer.outputs;
    this.words = Math.ceil(this.width / 32);
    const room = Math.ceil(1.25 * this.vertexCount) + 1024;
    this.values = new Float64Array(room * this.width);
    this.scales = new Float64Array(room);
    this.plus = new Uint32Array(room * this.words);
    this.minus = new Uint32Array(room * this.words);
    const weights = Float64Array.from(parameters.subarray(weightOffset, biasOffset));
    const biases = Float64Array.from(parameters.subarray(biasOffset, biasOffset + this.width));
    this.biasSizes = biases.map((bias) => toleranceFactor * Number.EPSILON * Math.abs(bias));
    this.weightNorms = new Float64Array(this.width);
    for (let neuron = 0; neuron < this.width; neuron++) {
      let norm = 0;
      for (let i = 0; i < inputs; i++) norm += Math.abs(weights[neuron * inputs + i]!);
      this.weightNorms[neuron] = toleranceFactor * Number.EPSILON * norm;
    }
    for (let vertex = 0; vertex < this.vertexCount; vertex++) {
      const from = vertex * inputs;
      let scale = 0;
      for (let i = 0; i < inputs; i++) scale = Math.max(scale, Math.abs(activations[from + i]!));
      this.scales[vertex] = scale;
      for (let neuron = 0; neuron < this.width; neuron++) {
        const row = neuron * inputs;
        let sum = biases[neuron]!;
        for (let i = 0; i < inputs; i++) sum += weights[row + i]! * activations[from + i]!;
        this.values[vertex * this.width + neuron] = sum;
      }
      this.classify(vertex);
    }
  }

  activations(slope: number): Float64Array {
    const result = new Float64Array(this.vertexCount * this.width);
    for (let i = 0; i < result.length; i++) {
      const value = this.values[i]!;
      result[i] = value > 0 ? value : slope * value;
    }
    return result;
  }

  cutAll(): void {
    this.midpoints.clear();
    const done: number[][] = [];
    const pending: { polygon: number[]; from: number }[] = [];
    for (const polygon of this.polygons) {
      pending.push({ polygon, from: 0 });
      for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
        const neuron = this.nextCandidate(item.polygon, item.from);
        if (neuron < 0) {
          done.push(item.polygon);
          continue;
        }
        for (const part of this.cut(item.polygon, neuron)) pending.push({ polygon: part, from: neuron + 1 });
      }
    }
    this.polygons = done;
  }

  private classify(vertex: number): void {
    const scale = this.scales[vertex]!;
    for (let neuron = 0; neuron < this.width; neuron++) {
      const value = this.values[vertex * this.width + neuron]!;
      const tolerance = this.weightNorms[neuron]! * scale + this.biasSizes[neuron]!;
      const word = vertex * this.words + (neuron >> 5);
      if (value > tolerance) this.plus[word]! |= 1 << (neuron & 31);
      else if (value < -tolerance) this.minus[word]! |= 1 << (neuron & 31);
    }
  }

  private nextCandidate(polygon: readonly number[], from: number): number {
    for (let word = from >> 5; word < this.words; word++) {
      let plus = 0;
      let minus = 0;
      for (const vertex of polygon) {
        plus |= this.plus[vertex * this.words + word]!;
        minus |= this.minus[vertex * this.words + word]!;
      }
      let both = plus & minus;
      if (word === from >> 5) both &= -1 << (from & 31);
      if (both !== 0) return word * 32 + 31 - Math.clz32(both & -both);
    }
    return -1;
  }

  private sign(vertex: number, neuron: number): number {
    const word = vertex * this.words + (neuron >> 5);
    const bit = 1 << (neuron & 31);
    return (this.plus[word]! & bit) !== 0 ? 1 : (this.minus[word]! & bit) !== 0 ? -1 : 0;
  }

  private cut(polygon: number[], neuron: number): number[][] {
    const above: number[] = [];
    const below: number[] = [];
    let onLine = 0;
    for (let i = 0; i < polygon.length; i++) {
      const vertex = polygon[i]!;
      const next = polygon[i + 1 === polygon.length ? 0 : i + 1]!;
      const sign = this.sign(vertex, neuron);
      if (sign >= 0) above.push(vertex);
      if (sign <= 0) below.push(vertex);
      if (sign === 0) onLine++;
      if (sign * this.sign(next, neuron) < 0) {
        const middle = this.midpoint(vertex, next, neuron);
        above.push(middle);
        below.push(middle);
        onLine++;
      }
    }
    if (onLine !== 2) {
      this.skipped++;
      return [polygon];
    }
    return [above, below];
  }

  private midpoint(a: number, b: number, neuron: number): number {
    const low = Math.min(a, b);
    const high = Math.max(a, b);
    const key = low * 67108864 + high;
    const known = this.midpoints.get(key);
    if (known !== undefined) return known;
    const vertex = this.vertexCount++;
    this.reserve(this.vertexCount);
    this.midpoints.set(key, vertex);
    const { width, values, positions } = this;
    const fLow = values[low * width + neuron]!;
    const t = fLow / (fLow - values[high * width + neuron]!);
    for (let axis = 0; axis < 2; axis++) {
      const from = positions[2 * low + axis]!;
      positions[2 * vertex + axis] = from + t * (positions[2 * high + axis]! - from);
    }
    for (let i = 0; i < width; i++) {
      const from = values[low * width + i]!;
      values[vertex * width + i] = from + t * (values[high * width + i]! - from);
    }
    values[vertex * width + neuron] = 0;
    this.scales[vertex] = Math.max(this.scales[low]!, this.scales[high]!);
    this.classify(vertex);
    return vertex;
  }

  private reserve(vertices: number): void {
    const fits =
      vertices <= this.scales.length &&
      2 * vertices <= this.positions.length &&
      vertices * this.width <= this.values.length;
    if (fits) return;
    const capacity = Math.ceil(1.5 * vertices);
    this.positions = grownF64(this.positions, 2 * capacity);
    this.values = grownF64(this.values, capacity * this.width);
    this.scales = grownF64(this.scales, capacity);
    this.plus = grownU32(this.plus, capacity * this.words);
    this.minus = grownU32(this.minus, capacity * this.words);
  }
}

function grownF64(array: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(length);
  grown.set(array.length > length ? array.subarray(0, length) : array);
  return grown;
}

function grownU32(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(length);
  grown.set(array.length > length ? array.subarray(0, length) : array);
  return grown;
}
