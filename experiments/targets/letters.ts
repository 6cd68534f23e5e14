/** The letters of the built-in picture `letters`: strokes in units of the picture's side. */

interface Segment {
  readonly kind: 'segment';
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Quadrants of a circle as a person sees them: upper or lower, left or right. */
type Quadrant = 'upper left' | 'upper right' | 'lower left' | 'lower right';

interface Arc {
  readonly kind: 'arc';
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly quadrants: readonly Quadrant[];
}

type Stroke = Segment | Arc;

const halfStroke = 0.025;

function segment(x0: number, y0: number, x1: number, y1: number): Segment {
  return { kind: 'segment', x0, y0, x1, y1 };
}

function arc(x: number, y: number, radius: number, ...quadrants: Quadrant[]): Arc {
  return { kind: 'arc', x, y, radius, quadrants };
}

const letterR = [
  segment(0.09, 0.34, 0.09, 0.66),
  segment(0.09, 0.34, 0.16, 0.34),
  segment(0.09, 0.5, 0.16, 0.5),
  arc(0.16, 0.42, 0.08, 'upper right', 'lower right'),
  segment(0.15, 0.5, 0.24, 0.66),
];
const letterE = [
  segment(0.31, 0.55, 0.53, 0.55),
  arc(0.42, 0.55, 0.11, 'upper left', 'upper right', 'lower left'),
  segment(0.42, 0.66, 0.5, 0.66),
];
const letterL = [segment(0.63, 0.34, 0.63, 0.66), segment(0.63, 0.66, 0.74, 0.66)];
const letterU = [
  segment(0.81, 0.34, 0.81, 0.6),
  segment(0.93, 0.34, 0.93, 0.6),
  arc(0.87, 0.6, 0.06, 'lower left', 'lower right'),
];
const strokes: readonly Stroke[] = [...letterR, ...letterE, ...letterL, ...letterU];

/** Square of the distance from a point to a segment. */
function squareToSegment(x: number, y: number, { x0, y0, x1, y1 }: Segment): number {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy);
  const clamped = Math.min(Math.max(along, 0), 1);
  const offX = x - x0 - clamped * dx;
  const offY = y - y0 - clamped * dy;
  return offX * offX + offY * offY;
}

function isOnStroke(x: number, y: number, stroke: Stroke): boolean {
  if (stroke.kind === 'segment') return squareToSegment(x, y, stroke) < halfStroke * halfStroke;
  const quadrant: Quadrant = `${y < stroke.y ? 'upper' : 'lower'} ${x < stroke.x ? 'left' : 'right'}`;
  if (!stroke.quadrants.includes(quadrant)) return false;
  const square = (x - stroke.x) * (x - stroke.x) + (y - stroke.y) * (y - stroke.y);
  const inner = stroke.radius - halfStroke;
  const outer = stroke.radius + halfStroke;
  return inner * inner < square && square < outer * outer;
}

/** Whether a point of the unit square lies on the letters. */
export function isInLetters(x: number, y: number): boolean {
  return strokes.some((stroke) => isOnStroke(x, y, stroke));
}
