// The points that are trained on: coordinates and labels as the host fills them in, and the order they are taken in.
import { allocateZeros } from './arena';
import { tileRow } from './network';

let coordinates: usize = 0;
let labels: usize = 0;
let outputs: i32 = 0;
/** Order of the points; 0 stands for the order in which they lie. */
let order: usize = 0;

/** Space for `points` points with `labelCount` labels each, followed by 16 zero points: strips are filled whole. */
export function openSamples(points: i32, labelCount: i32): void {
  outputs = labelCount;
  order = 0;
  coordinates = allocateZeros((<f64>points + 16) * 8);
  labels = allocateZeros((<f64>points + 16) * <f64>labelCount * 4);
}

/** float32 [points, 2] */
export function coordinatesAddress(): usize {
  return coordinates;
}

/** float32 [points, outputs] */
export function labelsAddress(): usize {
  return labels;
}

/** Chooses an order uint32 [points + 16], or with 0 that in which the points lie. */
export function takeOrder(address: usize): void {
  order = address;
}

/** Number of the point at a place of the order. */
@inline
function pointAt(place: i32): usize {
  return order ? load<u32>(order + ((<usize>place) << 2)) : <usize>place;
}

/** Copies the coordinates of the four points from a place on into both rows of a tile. */
@inline
function gatherCoordinates(target: usize, place: i32): void {
  const from = coordinates;
  let low = v128.load64_zero(from + (pointAt(place) << 3));
  low = v128.load_lane<u64>(from + (pointAt(place + 1) << 3), low, 1);
  let high = v128.load64_zero(from + (pointAt(place + 2) << 3));
  high = v128.load_lane<u64>(from + (pointAt(place + 3) << 3), high, 1);
  v128.store(target, v128.shuffle<f32>(low, high, 0, 2, 4, 6));
  v128.store(target + tileRow, v128.shuffle<f32>(low, high, 1, 3, 5, 7));
}

/** Copies one output's labels of the four points from a place on into its row of a tile. */
@inline
function gatherLabels(target: usize, place: i32, from: usize, pointBytes: usize): void {
  let values = v128.load32_zero(from + pointAt(place) * pointBytes);
  values = v128.load_lane<u32>(from + pointAt(place + 1) * pointBytes, values, 1);
  values = v128.load_lane<u32>(from + pointAt(place + 2) * pointBytes, values, 2);
  values = v128.load_lane<u32>(from + pointAt(place + 3) * pointBytes, values, 3);
  v128.store(target, values);
}

/**
 * Copies `count` points from place `from` of the order into tiles of coordinates and labels. The rest of the last strip
 * is filled with other points; the loss leaves them out.
 */
export function gatherSamples(from: i32, count: i32, inputTile: usize, labelTile: usize): void {
  const pointBytes = (<usize>outputs) << 2;
  const quarterBytes = (<usize>(count + 15) >> 4) << 4;
  for (let first = 0; first < count; first += 16) {
    let at = <usize>first;
    for (let part = 0; part < 16; part += 4) {
      gatherCoordinates(inputTile + at, from + first + part);
      for (let output: usize = 0; output < <usize>outputs; output++) {
        gatherLabels(labelTile + tileRow * output + at, from + first + part, labels + (output << 2), pointBytes);
      }
      at += quarterBytes;
    }
  }
}
