/** Eigenvalues of a symmetric matrix in float64 by plain arithmetic in a fixed order: the same bits on every machine. */

/** A step of the iteration counts as done where an element is below this share of its neighbours. */
const epsilon = 2 ** -52;
const mostSteps = 60;

/**
 * Eigenvalues, ascending, of the symmetric matrix float64 [n, n], of which the lower triangle is read: Householder's
 * reduction to three diagonals, then implicit QL steps (Wilkinson and Reinsch 1971). Throws RangeError where it does not settle.
 */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  const { diagonal, couple } = tridiagonal(matrix.slice(), n);
  for (let at = 0; at < n; at++) settle(diagonal, couple, at, n);
  return diagonal.sort();
}

/** The diagonals of a similar matrix: `couple[i]` lies between i and i + 1, the last is 0. Overwrites the matrix. */
function tridiagonal(a: Float64Array, n: number): { diagonal: Float64Array; couple: Float64Array } {
  const diagonal = new Float64Array(n);
  const couple = new Float64Array(n);
  const image = new Float64Array(n);
  for (let i = n - 1; i > 0; i--) {
    const row = i * n;
    let square = 0;
    for (let k = 0; k < i; k++) square += a[row + k] * a[row + k];
    const last = a[row + i - 1];
    diagonal[i] = a[row + i];
    if (square === last * last) {
      couple[i - 1] = last;
      continue;
    }
    const length = last >= 0 ? -Math.sqrt(square) : Math.sqrt(square);
    couple[i - 1] = length;
    const half = square - last * length;
    a[row + i - 1] = last - length;
    imageOf(a, n, i, image);
    let scale = 0;
    for (let k = 0; k < i; k++) {
      image[k] /= half;
      scale += image[k] * a[row + k];
    }
    scale /= 2 * half;
    for (let k = 0; k < i; k++) image[k] -= scale * a[row + k];
    for (let j = 0; j < i; j++)
      for (let k = 0; k <= j; k++) a[j * n + k] -= a[row + j] * image[k] + image[j] * a[row + k];
  }
  diagonal[0] = a[0];
  return { diagonal, couple };
}

/** The leading i x i part, of which the lower triangle is read, times the first i entries of row i. */
function imageOf(a: Float64Array, n: number, i: number, image: Float64Array): void {
  const vector = i * n;
  image.fill(0, 0, i);
  for (let j = 0; j < i; j++) {
    const row = j * n;
    let sum = a[row + j] * a[vector + j];
    for (let k = 0; k < j; k++) {
      sum += a[row + k] * a[vector + k];
      image[k] += a[row + k] * a[vector + j];
    }
    image[j] += sum;
  }
}

/** Turns until the diagonal's entry `at` is an eigenvalue; `couple[i]` lies between i and i + 1. */
function settle(diagonal: Float64Array, couple: Float64Array, at: number, n: number): void {
  for (let step = 0; ; step++) {
    let end = at;
    while (end < n - 1 && !isSmall(couple[end], diagonal[end], diagonal[end + 1])) end++;
    if (end === at) return;
    if (step === mostSteps) throw new RangeError('Eigenvalues did not settle.');
    const half = (diagonal[at + 1] - diagonal[at]) / (2 * couple[at]);
    const root = Math.sqrt(half * half + 1);
    let g = diagonal[end] - diagonal[at] + couple[at] / (half + (half >= 0 ? root : -root));
    let [sine, cosine, shift] = [1, 1, 0];
    let index = end - 1;
    for (; index >= at; index--) {
      const f = sine * couple[index];
      const b = cosine * couple[index];
      const length = Math.sqrt(f * f + g * g);
      couple[index + 1] = length;
      if (length === 0) break;
      sine = f / length;
      cosine = g / length;
      g = diagonal[index + 1] - shift;
      const turned = (diagonal[index] - g) * sine + 2 * cosine * b;
      shift = sine * turned;
      diagonal[index + 1] = g + shift;
      g = cosine * turned - b;
    }
    couple[end] = 0;
    if (index >= at) diagonal[index + 1] -= shift;
    else {
      diagonal[at] -= shift;
      couple[at] = g;
    }
  }
}

function isSmall(couple: number, one: number, other: number): boolean {
  return Math.abs(couple) <= epsilon * (Math.abs(one) + Math.abs(other));
}
