// Frames: values, hashes, prefix hashes and input gradients of pixels or points, tile by tile. Only two planes of
// activations exist; a neuron's hash coefficients are added while its pre-activation is still in registers.
import { affinePlane } from './affine';
import { allocate } from './arena';
import { openBlocks, renderBlocks } from './blocks';
import { exactActivate, exactPoints, exactRow, openExact, pointsAtOnce } from './exact';
import { logistic } from './loss';
import { allocatePlane, layerAt, layerCount, maxWidth, neuronCount, slope, stripBytes } from './network';
import { hiddenHash, hiddenPlain, hiddenTangent, packPanels } from './panels';

/** How pixels are computed. */
const enum Precision {
  /** In float32. */
  Plain = 0,
  /** In float32, as differences from anchors. */
  Anchored = 1,
  /** In float64; only the results are rounded. */
  Exact = 2,
}

/** Strips in a tile of a frame; results do not depend on it. */
const tileStrips: i32 = 8;
const tilePixels: i32 = tileStrips << 4;

/** Strips in use of the tile at hand, and the pixel it begins with where it is exact. */
let strips: i32 = 0;
let firstPixel: i32 = 0;
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

/** Pixels in each strip of a tile. */
let stripCounts: usize = 0;
let precision: Precision = Precision.Plain;

let points: usize = 0;
let frameWidth: i32 = 0;
let frameHeight: i32 = 0;
let left: f64 = 0;
let top: f64 = 0;
let viewWidth: f64 = 0;
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
  planeA = allocatePlane(maxWidth, tileStrips);
  planeB = allocatePlane(maxWidth, tileStrips);
  lanes = allocate((<f64>tileStrips) * 128);
  stripCounts = allocate((<f64>tileStrips) * 4);
  outputPlane = allocatePlane(outputs, tileStrips);
  values = allocate(<f64>pixels * <f64>outputs * 4);
  hashes = allocate(<f64>pixels * 8);
  prefixes = wantPrefixes ? allocate(<f64>pixels * 8 * <f64>(layerCount - 1)) : 0;
  if (!wantGradient) return;
  gradients = allocate(<f64>pixels * <f64>outputs * 8);
  tangentX = allocatePlane(maxWidth, tileStrips);
  tangentY = allocatePlane(maxWidth, tileStrips);
  spareTangent = allocatePlane(maxWidth, tileStrips);
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

/**
 * Chooses the pixel centres of a width x height frame over a view, and how they are computed; `negativeSlope` without
 * rounding. Anchored frames are always hashed, exact ones have neither prefixes nor gradients.
 */
export function setView(
  x0: f64, y0: f64, x1: f64, y1: f64, width: i32, height: i32, mode: Precision, negativeSlope: f64,
): void {
  points = 0;
  precision = mode;
  frameWidth = width;
  frameHeight = height;
  left = x0;
  top = y0;
  viewWidth = x1 - x0;
  viewHeight = y1 - y0;
  if (precision == Precision.Exact) openExact(negativeSlope);
  if (precision != Precision.Anchored) return;
  openBlocks(x0, y0, x1, y1, width, height, negativeSlope, wantPrefixes, wantGradient, squash, coefficients);
}

/** Space for up to `capacity` points float32 [n, 2] that take the place of pixels. */
export function openPoints(): usize {
  precision = Precision.Plain;
  points = allocate(<f64>capacity * 8);
  return points;
}

/** Offset of a sample of a tile in a plane of `rows` rows. */
@inline
function placeOf(sample: i32, rows: i32): usize {
  return stripBytes(rows) * (sample >> 4) + ((<usize>(sample & 15)) << 2);
}

@inline
function abscissa(column: i32): f64 {
  return left + ((<f64>column + 0.5) / <f64>frameWidth) * viewWidth;
}

@inline
function ordinate(row: i32): f64 {
  return top + ((<f64>row + 0.5) / <f64>frameHeight) * viewHeight;
}

function fillPixels(first: i32, count: i32): void {
  let row = first / frameWidth;
  let column = first - row * frameWidth;
  let y = <f32>ordinate(row);
  for (let pixel = 0; pixel < count; pixel++) {
    const at = inputPlane + placeOf(pixel, 2);
    store<f32>(at, <f32>abscissa(column));
    store<f32>(at, y, 64);
    if (++column == frameWidth) {
      column = 0;
      y = <f32>ordinate(++row);
    }
  }
}

function fillPoints(first: i32, count: i32): void {
  for (let pixel = 0; pixel < count; pixel++) {
    const at = inputPlane + placeOf(pixel, 2);
    const from = points + ((<usize>(first + pixel)) << 3);
    store<f32>(at, load<f32>(from));
    store<f32>(at, load<f32>(from, 4), 64);
  }
}

/** Fills a tile of `count` pixels or points. */
function fillTile(first: i32, count: i32): void {
  strips = (count + 15) >> 4;
  for (let strip = 0; strip < strips; strip++) {
    store<i32>(stripCounts + ((<usize>strip) << 2), min(16, count - (strip << 4)));
  }
  if (precision == Precision.Exact) firstPixel = first;
  else if (points) fillPoints(first, count);
  else fillPixels(first, count);
}

@inline
function countOf(strip: i32): i32 {
  return load<i32>(stripCounts + ((<usize>strip) << 2));
}

/** Interleaves the lanes of the tile's pixels into uint32 [pixels, 2]. */
function copyHashes(to: usize): void {
  for (let strip = 0; strip < strips; strip++) {
    let from = lanes + ((<usize>strip) << 7);
    for (let left = countOf(strip); left > 0; left--) {
      store<u32>(to, load<u32>(from));
      store<u32>(to, load<u32>(from, 64), 4);
      from += 4;
      to += 8;
    }
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

/**
 * Carries both tangents through a hidden layer whose activations, or whatever else is positive where they are, lie in
 * `activations`.
 */
function pushTangents(index: i32, activations: usize): void {
  const layer = layerAt(index);
  hiddenTangent(tangentX, spareTangent, layer.packed, layer.inputs, layer.outputs, strips, slope, activations);
  const freed = tangentX;
  tangentX = spareTangent;
  hiddenTangent(tangentY, freed, layer.packed, layer.inputs, layer.outputs, strips, slope, activations);
  spareTangent = tangentY;
  tangentY = freed;
}

/** Runs all layers; values before any sigmoid are in the output plane afterwards. */
function runLayers(chunkPixel: i32): void {
  let source = inputPlane;
  let target = planeA;
  let coefficient = coefficients;
  for (let index = 0; index < layerCount - 1; index++) {
    const layer = layerAt(index);
    const rows = layer.outputs;
    if (wantHashes) {
      hiddenHash(source, target, layer.packed, layer.biases, layer.inputs, rows, strips, slope, lanes, coefficient);
    } else hiddenPlain(source, target, layer.packed, layer.biases, layer.inputs, rows, strips, slope);
    coefficient += (<usize>rows) << 3;
    if (wantPrefixes) copyHashes(prefixes + ((<usize>capacity * index + chunkPixel) << 3));
    if (wantGradient) pushTangents(index, target);
    source = target;
    target = target == planeA ? planeB : planeA;
  }
  const output = layerAt(layerCount - 1);
  affinePlane(source, outputPlane, output.weights, output.biases, output.inputs, output.outputs, strips);
}

/** Runs all layers in float64 for the pixels from `pixel` on of the tile, as many as are evaluated at once. */
function runExact(pixel: i32): void {
  const plane = exactPoints();
  for (let point = 0; point < pointsAtOnce; point++) {
    const index = firstPixel + pixel + point;
    const row = index / frameWidth;
    store<f64>(plane + ((<usize>point) << 3), abscissa(index - row * frameWidth));
    store<f64>(plane + ((<usize>(pointsAtOnce + point)) << 3), ordinate(row));
  }
  const lane = lanes + ((<usize>(pixel >> 4)) << 7) + ((<usize>(pixel & 15)) << 2);
  const outputs = layerAt(layerCount - 1).outputs;
  let coefficient = coefficients;
  for (let index = 0; index < layerCount; index++) {
    const rows = layerAt(index).outputs;
    for (let row = 0; row < rows; row++) {
      const z = exactRow(index, row);
      if (index < layerCount - 1) {
        addExactTerms(z, lane, coefficient);
        coefficient += 8;
        continue;
      }
      const to = outputPlane + placeOf(pixel, outputs) + ((<usize>row) << 6);
      for (let point = 0; point < pointsAtOnce; point++) {
        store<f32>(to + ((<usize>point) << 2), <f32>load<f64>(z + ((<usize>point) << 3)));
      }
    }
    if (index < layerCount - 1) exactActivate(index);
  }
}

/** Adds a neuron's coefficients to the lanes of those points where it is active. */
@inline
function addExactTerms(z: usize, lane: usize, coefficient: usize): void {
  for (let point = 0; point < pointsAtOnce; point++) {
    const active: u32 = load<f64>(z + ((<usize>point) << 3)) > 0 ? 0xffffffff : 0;
    const at = lane + ((<usize>point) << 2);
    store<u32>(at, load<u32>(at) + (active & load<u32>(coefficient)));
    store<u32>(at, load<u32>(at, 64) + (active & load<u32>(coefficient, 4)), 64);
  }
}

/** Computes the pixels of a filled tile into the places from `chunkPixel` on of the chunk's arrays. */
function runTile(chunkPixel: i32): void {
  if (wantHashes || precision == Precision.Exact) memory.fill(lanes, 0, (<usize>strips) << 7);
  if (wantGradient) {
    fillTangent(tangentX, true);
    fillTangent(tangentY, false);
  }
  if (precision == Precision.Exact) {
    for (let pixel = 0; pixel < strips << 4; pixel += pointsAtOnce) runExact(pixel);
  } else runLayers(chunkPixel);
  const outputs = layerAt(layerCount - 1).outputs;
  if (squash) {
    const end = outputPlane + stripBytes(outputs) * strips;
    for (let at = outputPlane; at < end; at += 16) v128.store(at, logistic(v128.load(at)));
  }
  copyValues(chunkPixel, outputs);
  if (wantHashes) copyHashes(hashes + ((<usize>chunkPixel) << 3));
  if (wantGradient) copyGradients(chunkPixel);
}

function copyValues(chunkPixel: i32, outputs: i32): void {
  let to = values + ((<usize>(chunkPixel * outputs)) << 2);
  for (let strip = 0; strip < strips; strip++) {
    const count = countOf(strip);
    for (let sample = 0; sample < count; sample++) {
      let from = outputPlane + stripBytes(outputs) * strip + ((<usize>sample) << 2);
      for (let output = 0; output < outputs; output++) {
        store<f32>(to, load<f32>(from));
        to += 4;
        from += 64;
      }
    }
  }
}

function copyGradients(chunkPixel: i32): void {
  const layer = layerAt(layerCount - 1);
  const outputs = layer.outputs;
  const zeros = allocatedZeros(outputs);
  const alongY = outputTangents + stripBytes(outputs) * tileStrips;
  affinePlane(tangentX, outputTangents, layer.weights, zeros, layer.inputs, outputs, strips);
  affinePlane(tangentY, alongY, layer.weights, zeros, layer.inputs, outputs, strips);
  let to = gradients + ((<usize>(chunkPixel * outputs)) << 3);
  for (let strip = 0; strip < strips; strip++) {
    const count = countOf(strip);
    for (let sample = 0; sample < count; sample++) {
      let offset = stripBytes(outputs) * strip + ((<usize>sample) << 2);
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
}

/** A bias of zeros: the input plane is free by the time the outputs are differentiated. */
function allocatedZeros(outputs: i32): usize {
  memory.fill(inputPlane, 0, (<usize>outputs) << 2);
  return inputPlane;
}

/** Computes pixels (or points) first .. first + count - 1 into places at .. at + count - 1 of the chunk's arrays. */
export function renderChunk(first: i32, count: i32, at: i32): void {
  if (precision == Precision.Anchored) {
    const outputs = layerAt(layerCount - 1).outputs;
    const place = (<usize>(at * outputs)) << 2;
    const hash = (<usize>at) << 3;
    renderBlocks(first, count, values + place, hashes + hash, prefixes + hash, capacity, gradients + 2 * place);
    return;
  }
  const end = first + count;
  for (let done = first; done < end; done += tilePixels) {
    fillTile(done, min(tilePixels, end - done));
    runTile(at + done - first);
  }
}
