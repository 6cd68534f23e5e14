/** Shapes of equal hidden layers by a target number of parameters. */
import { inputCount, type Shape } from './shape.ts';
import { maxDepth, maxWidth, ShapeError } from './shape-text.ts';

/** What stays fixed while the other is searched. */
export type FixedExtent = { readonly depth: number } | { readonly width: number };

/** Parameters of `depth` hidden layers of `width` neurons each. */
export function uniformParameterCount(width: number, depth: number, outputs: number): number {
  return (inputCount + 1) * width + (depth - 1) * (width + 1) * width + (width + 1) * outputs;
}

function checkRange(value: number, maximum: number, what: string): void {
  if (!(Number.isInteger(value) && 1 <= value && value <= maximum)) {
    throw new ShapeError(`${what} must be a whole number from 1 to ${maximum}, is ${value}`);
  }
}

/** Index in 1 .. maximum whose count is nearest to the target, the smaller one where two are equally near. */
function nearest(target: number, maximum: number, count: (extent: number) => number): number {
  let best = 1;
  for (let extent = 2; extent <= maximum; extent++) {
    if (Math.abs(count(extent) - target) < Math.abs(count(best) - target)) best = extent;
  }
  return best;
}

/**
 * Shape of equal hidden layers whose parameter count is nearest to `target`, at a fixed depth (then the width is found,
 * 1 to 512) or a fixed width (then the depth, 1 to 100). Throws ShapeError where `target` is not a positive number.
 */
export function shapeForParameterCount(target: number, fixed: FixedExtent, outputs: number): Shape {
  if (!(target >= 1 && Number.isFinite(target))) {
    throw new ShapeError(`number of parameters must be at least 1, is ${target}`);
  }
  let width: number;
  let depth: number;
  if ('depth' in fixed) {
    depth = fixed.depth;
    checkRange(depth, maxDepth, 'depth');
    width = nearest(target, maxWidth, (candidate) => uniformParameterCount(candidate, depth, outputs));
  } else {
    width = fixed.width;
    checkRange(width, maxWidth, 'width');
    depth = nearest(target, maxDepth, (candidate) => uniformParameterCount(width, candidate, outputs));
  }
  return { hidden: Array.from({ length: depth }, () => width), outputs };
}
