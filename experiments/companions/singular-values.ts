/** Singular value decompositions of small matrices in float64, in a fixed order: the same bits on every machine. */

/** A matrix by its columns. */
export type Columns = readonly Float64Array[];

/** A = U diag(values) V^T: columns of U and V, values in no order. */
export interface Decomposition {
  readonly left: Columns;
  readonly values: readonly number[];
  readonly right: Columns;
}

/** Rotations stop once all columns are this nearly orthogonal, relative to their lengths. */
const orthogonal = 1e-15;
const mostSweeps = 60;

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}

/**
 * The decomposition of a matrix with at least as many rows as columns: Householder's triangle first, then rotations of its
 * columns (Hestenes 1958), which keep small singular values to their own precision.
 */
export function decompose(matrix: Columns): Decomposition {
  const { reflectors, triangle } = triangularised(matrix);
  const count = triangle.length;
  const work = triangle.map((column) => column.slice());
  const right = triangle.map((_, at) => {
    const unit = new Float64Array(count);
    unit[at] = 1;
    return unit;
  });
  for (let sweep = 0; sweep < mostSweeps && rotateAll(work, right); sweep++);
  const values = work.map((column) => Math.sqrt(dot(column, column)));
  const rows = matrix[0]?.length ?? 0;
  const left = work.map((column, at) => {
    const long = new Float64Array(rows);
    if (values[at] > 0) for (let row = 0; row < count; row++) long[row] = column[row] / values[at];
    for (let at = reflectors.length - 1; at >= 0; at--) reflect(long, reflectors[at], at);
    return long;
  });
  return { left, values, right };
}

/** One sweep over all pairs; whether any was turned. */
function rotateAll(columns: readonly Float64Array[], right: readonly Float64Array[]): boolean {
  let isTurned = false;
  for (let p = 0; p < columns.length - 1; p++) {
    for (let q = p + 1; q < columns.length; q++) {
      const [a, b, c] = [
        dot(columns[p], columns[p]),
        dot(columns[q], columns[q]),
        dot(columns[p], columns[q]),
      ];
      if (Math.abs(c) <= orthogonal * Math.sqrt(a * b)) continue;
      isTurned = true;
      const zeta = (b - a) / (2 * c);
      const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
      const cosine = 1 / Math.sqrt(1 + t * t);
      rotate(columns[p], columns[q], cosine, cosine * t);
      rotate(right[p], right[q], cosine, cosine * t);
    }
  }
  return isTurned;
}

function rotate(p: Float64Array, q: Float64Array, cosine: number, sine: number): void {
  for (let at = 0; at < p.length; at++) {
    const [a, b] = [p[at], q[at]];
    p[at] = cosine * a - sine * b;
    q[at] = sine * a + cosine * b;
  }
}

/** Householder's vectors, of length 1 or all zero, and the columns of the triangle that they leave. */
function triangularised(matrix: Columns): { reflectors: Float64Array[]; triangle: Float64Array[] } {
  const columns = matrix.map((column) => column.slice());
  const reflectors: Float64Array[] = [];
  for (let at = 0; at < columns.length; at++) {
    const vector = new Float64Array(columns[at].length);
    for (let row = at; row < vector.length; row++) vector[row] = columns[at][row];
    const length = Math.sqrt(dot(vector, vector));
    vector[at] += vector[at] < 0 ? -length : length;
    const own = Math.sqrt(dot(vector, vector));
    if (own > 0) for (let row = at; row < vector.length; row++) vector[row] /= own;
    reflectors.push(vector);
    for (let other = at; other < columns.length; other++) reflect(columns[other], vector, at);
  }
  return { reflectors, triangle: columns.map((column) => column.slice(0, columns.length)) };
}

/** x - 2 v (v . x), where v is zero before `from`. */
function reflect(x: Float64Array, v: Float64Array, from: number): void {
  let sum = 0;
  for (let at = from; at < x.length; at++) sum += v[at] * x[at];
  for (let at = from; at < x.length; at++) x[at] -= 2 * sum * v[at];
}
