/** Shapes as people write them: `[30]*30`, `[64,32,16]`, `[64]*2+[32]`. Parsed, never evaluated. */

/** Largest width of a hidden layer. */
export const maxWidth = 512;
/** Largest number of hidden layers. */
export const maxDepth = 100;

/** A shape that cannot be read or is out of range; the message says why. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

const maxTextLength = 1000;

function wholeNumber(text: string, what: string, maximum: number): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new ShapeError(`${what} must be a whole number, is '${text}'`);
  const value = Number(text);
  if (!(1 <= value && value <= maximum)) {
    throw new ShapeError(`${what} must be from 1 to ${maximum}, is ${value}`);
  }
  return value;
}

/** Widths of one term `[a,b,...]` or `[a,b,...]*n`. */
function widthsFromTerm(term: string): number[] {
  const match = /^\[([^[\]]*)\](?:\*(.+))?$/.exec(term);
  if (match === null) throw new ShapeError(`a shape looks like [30]*30 or [64,32,16], this is '${term}'`);
  const [, inside = '', times] = match;
  if (inside === '') throw new ShapeError('a shape needs at least one hidden layer');
  const widths = inside.split(',').map((width) => wholeNumber(width, 'width of a layer', maxWidth));
  const repeats = times === undefined ? 1 : wholeNumber(times, 'number of layers', maxDepth);
  return Array.from({ length: repeats }, () => widths).flat();
}

/**
 * Widths of the hidden layers: `[30]*30` is thirty layers of 30. Terms may be joined by `+`; spaces are ignored.
 * Throws ShapeError unless every width is from 1 to 512 and there are 1 to 100 layers.
 */
export function parseShape(text: string): number[] {
  if (text.length > maxTextLength) throw new ShapeError(`a shape has at most ${maxTextLength} characters`);
  const compact = text.replace(/\s+/g, '');
  const hidden: number[] = [];
  for (const term of compact.split('+')) {
    hidden.push(...widthsFromTerm(term));
    if (hidden.length > maxDepth) {
      throw new ShapeError(`a network has at most ${maxDepth} hidden layers, this has more`);
    }
  }
  return hidden;
}

/** Spelling that parseShape reads back: `[w]*n` where two or more layers are all equal, else the list of widths. */
export function formatShape(hidden: readonly number[]): string {
  const first = hidden[0];
  if (hidden.length > 1 && hidden.every((width) => width === first)) return `[${first}]*${hidden.length}`;
  return `[${hidden.join(',')}]`;
}
