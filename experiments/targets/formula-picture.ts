/** Pictures of formulas. */
import { parseFormula, type Formula } from './formula.ts';
import type { Picture } from './picture.ts';
import { TargetError } from './target-error.ts';

/** Sides of a formula's picture in pixels, as of built-in ones. */
const size = 1024;

/** How far beyond 0 and 1 rounding may carry a value. */
const tolerance = 1e-9;

/**
 * The picture of a formula, 1024 x 1024 pixels, each by its centre; x and y run from 0 to 1, x to the right and y down. A
 * condition is black where it holds, else white; a value is the grey level, 0 black and 1 white. Throws TargetError where
 * the text is no formula, or a value is none from 0 to 1.
 */
export function formulaPicture(text: string): Picture {
  try {
    const level = levelOf(parseFormula(text));
    const bytes = new Uint8Array(size * size);
    for (let row = 0; row < size; row++) {
      const y = (row + 0.5) / size;
      for (let column = 0; column < size; column++) {
        bytes[row * size + column] = level((column + 0.5) / size, y);
      }
    }
    return { width: size, height: size, channels: 1, bytes };
  } catch (error) {
    throw error instanceof TargetError ? new TargetError(`target.formula: ${error.message}`) : error;
  }
}

/** The 8-bit level at a point. */
function levelOf({ kind, of }: Formula): (x: number, y: number) => number {
  if (kind === 'condition') return (x, y) => (of(x, y) ? 0 : 255);
  return (x, y) => {
    const value = of(x, y);
    if (!(-tolerance <= value && value <= 1 + tolerance)) {
      const found = Number.isNaN(value) ? 'has no value' : `is ${value}`;
      throw new TargetError(
        `it ${found} at x = ${x}, y = ${y}; a value must be from 0 (black) to 1 (white): compare it, as in '... < 0.5', or cut it by max(0, min(1, ...))`,
      );
    }
    return Math.round(255 * Math.min(Math.max(value, 0), 1));
  };
}
