/** The letters of the built-in picture `letters`: strokes with round ends, in units of the picture's side. */

interface Segment {
  readonly kind: 'segment';
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** A half circle to the left ('left') or right of its vertical diameter, or a whole one. */
interface Arc {
  readonly kind: 'arc';
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly side: 'left' | 'right';
}

type Stroke = Segment | Arc;

const halfStroke = 0.03;

function segment(x0: number, y0: number, x1: number, y1: number): Segment {
  return { kind: 'segment', x0, y0, x1, y1 };
}

function arc(x: number, y: number, radius: number, side: 'left' | 'right'): Arc {
  return { kind: 'arc', x, y, radius, side };
}

const strokes: readonly Stroke[] = [
  // R
  segment(0.1, 0.3, 0.1, 0.7),
  segment(0.1, 0.3, 0.2, 0.3),
  segment(0.1, 0.5, 0.2, 0.5),
  arc(0.2, 0.4, 0.1, 'right'),
  segment(0.18, 0.5, 0.3, 0.7),
  // e
  segment(0.4, 0.56, 0.62, 0.56),
  arc(0.51, 0.56, 0.11, 'left'),
  segment(0.51, 0.67, 0.59, 0.67),
  segment(0.62, 0.56, 0.51, 0.45),
  // L
  segment(0.74, 0.3, 0.74, 0.7),
  segment(0.74, 0.7, 0.92, 0.7),
];

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
  const isOnSide = stroke.side === 'left' ? x <= stroke.x : x >= stroke.x;
  if (!isOnSide) return false;
  const square = (x - stroke.x) * (x - stroke.x) + (y - stroke.y) * (y - stroke.y);
  const inner = stroke.radius - halfStroke;
  const outer = stroke.radius + halfStroke;
  return inner * inner < square && square < outer * outer;
}

/** Whether a point of the unit square lies on the letters. */
export function isInLetters(x: number, y: number): boolean {
  return strokes.some((stroke) => isOnStroke(x, y, stroke));
}
