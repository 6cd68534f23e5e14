/** Values, hashes and slopes of frames on TensorFlow.js. */
import type { Tensor2D } from '@tensorflow/tfjs';
import { hashCoefficients } from '../../hash/activation-hash.ts';
import { layoutFromShape, type Network } from '../../network/shape.ts';
import { noLayer, type Frame, type FrameRequest } from '../engine.ts';
import { layersFromSlices, outputValues, preActivations, sliceParameters } from './reference-graph.ts';
import type { Tensorflow } from './tensorflow.ts';

/** Points that go through the graph at once. */
const chunkPoints = 4096;

/** Values float32 [n, outputs] at points float32 [n, 2]. */
export function referenceValues(
  tensorflow: Tensorflow,
  network: Network,
  points: Float32Array,
): Float32Array {
  return throughNetwork(tensorflow, network, points, { prefixes: false, gradient: false }).values;
}

interface PointPlanes {
  readonly values: Float32Array;
  /** uint32 [layers, n, 2] */
  readonly prefixes: Uint32Array;
  readonly gradient: Float32Array;
}

/** Values at points, and where asked for the hash after each hidden layer and the slopes of the outputs. */
function throughNetwork(
  tensorflow: Tensorflow,
  network: Network,
  points: Float32Array,
  wanted: { readonly prefixes: boolean; readonly gradient: boolean },
): PointPlanes {
  const { hidden, outputs } = network.shape;
  const count = points.length >> 1;
  const planes = {
    values: new Float32Array(count * outputs),
    prefixes: new Uint32Array(wanted.prefixes ? 2 * count * hidden.length : 0),
    gradient: new Float32Array(wanted.gradient ? 2 * count * outputs : 0),
  };
  for (let start = 0; start < count; start += chunkPoints) {
    const end = Math.min(count, start + chunkPoints);
    tensorflow.tidy(() => {
      const layouts = layoutFromShape(network.shape);
      const parameters = tensorflow.tensor1d(network.parameters);
      const layers = layersFromSlices(sliceParameters(tensorflow, parameters, layouts));
      const input = tensorflow.tensor2d(points.slice(2 * start, 2 * end), [end - start, 2]);
      const z = preActivations(tensorflow, layers, network.slope, input);
      const values = outputValues(tensorflow, z[z.length - 1], network.output);
      planes.values.set(values.dataSync<'float32'>(), start * outputs);
      if (wanted.prefixes) writePrefixes(planes.prefixes, hidden, z, start, count);
      for (let output = 0; wanted.gradient && output < outputs; output++) {
        const slope = tensorflow.grad((at) => {
          const last = preActivations(tensorflow, layers, network.slope, at as Tensor2D).at(-1) as Tensor2D;
          return outputValues(tensorflow, last, network.output).slice([0, output], [-1, 1]).sum();
        });
        const slopes = slope(input).dataSync();
        for (let at = 0; at < end - start; at++) {
          const to = 2 * ((start + at) * outputs + output);
          planes.gradient[to] = slopes[2 * at];
          planes.gradient[to + 1] = slopes[2 * at + 1];
        }
      }
    });
  }
  return planes;
}

/** Adds up the hash layer after layer from the signs of the pre-activations. */
function writePrefixes(
  prefixes: Uint32Array,
  hidden: readonly number[],
  z: readonly Tensor2D[],
  start: number,
  count: number,
): void {
  const coefficients = hashCoefficients(hidden);
  let firstNeuron = 0;
  hidden.forEach((width, layer) => {
    const levels = z[layer].dataSync();
    for (let at = 0; at * width < levels.length; at++) {
      const to = 2 * (layer * count + start + at);
      const before = layer === 0 ? -1 : to - 2 * count;
      let lane0 = before < 0 ? 0 : prefixes[before];
      let lane1 = before < 0 ? 0 : prefixes[before + 1];
      for (let neuron = 0; neuron < width; neuron++) {
        if (!(levels[at * width + neuron] > 0)) continue;
        lane0 = (lane0 + coefficients[2 * (firstNeuron + neuron)]) | 0;
        lane1 = (lane1 + coefficients[2 * (firstNeuron + neuron) + 1]) | 0;
      }
      prefixes[to] = lane0;
      prefixes[to + 1] = lane1;
    }
    firstNeuron += width;
  });
}

/** A frame or band with the planes asked for. */
export function referenceFrame(tensorflow: Tensorflow, request: FrameRequest): Frame {
  const { network, width, height, planes } = request;
  const { outputs, hidden } = network.shape;
  const rows = request.rows ?? { start: 0, end: height };
  const pixels = (rows.end - rows.start) * width;
  // The row below the band belongs to its last row's neighbours.
  const drawnEnd = planes.firstLayers === true ? Math.min(height, rows.end + 1) : rows.end;
  const points = pixelCentres(request, rows.start, drawnEnd);
  const drawn = points.length >> 1;
  const prefixed = planes.hashes === true || planes.prefixes === true || planes.firstLayers === true;
  const wanted = { prefixes: prefixed, gradient: planes.gradient === true };
  const all = throughNetwork(tensorflow, network, points, wanted);
  const ofLayer = (layer: number): Uint32Array => {
    return all.prefixes.subarray(2 * layer * drawn, 2 * (layer * drawn + pixels));
  };
  const prefixes = new Uint32Array(planes.prefixes === true ? 2 * pixels * hidden.length : 0);
  if (planes.prefixes === true)
    hidden.forEach((_, layer) => prefixes.set(ofLayer(layer), 2 * layer * pixels));
  return {
    width,
    rows,
    outputs,
    values: all.values.slice(0, pixels * outputs),
    ...(planes.hashes === true ? { hashes: ofLayer(hidden.length - 1).slice() } : {}),
    ...(planes.firstLayers === true
      ? { firstLayers: firstLayers(all.prefixes, hidden.length, width, drawn, pixels) }
      : {}),
    ...(planes.prefixes === true ? { prefixes } : {}),
    ...(wanted.gradient ? { gradient: all.gradient.slice(0, 2 * pixels * outputs) } : {}),
  };
}

/** Pixel centres of some rows, float32 [n, 2]. */
function pixelCentres({ view, width, height }: FrameRequest, start: number, end: number): Float32Array {
  const points = new Float32Array(2 * (end - start) * width);
  let at = 0;
  for (let row = start; row < end; row++) {
    for (let column = 0; column < width; column++) {
      points[at++] = view.x0 + ((column + 0.5) / width) * (view.x1 - view.x0);
      points[at++] = view.y0 + ((row + 0.5) / height) * (view.y1 - view.y0);
    }
  }
  return points;
}

/** First layer at which each of the first `pixels` pixels differs from its right or lower neighbour among `drawn`. */
function firstLayers(
  prefixes: Uint32Array,
  layers: number,
  width: number,
  drawn: number,
  pixels: number,
): Uint16Array {
  const first = new Uint16Array(pixels).fill(noLayer);
  for (let at = 0; at < pixels; at++) {
    for (let layer = 0; layer < layers && first[at] === noLayer; layer++) {
      const differs = (other: number): boolean => {
        const a = 2 * (layer * drawn + at);
        const b = 2 * (layer * drawn + other);
        return prefixes[a] !== prefixes[b] || prefixes[a + 1] !== prefixes[b + 1];
      };
      const right = at % width < width - 1 && differs(at + 1);
      if (right || (at + width < drawn && differs(at + width))) first[at] = layer;
    }
  }
  return first;
}
