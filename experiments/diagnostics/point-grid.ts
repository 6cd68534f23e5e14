/** Points of the unit square in buckets, so that neighbours are found without looking at all points. */

/** Points sorted into side x side buckets of equal size: bucket b holds `order` from `starts[b]` to `starts[b + 1]`. */
export interface PointGrid {
  /** float64 copies of the coordinates, by the points' own numbers. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly side: number;
  readonly starts: Uint32Array;
  /** Numbers of the points, ascending within a bucket. */
  readonly order: Uint32Array;
}

/** Sorts coordinates float32 [n, 2] in the unit square, n >= 1, into buckets of about two points. */
export function pointGrid(coordinates: Float32Array): PointGrid {
  const count = coordinates.length >> 1;
  if (count < 1) throw new RangeError('A point grid needs at least one point.');
  const side = Math.max(1, Math.floor(Math.sqrt(count / 2)));
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  const buckets = new Uint32Array(count);
  const starts = new Uint32Array(side * side + 1);
  for (let point = 0; point < count; point++) {
    x[point] = coordinates[2 * point];
    y[point] = coordinates[2 * point + 1];
    buckets[point] = bucketIndex(y[point], side) * side + bucketIndex(x[point], side);
    starts[buckets[point] + 1]++;
  }
  for (let bucket = 0; bucket < side * side; bucket++) starts[bucket + 1] += starts[bucket];
  const next = starts.slice();
  const order = new Uint32Array(count);
  for (let point = 0; point < count; point++) order[next[buckets[point]]++] = point;
  return { x, y, side, starts, order };
}

/** Row or column of the bucket that holds a coordinate; the outermost bucket where it lies outside the square. */
export function bucketIndex(coordinate: number, side: number): number {
  return Math.min(side - 1, Math.max(0, Math.floor(coordinate * side)));
}

/**
 * Number of the point nearest to (x, y) in float64 arithmetic; of equally near points the lowest number. `except`
 * leaves one point out (-1: none); -1 is returned where no point is left. `guess` only speeds the search up.
 */
export function nearestPoint(grid: PointGrid, x: number, y: number, except = -1, guess = -1): number {
  const { side, starts, order } = grid;
  let best = -1;
  let bestSquare = Infinity;
  if (guess >= 0 && guess !== except) {
    best = guess;
    bestSquare = squaredDistance(grid, guess, x, y);
  }
  const column = bucketIndex(x, side);
  const row = bucketIndex(y, side);
  for (let ring = 0; ring < side; ring++) {
    // No point of this ring of buckets is nearer than the ring's inner edge.
    const reach = ring === 0 ? 0 : innerReach(x, y, column, row, ring, side);
    if (reach * reach > bestSquare) break;
    const top = Math.max(0, row - ring);
    const bottom = Math.min(side - 1, row + ring);
    for (let r = top; r <= bottom; r++) {
      const isEdgeRow = r === row - ring || r === row + ring;
      const step = isEdgeRow || ring === 0 ? 1 : 2 * ring;
      for (let c = column - ring; c <= column + ring; c += step) {
        if (c < 0 || c >= side) continue;
        const bucket = r * side + c;
        for (let at = starts[bucket]; at < starts[bucket + 1]; at++) {
          const point = order[at];
          if (point === except) continue;
          const square = squaredDistance(grid, point, x, y);
          if (square < bestSquare || (square === bestSquare && point < best)) {
            best = point;
            bestSquare = square;
          }
        }
      }
    }
  }
  return best;
}

function squaredDistance(grid: PointGrid, point: number, x: number, y: number): number {
  const dx = grid.x[point] - x;
  const dy = grid.y[point] - y;
  return dx * dx + dy * dy;
}

/** Lower bound of the distance from (x, y) to the ring-th ring of buckets; a hair less, so that rounding cannot hurt. */
function innerReach(x: number, y: number, column: number, row: number, ring: number, side: number): number {
  const left = x - (column - ring + 1) / side;
  const right = (column + ring) / side - x;
  const above = y - (row - ring + 1) / side;
  const below = (row + ring) / side - y;
  return Math.max(0, Math.min(left, right, above, below) - 1e-12);
}
