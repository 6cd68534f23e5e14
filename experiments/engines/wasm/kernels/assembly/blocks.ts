// Anchored frames, a block of 32 x 32 pixels at a time. Within a block most neurons keep their side of the crease, so the
// network is an affine function of the pixel there, but for the neurons whose crease crosses the block. With
//   dx, dy  the pixel less the block's centre, its anchor, and
//   D_k     what a crossed neuron k has on the other side of its crease than the anchor: (1 - slope) |z_k|, else 0,
// every pre-activation is its value at the anchor, which is computed in float64, plus a linear combination of these terms:
// dx, dy, D_1, D_2, ... A layer multiplies coefficients [inputs, terms] in place of activations [inputs, pixels], and a
// crossed neuron adds a term. A crease through a picture of s x s pixels meets about s / 32 of its (s / 32)^2 blocks, so a
// block has some tens of terms for its 1024 pixels. Errors are in proportion to what changes within a block.
//
// Where many creases cross a block, its quarters are cheaper, down to 8 x 8 pixels; where even those would have too many,
// activations are written out at the pixels, and the layers that are left take them as they would any samples.
import { affinePlane } from './affine';
import { anchorBytes, computeAnchors, neuronBytes, openAnchors } from './anchors';
import { allocate, allocateZeros } from './arena';
import {
  beginPart, blockSide, columnsCentre, copyHashes, lanes, leastSide, openPixels, partColumn, partColumns, partRow,
  partRows, pixelStrips, rowsCentre, side,
} from './block-pixels';
import {
  addLayer, beginTerms, evaluationWork, finishTerms, mostTerms, openTerms, productWork, termCount, writeOut,
} from './block-terms';
import { logistic } from './loss';
import { allocatePlane, layerAt, layerCount, maxWidth, slope, stripBytes } from './network';
import { hiddenAnchored, hiddenAnchoredKept, hiddenTangent } from './panels';

const blockStrips: i32 = (blockSide * blockSide) >> 4;
/** Terms of the smallest part, behind the last layer, with which pixels are cheaper. */
const crowd: i32 = 40;

let wantPrefixes: bool = false;
let wantGradient: bool = false;
let squash: bool = false;
/** uint32 [neurons, 2] */
let hashCoefficients: usize = 0;
let frameWidth: i32 = 0;
let frameHeight: i32 = 0;

/** Row of blocks that is held, -1 where none is, and its pixels in order. */
let heldRow: i32 = -1;
let heldValues: usize = 0;
let heldHashes: usize = 0;
let heldPrefixes: usize = 0;
let heldGradients: usize = 0;

let blockColumns: i32 = 0;
let anchorsOfRow: usize = 0;
let anchorsOfQuarters: usize = 0;
let centres: usize = 0;
/** Multiplications of a block with two terms or as many as fit into their place. */
let leastWork: f64 = 0;

/** Activations less those at the anchor, where they are written out, and what their derivatives need. */
let isWrittenOut: bool = false;
let written: usize = 0;
let spareWritten: usize = 0;
let tangentX: usize = 0;
let tangentY: usize = 0;
let spareTangent: usize = 0;
let kept: usize = 0;
let outputs: usize = 0;
let outputsX: usize = 0;
let outputsY: usize = 0;
let zeros: usize = 0;

/** Prepares the frame of width x height pixels over a view; `negativeSlope` without rounding. */
export function openBlocks(
  x0: f64, y0: f64, x1: f64, y1: f64, width: i32, height: i32, negativeSlope: f64, prefixed: bool, differentiated: bool,
  sigmoid: bool, coefficients: usize,
): void {
  openAnchors(negativeSlope);
  openPixels(x0, y0, x1, y1, width, height);
  openTerms(negativeSlope, differentiated, blockStrips);
  wantPrefixes = prefixed;
  wantGradient = differentiated;
  squash = sigmoid;
  hashCoefficients = coefficients;
  frameWidth = width;
  frameHeight = height;
  heldRow = -1;
  leastWork = 0;
  for (let index = 0; index < layerCount; index++) {
    leastWork += 16 * <f64>layerAt(index).inputs * <f64>layerAt(index).outputs;
  }
  blockColumns = (width - 1) / blockSide + 1;
  anchorsOfRow = allocate(<f64>blockColumns * <f64>anchorBytes);
  anchorsOfQuarters = allocate(8 * <f64>anchorBytes);
  centres = allocate(<f64>max(blockColumns, 4) * 16);
  const pixels = <f64>width * <f64>blockSide;
  const outputCount = layerAt(layerCount - 1).outputs;
  heldValues = allocate(4 * pixels * <f64>outputCount);
  heldHashes = allocate(8 * pixels);
  heldPrefixes = wantPrefixes ? allocate(8 * pixels * <f64>(layerCount - 1)) : 0;
  heldGradients = wantGradient ? allocate(8 * pixels * <f64>outputCount) : 0;
  written = allocatePlane(maxWidth, blockStrips);
  spareWritten = allocatePlane(maxWidth, blockStrips);
  outputs = allocatePlane(outputCount, blockStrips);
  zeros = allocateZeros(<f64>outputCount * 4);
  if (!wantGradient) return;
  tangentX = allocatePlane(maxWidth, blockStrips);
  tangentY = allocatePlane(maxWidth, blockStrips);
  spareTangent = allocatePlane(maxWidth, blockStrips);
  kept = allocatePlane(maxWidth, blockStrips);
  outputsX = allocatePlane(outputCount, blockStrips);
  outputsY = allocatePlane(outputCount, blockStrips);
}

/**
 * Copies the pixels first .. first + count - 1 to the places of results, computing the rows of blocks that they lie in.
 * Prefixes lie `step` hashes apart, layer after layer.
 */
export function renderBlocks(
  first: i32, count: i32, values: usize, hashes: usize, prefixes: usize, step: i32, gradients: usize,
): void {
  const outputCount = layerAt(layerCount - 1).outputs;
  while (count > 0) {
    const row = first / frameWidth / blockSide;
    if (row != heldRow) computeRow(row);
    const from = first - row * blockSide * frameWidth;
    const copied = min(count, frameWidth * rowsOf(row) - from);
    const bytes = (<usize>copied) << 3;
    const valueBytes = ((<usize>(copied * outputCount)) << 2);
    memory.copy(values, heldValues + ((<usize>(from * outputCount)) << 2), valueBytes);
    memory.copy(hashes, heldHashes + ((<usize>from) << 3), bytes);
    for (let layer = 0; wantPrefixes && layer < layerCount - 1; layer++) {
      const held = heldPrefixes + ((<usize>(layer * frameWidth * blockSide + from)) << 3);
      memory.copy(prefixes + ((<usize>layer * <usize>step) << 3), held, bytes);
    }
    if (wantGradient) {
      memory.copy(gradients, heldGradients + ((<usize>(from * outputCount)) << 3), 2 * valueBytes);
      gradients += 2 * valueBytes;
    }
    values += valueBytes;
    hashes += bytes;
    prefixes += bytes;
    first += copied;
    count -= copied;
  }
}

@inline
function rowsOf(row: i32): i32 {
  return min(blockSide, frameHeight - row * blockSide);
}

@inline
function columnsOf(block: i32): i32 {
  return min(blockSide, frameWidth - block * blockSide);
}

function computeRow(row: i32): void {
  heldRow = -1;
  const rows = rowsOf(row);
  const ordinates = centres + ((<usize>blockColumns) << 3);
  for (let block = 0; block < blockColumns; block++) {
    const at = (<usize>block) << 3;
    store<f64>(centres + at, columnsCentre(block * blockSide, columnsOf(block)));
    store<f64>(ordinates + at, rowsCentre(row * blockSide, rows));
  }
  computeAnchors(centres, ordinates, blockColumns, anchorsOfRow);
  for (let block = 0; block < blockColumns; block++) {
    computePart(row * blockSide, block * blockSide, 0, columnsOf(block), rows, blockSide, anchorsOfRow + anchorBytes * block);
  }
  heldRow = row;
}

/** A block or a part of it, among the rows of pixels from `firstRow` on. */
function computePart(
  firstRow: i32, column: i32, row: i32, columns: i32, rows: i32, length: i32, anchor: usize,
): void {
  beginPart(column, row, columns, rows, length);
  if (computeBlock(anchor)) return;
  const half = length >> 1;
  const anchors = anchorsOfQuarters + (length == blockSide ? 0 : 4 * anchorBytes);
  const across = (columns - 1) / half + 1;
  const count = across * ((rows - 1) / half + 1);
  const ordinates = centres + ((<usize>count) << 3);
  for (let each = 0; each < count; each++) {
    const right = (each % across) * half;
    const down = (each / across) * half;
    const at = (<usize>each) << 3;
    store<f64>(centres + at, columnsCentre(column + right, min(half, columns - right)));
    store<f64>(ordinates + at, rowsCentre(firstRow + row + down, min(half, rows - down)));
  }
  computeAnchors(centres, ordinates, count, anchors);
  for (let each = 0; each < count; each++) {
    const right = (each % across) * half;
    const down = (each / across) * half;
    computePart(
      firstRow, column + right, row + down, min(half, columns - right), min(half, rows - down), half,
      anchors + anchorBytes * each,
    );
  }
}

/** Whether the smallest parts will have about as many terms as are worth it, going by the first layers. */
function crowds(layers: i32): bool {
  const hidden = layerCount - 1;
  return (
    6 * layers >= hidden && <f64>(termCount - 2) * <f64>hidden * <f64>leastSide > <f64>crowd * <f64>layers * <f64>side
  );
}

/** False where quarters are cheaper. */
function computeBlock(anchor: usize): bool {
  isWrittenOut = false;
  beginTerms();
  let coefficient = hashCoefficients;
  for (let index = 0; index < layerCount - 1; index++) {
    const rows = layerAt(index).outputs;
    if (isWrittenOut) runWritten(index, anchor, coefficient);
    else {
      addLayer(index, anchor, coefficient);
      const isCrowded = crowds(index + 1);
      const isSlow = evaluationWork > 2 * leastWork && evaluationWork > productWork;
      if (side == blockSide ? isCrowded || isSlow : side > leastSide && !isCrowded && isSlow) return false;
      if ((side < blockSide && (isCrowded || 2 * termCount > pixelStrips << 4)) || termCount > mostTerms) {
        isWrittenOut = true;
        writeOut(rows, written, tangentX, tangentY);
      }
    }
    coefficient += (<usize>rows) << 3;
    anchor += neuronBytes * rows;
    if (wantPrefixes) copyHashes(heldPrefixes + ((<usize>(index * frameWidth * blockSide)) << 3), frameWidth);
  }
  copyHashes(heldHashes, frameWidth);
  finish(anchor);
  return true;
}

/** A hidden layer of activations that are written out. */
function runWritten(index: i32, anchor: usize, coefficient: usize): void {
  const layer = layerAt(index);
  const rows = layer.outputs;
  for (let strip = 0; strip < pixelStrips; strip++) {
    const from = written + stripBytes(layer.inputs) * strip;
    const to = spareWritten + stripBytes(rows) * strip;
    const lane = lanes + ((<usize>strip) << 7);
    if (wantGradient) {
      const side = kept + stripBytes(rows) * strip;
      hiddenAnchoredKept(from, to, layer.packed, anchor, layer.inputs, rows, slope, side, lane, coefficient);
    } else hiddenAnchored(from, to, layer.packed, anchor, layer.inputs, rows, slope, lane, coefficient);
  }
  const freed = written;
  written = spareWritten;
  spareWritten = freed;
  if (!wantGradient) return;
  hiddenTangent(tangentX, spareTangent, layer.packed, layer.inputs, rows, pixelStrips, slope, kept);
  const freedTangent = tangentX;
  tangentX = spareTangent;
  hiddenTangent(tangentY, freedTangent, layer.packed, layer.inputs, rows, pixelStrips, slope, kept);
  spareTangent = tangentY;
  tangentY = freedTangent;
}

/** Values and gradients of the outputs, whose values at the anchor before any sigmoid are `anchor`. */
function finish(anchor: usize): void {
  const layer = layerAt(layerCount - 1);
  const count = layer.outputs;
  if (isWrittenOut) {
    affinePlane(written, outputs, layer.weights, zeros, layer.inputs, count, pixelStrips);
    if (wantGradient) {
      affinePlane(tangentX, outputsX, layer.weights, zeros, layer.inputs, count, pixelStrips);
      affinePlane(tangentY, outputsY, layer.weights, zeros, layer.inputs, count, pixelStrips);
    }
  } else finishTerms(outputs, outputsX, outputsY);
  for (let strip = 0; strip < pixelStrips; strip++) {
    let at = outputs + stripBytes(count) * strip;
    for (let output = 0; output < count; output++, at += 64) {
      const middles = v128.load32_splat(anchor + ((<usize>output) << 2));
      for (let part: usize = 0; part < 64; part += 16) {
        const z = f32x4.add(v128.load(at + part), middles);
        v128.store(at + part, squash ? logistic(z) : z);
      }
    }
  }
  for (let row = 0; row < partRows; row++) {
    const place = (<usize>(((partRow + row) * frameWidth + partColumn) * count)) << 2;
    let to = heldValues + place;
    let gradient = heldGradients + 2 * place;
    for (let column = 0; column < partColumns; column++) {
      const pixel = row * side + column;
      let offset = stripBytes(count) * (pixel >> 4) + ((<usize>(pixel & 15)) << 2);
      for (let output = 0; output < count; output++, offset += 64, to += 4) {
        const value = load<f32>(outputs + offset);
        store<f32>(to, value);
        if (!wantGradient) continue;
        const factor: f32 = squash ? value * (1 - value) : 1;
        store<f32>(gradient, factor * load<f32>(outputsX + offset));
        store<f32>(gradient, factor * load<f32>(outputsY + offset), 4);
        gradient += 8;
      }
    }
  }
}
