// Frames: values, hashes, prefix hashes and input gradients of pixels or points, tile by tile. Only two planes of
// activations exist; a neuron's hash coefficients are added while its pre-activation is still in registers.
import { affineLinear } from './affine';
import { allocate } from './arena';
import { logistic } from './loss';
import { allocatePlane, layerAt, layerCount, maximalWidth, neuronCount, slope, stripBytes } from './network';
import { hiddenHash, hiddenPlain, hiddenTangent, packPanels } from './panels';

/** Strips in a tile of a frame; results do not depend on it. */
const tileStrips: i32 = 8;
const tilePixels: i32 = tileStrips << 4;

let coefficients: usize = 0;
let capacity: i32 = 0;
let squash: bool = false;
let wantHashes: bool = false;
let wantPrefixes: bool = false;
let wantGradient: bool = false;

let inputPlane: usize = 0;
let planeA: usize = 0;
let planeB: usize = 0;
let lanes: usize = 0;
let outputPlane: usize = 0;
/** Tangents with respect to x and y, ping-pong, and at the outputs. */
let tangentX: usize = 0;
let tangentY: usize = 0;
let spareTangent: usize = 0;
let outputTangents: usize = 0;

let values: usize = 0;
let hashes: usize = 0;
let prefixes: usize = 0;
let gradients: usize = 0;

let points: usize = 0;
let abscissas: usize = 0;
let frameWidth: i32 = 0;
let frameHeight: i32 = 0;
let top: f64 = 0;
let viewHeight: f64 = 0;

/**
 * Prepares frames of the open network, whose parameters are final, in chunks of up to `pixels`; coefficients
 * uint32 [neurons, 2] are filled by the caller.
 */
export function openFrame(pixels: i32, hashed: i32, prefixed: i32, differentiated: i32, sigmoid: i32): void {
  capacity = pixels;
  wantPrefixes = prefixed != 0;
  wantHashes = hashed != 0 || wantPrefixes;
  wantGradient = differentiated != 0;
  squash = sigmoid != 0;
  const outputs = layerAt(layerCount - 1).outputs;
  coefficients = allocate(<f64>neuronCount * 8);
  for (let index = 0; index < layerCount - 1; index++) {
    const layer = layerAt(index);
    layer.packed = allocate(<f64>layer.inputs * <f64>layer.outputs * 4);
    packPanels(layer.weights, layer.packed, layer.outputs, layer.inputs);
  }
  inputPlane = allocatePlane(2, tileStrips);
  planeA = allocatePlane(maximalWidth, tileStrips);
  planeB = allocatePlane(maximalWidth, tileStrips);
  lanes = allocate((<f64>tileStrips) * 128);
  outputPlane = allocatePlane(outputs, tileStrips);
  values = allocate(<f64>pixels * <f64>outputs * 4);
  hashes = allocate(<f64>pixels * 8);
  prefixes = wantPrefixes ? allocate(<f64>pixels * 8 * <f64>(layerCount - 1)) : 0;
  if (!wantGradient) return;
  gradients = allocate(<f64>pixels * <f64>outputs * 8);
  tangentX = allocatePlane(maximalWidth, tileStrips);
  tangentY = allocatePlane(maximalWidth, tileStrips);
  spareTangent = allocatePlane(maximalWidth, tileStrips);
  outputTangents = allocatePlane(outputs, 2 * tileStrips);
}

export function coefficientsAddress(): usize {
  return coefficients;
}

/** Results of the last chunk: values float32 [pixels, outputs]. */
export function valuesAddress(): usize {
  return values;
}

/** uint32 [pixels, 2] */
export function hashesAddress(): usize {
  return hashes;
}

/** uint32 [hidden layers, capacity, 2] */
export function prefixesAddress(): usize {
  return prefixes;
}

/** float32 [pixels, outputs, 2] */
export function gradientsAddress(): usize {
  return gradients;
}

/** Chooses the pixel centres of a width x height frame over a view. */
export function setView(x0: f64, y0: f64, x1: f64, y1: f64, width: i32, height: i32): void {
  points = 0;
  frameWidth = width;
  frameHeight = height;
  top = y0;
  viewHeight = y1 - y0;
  abscissas = allocate(<f64>width * 4);
  for (let column = 0; column < width; column++) {
    const x = x0 + ((<f64>column + 0.5) / <f64>width) * (x1 - x0);
    store<f32>(abscissas + ((<usize>column) << 2), <f32>x);
  }
}

/** Space for up to `capacity` points float32 [n, 2] that take the place of pixels. */
export function openPoints(): usize {
  points = allocate(<f64>capacity * 8);
  return points;
}

/** Offset of a sample of a tile in a plane of `rows` rows. */
@inline
function placeOf(sample: i32, rows: i32): usize {
  return stripBytes(rows) * (sample >> 4) + ((<usize>(sample & 15)) << 2);
}

function fillPixels(first: i32, count: i32): void {
  let row = first / frameWidth;
  let column = first - row * frameWidth;
  let y = ordinate(row);
  for (let pixel = 0; pixel < count; pixel++) {
    const at = inputPlane + placeOf(pixel, 2);
    store<f32>(at, load<f32>(abscissas + ((<usize>column) << 2)));
    store<f32>(at, y, 64);
    if (++column == frameWidth) {
      column = 0;
      y = ordinate(++row);
    }
  }
}

@inline
function ordinate(row: i32): f32 {
  return <f32>(top + ((<f64>row + 0.5) / <f64>frameHeight) * viewHeight);
}

function fillPoints(first: i32, count: i32): void {
  for (let pixel = 0; pixel < count; pixel++) {
    const at = inputPlane + placeOf(pixel, 2);
    const from = points + ((<usize>(first + pixel)) << 3);
    store<f32>(at, load<f32>(from));
    store<f32>(at, load<f32>(from, 4), 64);
  }
}

/** Interleaves the lanes of `count` pixels into uint32 [count, 2]. */
function copyHashes(to: usize, count: i32): void {
  for (let pixel = 0; pixel < count; pixel++) {
    const from = lanes + ((<usize>(pixel >> 4)) << 7) + ((<usize>(pixel & 15)) << 2);
    store<u32>(to, load<u32>(from));
    store<u32>(to, load<u32>(from, 64), 4);
    to += 8;
  }
}

function fillTangent(plane: usize, alongX: bool): void {
  for (let strip = 0; strip < tileStrips; strip++) {
    for (let part: usize = 0; part < 64; part += 16) {
      v128.store(plane + part, f32x4.splat(alongX ? 1 : 0));
      v128.store(plane + part, f32x4.splat(alongX ? 0 : 1), 64);
    }
    plane += stripBytes(2);
  }
}

/** Carries both tangents through the hidden layer whose outputs are `activations`. */
function pushTangents(index: i32, activations: usize, strips: i32): void {
  const layer = layerAt(index);
  hiddenTangent(tangentX, spareTangent, layer.packed, layer.inputs, layer.outputs, strips, slope, activations);
  const freed = tangentX;
  tangentX = spareTangent;
  hiddenTangent(tangentY, freed, layer.packed, layer.inputs, layer.outputs, strips, slope, activations);
  spareTangent = tangentY;
  tangentY = freed;
}

function runHiddenLayers(chunkPixel: i32, count: i32, strips: i32): usize {
  let source = inputPlane;
  let target = planeA;
  let coefficient = coefficients;
  for (let index = 0; index < layerCount - 1; index++) {
    const layer = layerAt(index);
    const rows = layer.outputs;
    if (wantHashes) {
      hiddenHash(source, target, layer.packed, layer.biases, layer.inputs, rows, strips, slope, lanes, coefficient);
      coefficient += (<usize>rows) << 3;
    } else hiddenPlain(source, target, layer.packed, layer.biases, layer.inputs, rows, strips, slope);
    if (wantPrefixes) copyHashes(prefixes + ((<usize>capacity * index + chunkPixel) << 3), count);
    if (wantGradient) pushTangents(index, target, strips);
    source = target;
    target = target == planeA ? planeB : planeA;
  }
  return source;
}

function runTile(first: i32, chunkPixel: i32, count: i32): void {
  const strips = (count + 15) >> 4;
  if (points) fillPoints(first, count);
  else fillPixels(first, count);
  if (wantHashes) memory.fill(lanes, 0, (<usize>strips) << 7);
  if (wantGradient) {
    fillTangent(tangentX, true);
    fillTangent(tangentY, false);
  }
  const source = runHiddenLayers(chunkPixel, count, strips);
  const output = layerAt(layerCount - 1);
  affineLinear(source, outputPlane, output.weights, output.biases, output.inputs, output.outputs, strips);
  if (squash) {
    const end = outputPlane + stripBytes(output.outputs) * strips;
    for (let at = outputPlane; at < end; at += 16) v128.store(at, logistic(v128.load(at)));
  }
  copyValues(chunkPixel, count, output.outputs);
  if (wantHashes) copyHashes(hashes + ((<usize>chunkPixel) << 3), count);
  if (wantGradient) copyGradients(chunkPixel, count, strips);
}

function copyValues(chunkPixel: i32, count: i32, outputs: i32): void {
  let to = values + ((<usize>(chunkPixel * outputs)) << 2);
  for (let pixel = 0; pixel < count; pixel++) {
    let from = outputPlane + placeOf(pixel, outputs);
    for (let output = 0; output < outputs; output++) {
      store<f32>(to, load<f32>(from));
      to += 4;
      from += 64;
    }
  }
}

function copyGradients(chunkPixel: i32, count: i32, strips: i32): void {
  const layer = layerAt(layerCount - 1);
  const outputs = layer.outputs;
  const zeros = allocatedZeros(outputs);
  const alongY = outputTangents + stripBytes(outputs) * tileStrips;
  affineLinear(tangentX, outputTangents, layer.weights, zeros, layer.inputs, outputs, strips);
  affineLinear(tangentY, alongY, layer.weights, zeros, layer.inputs, outputs, strips);
  let to = gradients + ((<usize>(chunkPixel * outputs)) << 3);
  for (let pixel = 0; pixel < count; pixel++) {
    let offset = placeOf(pixel, outputs);
    for (let output = 0; output < outputs; output++) {
      const value = load<f32>(outputPlane + offset);
      const factor: f32 = squash ? value * (1 - value) : 1;
      store<f32>(to, factor * load<f32>(outputTangents + offset));
      store<f32>(to, factor * load<f32>(alongY + offset), 4);
      to += 8;
      offset += 64;
    }
  }
}

/** A bias of zeros: the input plane is free by the time the outputs are differentiated. */
function allocatedZeros(outputs: i32): usize {
  memory.fill(inputPlane, 0, (<usize>outputs) << 2);
  return inputPlane;
}

/** Computes pixels (or points) first .. first + count - 1 into places at .. at + count - 1 of the chunk's arrays. */
export function renderChunk(first: i32, count: i32, at: i32): void {
  for (let pixel = 0; pixel < count; pixel += tilePixels) {
    runTile(first + pixel, at + pixel, min(tilePixels, count - pixel));
  }
}
