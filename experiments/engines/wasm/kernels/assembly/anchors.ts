// Anchors: the network at the centres of 16 x 16 blocks of a frame's pixels, in float64. The pixels of a block are then
// computed as differences from its anchor, whose rounding errors are in proportion to the block and not to the
// coordinates, so that a frame is as exact as its pixels need at any zoom. (The perturbation method of deep fractal zooms,
// K. I. Martin 2013, with the kink of the leaky ReLU where a pixel lies on the other side of a crease than its anchor.)
import { allocate } from './arena';
import { exactActivate, exactPoints, exactRow, openExact, pointsAtOnce } from './exact';
import { layerAt, layerCount, neuronCount } from './network';

/** Pixels along the side of a block, as a power of two. */
const blockShift: i32 = 4;
/** Bytes of a neuron in an anchor, three float32: see `writeNeuron`. */
export const neuronBytes: usize = 12;

let exactSlope: f64 = 0;
let blockColumns: i32 = 0;
let anchors: usize = 0;
let anchorBytes: usize = 0;
/** Row of blocks whose anchors are held; -1 where none are. */
let heldRow: i32 = -1;
let frameWidth: i32 = 0;
let frameHeight: i32 = 0;
let left: f64 = 0;
let top: f64 = 0;
let pixelWidth: f64 = 0;
let pixelHeight: f64 = 0;

/** Prepares anchors for the frame of width x height pixels over a view. */
export function openAnchors(
  x0: f64, y0: f64, x1: f64, y1: f64, width: i32, height: i32, negativeSlope: f64,
): void {
  exactSlope = negativeSlope;
  frameWidth = width;
  frameHeight = height;
  left = x0;
  top = y0;
  pixelWidth = (x1 - x0) / <f64>width;
  pixelHeight = (y1 - y0) / <f64>height;
  blockColumns = ((width - 1) >> blockShift) + 1;
  anchorBytes = (<usize>neuronCount) * neuronBytes + ((<usize>layerAt(layerCount - 1).outputs) << 2);
  anchors = allocate(<f64>blockColumns * <f64>anchorBytes);
  openExact(negativeSlope);
  heldRow = -1;
}

/** Whether the anchors of a pixel's row are held; addresses of others are void once `anchorAt` is asked for one of this row. */
export function holdsAnchors(row: i32): bool {
  return row >> blockShift == heldRow;
}

/** Address of the anchor of a pixel: its hidden neurons, layer after layer, then float32 [outputs], before any sigmoid. */
export function anchorAt(row: i32, column: i32): usize {
  const blockRow = row >> blockShift;
  if (blockRow != heldRow) {
    for (let block = 0; block < blockColumns; block += pointsAtOnce) computeAnchors(blockRow, block);
    heldRow = blockRow;
  }
  return anchors + anchorBytes * (column >> blockShift);
}

/**
 * Centre of the block of the pixel with this index among `count`, in pixels from the frame's edge; pixel i's own centre is
 * at i + 0.5.
 */
@inline
function centreOf(index: i32, count: i32): f64 {
  const start = (index >> blockShift) << blockShift;
  return 0.5 * <f64>(start + min(start + (1 << blockShift), count));
}

/** x of a pixel's centre less that of its anchor. */
export function fromAnchorX(column: i32): f32 {
  return <f32>((<f64>column + 0.5 - centreOf(column, frameWidth)) * pixelWidth);
}

/** y of a pixel's centre less that of its anchor. */
export function fromAnchorY(row: i32): f32 {
  return <f32>((<f64>row + 0.5 - centreOf(row, frameHeight)) * pixelHeight);
}

/** Anchors of the blocks from `first` on, as many as are computed at once. */
function computeAnchors(blockRow: i32, first: i32): void {
  const points = exactPoints();
  const y = top + centreOf(blockRow << blockShift, frameHeight) * pixelHeight;
  for (let block = 0; block < pointsAtOnce; block++) {
    const x = left + centreOf((first + block) << blockShift, frameWidth) * pixelWidth;
    store<f64>(points + ((<usize>block) << 3), x);
    store<f64>(points + ((<usize>(pointsAtOnce + block)) << 3), y);
  }
  const blocks = min(pointsAtOnce, blockColumns - first);
  let at = anchors + anchorBytes * first;
  for (let index = 0; index < layerCount; index++) {
    const hidden = index < layerCount - 1;
    const rows = layerAt(index).outputs;
    for (let row = 0; row < rows; row++) {
      const z = exactRow(index, row);
      for (let block = 0; block < blocks; block++) {
        const value = load<f64>(z + ((<usize>block) << 3));
        if (hidden) writeNeuron(at + anchorBytes * block, value);
        else store<f32>(at + anchorBytes * block, <f32>value);
      }
      at += hidden ? neuronBytes : 4;
    }
    if (hidden) exactActivate(index);
  }
}

/**
 * A neuron with pre-activation z at the anchor and z + d at a pixel: its activation's difference is the larger one of
 * d + [1] and slope d + [2], the former where z + d is positive. The term of the anchor's own side is zero.
 */
@inline
function writeNeuron(at: usize, z: f64): void {
  const jump = <f32>((exactSlope - 1) * abs(<f64><f32>z));
  store<f32>(at, <f32>z);
  store<f32>(at, z > 0 ? 0 : jump, 4);
  store<f32>(at, z > 0 ? jump : 0, 8);
}
