// The one network of an instance: layers, parameters in PyTorch's order, and the layouts of its activations.
//
// Samples are handled in strips of 16. In frames a plane of n rows over s strips lies in memory as [strip][row][16]
// float32, so that the inner loops of all kernels run through memory in order. A strip takes an odd number of rows, one
// of them unused where n is even: strips a power of two apart would all fall into the same few sets of the cache.
//
// In training each row of a tile lies by itself as [quarter of the strip][strip][4], the order in which gradients are
// summed over the samples (gradient.ts). Rows are an odd number of cache lines apart, for the same reason.
import { allocate, allocateZeros } from './arena';

/** Bytes from one strip to the next in a plane of `rows` rows. */
@inline
export function stripBytes(rows: i32): usize {
  return (<usize>(rows | 1)) << 6;
}

/** Maximum number of strips of a tile in training. */
export const maxTileStrips: i32 = 16;
/** Bytes from one row of a tile to the next, the same for all tiles, so that kernels know it. */
export const tileRow: usize = (<usize>maxTileStrips + 1) << 6;

@unmanaged
export class Layer {
  inputs: i32;
  outputs: i32;
  /** [outputs, inputs] row-major, then the bias [outputs]. */
  weights: usize;
  biases: usize;
  /** Panels of the weights for frames. */
  packed: usize;
  /** Gradient in the layout of weights and bias. */
  gradient: usize;
  /** Activations of a tile; the backward pass puts their delta in their place. */
  activations: usize;
  /** Squared L2 norm of the last gradient. */
  gradientNorm: f64;
}

export let layerCount: i32 = 0;
export let slope: f32 = 0;
export let parameters: usize = 0;
let parameterCount: i32 = 0;
export let neuronCount: i32 = 0;
export let maxWidth: i32 = 0;
let layers: usize = 0;

@inline
export function layerAt(index: i32): Layer {
  return changetype<Layer>(layers + <usize>index * offsetof<Layer>());
}

/**
 * Address of the parameters of a new network, to be filled by the caller. `widths` int32 [count + 1]: inputs, hidden
 * widths, outputs.
 */
export function openNetwork(widths: usize, count: i32, negativeSlope: f32): usize {
  layerCount = count;
  slope = negativeSlope;
  layers = allocateZeros(<f64>count * <f64>offsetof<Layer>());
  let total: i32 = 0;
  neuronCount = 0;
  maxWidth = load<i32>(widths);
  for (let index = 0; index < count; index++) {
    const layer = layerAt(index);
    layer.inputs = load<i32>(widths + ((<usize>index) << 2));
    layer.outputs = load<i32>(widths + ((<usize>index) << 2), 4);
    layer.weights = <usize>total << 2;
    layer.biases = layer.weights + ((<usize>(layer.inputs * layer.outputs)) << 2);
    total += (layer.inputs + 1) * layer.outputs;
    maxWidth = max(maxWidth, layer.outputs);
    if (index < count - 1) neuronCount += layer.outputs;
  }
  parameterCount = total;
  parameters = allocateZeros(parameterBytes());
  for (let index = 0; index < count; index++) {
    const layer = layerAt(index);
    layer.weights += parameters;
    layer.biases += parameters;
  }
  return parameters;
}

/** Bytes of a vector as long as the parameters, rounded up to whole SIMD vectors. */
export function parameterBytes(): f64 {
  return <f64>((parameterCount + 3) & ~3) * 4;
}

/** Fresh plane of `rows` rows over `strips` strips. */
export function allocatePlane(rows: i32, strips: i32): usize {
  return allocate(<f64>stripBytes(rows) * <f64>strips);
}

/** Fresh `rows` rows of a tile. */
export function allocateTile(rows: i32): usize {
  return allocate(<f64>tileRow * <f64>rows);
}
