// The block of pixels at hand, or a part of it: its place, its anchor, and what is computed at its pixels (see blocks.ts).
import { allocate } from './arena';

/** Pixels along the side of a block, and of its smallest parts. */
export const blockSide: i32 = 32;
export const leastSide: i32 = 8;
const blockPixels: i32 = blockSide * blockSide;

let left: f64 = 0;
let top: f64 = 0;
let pixelWidth: f64 = 0;
let pixelHeight: f64 = 0;

/** The part's first pixel in the row of blocks that is held, its size, clipped by the frame, and its side. */
export let partColumn: i32 = 0;
export let partRow: i32 = 0;
export let partColumns: i32 = 0;
export let partRows: i32 = 0;
export let side: i32 = 0;
/** Strips of 16 pixels, row after row; places beyond the frame repeat its last pixels. */
export let pixelStrips: i32 = 0;

/** Lanes of the hash at the pixels, uint32 [strips][2][16], beside what neurons add that are active in the whole block. */
export let lanes: usize = 0;
let always0: u32 = 0;
let always1: u32 = 0;

export function openPixels(x0: f64, y0: f64, x1: f64, y1: f64, width: i32, height: i32): void {
  left = x0;
  top = y0;
  pixelWidth = (x1 - x0) / <f64>width;
  pixelHeight = (y1 - y0) / <f64>height;
  lanes = allocate(<f64>blockPixels * 8);
}

/** Centre of `count` columns of pixels from `first` on. */
export function columnsCentre(first: i32, count: i32): f64 {
  return left + (<f64>first + 0.5 * <f64>count) * pixelWidth;
}

/** Centre of `count` rows of pixels from `first` on. */
export function rowsCentre(first: i32, count: i32): f64 {
  return top + (<f64>first + 0.5 * <f64>count) * pixelHeight;
}

export function beginPart(column: i32, row: i32, columns: i32, rows: i32, length: i32): void {
  partColumn = column;
  partRow = row;
  partColumns = columns;
  partRows = rows;
  side = length;
  pixelStrips = (rows * side + 15) >> 4;
  memory.fill(lanes, 0, <usize>pixelStrips << 7);
  always0 = 0;
  always1 = 0;
}

/** x of a pixel's centre less that of the anchor. */
export function fromAnchorX(pixel: i32): f32 {
  return <f32>((<f64>min(pixel % side, partColumns - 1) + 0.5 - 0.5 * <f64>partColumns) * pixelWidth);
}

/** y of a pixel's centre less that of the anchor. */
export function fromAnchorY(pixel: i32): f32 {
  return <f32>((<f64>min(pixel / side, partRows - 1) + 0.5 - 0.5 * <f64>partRows) * pixelHeight);
}

/** Adds the coefficients of a neuron that is active in the whole block. */
export function addAlways(coefficient: usize): void {
  always0 += load<u32>(coefficient);
  always1 += load<u32>(coefficient, 4);
}

/** Copies the hashes of the pixels among those of a frame's row of blocks, uint32 [pixels, 2], of so many columns. */
export function copyHashes(held: usize, width: i32): void {
  for (let row = 0; row < partRows; row++) {
    let to = held + ((<usize>((partRow + row) * width + partColumn)) << 3);
    for (let column = 0; column < partColumns; column++) {
      const pixel = row * side + column;
      const from = lanes + ((<usize>(pixel >> 4)) << 7) + ((<usize>(pixel & 15)) << 2);
      store<u32>(to, always0 + load<u32>(from));
      store<u32>(to, always1 + load<u32>(from, 64), 4);
      to += 8;
    }
  }
}
