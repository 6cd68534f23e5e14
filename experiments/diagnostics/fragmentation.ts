/** Fragmentation: into how many pieces a picture's black and white fall. */
import { classThreshold } from './truth-error.ts';

/** Connected components; black pixels touch across corners (8 neighbours), white ones do not (4 neighbours). */
export interface Fragmentation {
  readonly black: number;
  readonly white: number;
}

/**
 * Components of the predicted classes of a one-output frame, values float32 [height, width]; black is value < 0.5.
 * The ring has 1 black and 2 white. Fragmentation separates memorised from drawn (Somepalli et al. 2022, "Can neural
 * nets learn the same model twice?").
 */
export function fragmentation(values: Float32Array, width: number, height: number): Fragmentation {
  const parents = unitedPixels(values, width, height);
  let black = 0;
  let white = 0;
  for (let at = 0; at < parents.length; at++) {
    if (parents[at] !== at) continue;
    if (values[at] < classThreshold) black++;
    else white++;
  }
  return { black, white };
}

/** For each pixel the number of one pixel of its component, the same throughout the component. */
export function pieceRoots(values: Float32Array, width: number, height: number): Uint32Array {
  const parents = unitedPixels(values, width, height);
  return parents.map((_, at) => rootOf(parents, at));
}

function unitedPixels(values: Float32Array, width: number, height: number): Uint32Array {
  const pixels = width * height;
  if (values.length !== pixels) {
    throw new RangeError(`A ${width} x ${height} frame has ${pixels} values, not ${values.length}.`);
  }
  const parents = new Uint32Array(pixels);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      parents[at] = at;
      const black = values[at] < classThreshold;
      const join = (neighbour: number): void => {
        if (values[neighbour] < classThreshold === black) unite(parents, at, neighbour);
      };
      if (column > 0) join(at - 1);
      if (row > 0) {
        join(at - width);
        if (black && column > 0) join(at - width - 1);
        if (black && column + 1 < width) join(at - width + 1);
      }
    }
  }
  return parents;
}

function rootOf(parents: Uint32Array, at: number): number {
  while (parents[at] !== at) {
    // Halves the path on the way up.
    parents[at] = parents[parents[at]];
    at = parents[at];
  }
  return at;
}

function unite(parents: Uint32Array, first: number, second: number): void {
  const a = rootOf(parents, first);
  const b = rootOf(parents, second);
  if (a < b) parents[b] = a;
  else if (b < a) parents[a] = b;
}
