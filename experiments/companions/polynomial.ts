/** Polynomials of high degree whose terms are penalised by their order: closed form, on a line or over the square. */
import { leastSquares } from './least-squares.ts';

/** Terms of a polynomial at points: a column each, and its order. */
interface Terms {
  readonly columns: readonly Float64Array[];
  readonly orders: readonly number[];
}

/** How a polynomial is fitted: |residual|^2 plus ridge times the sum of order^power times the squared coefficients. */
export interface PolynomialFit {
  readonly degree: number;
  readonly ridge: number;
  readonly power: number;
}

/** Legendre's polynomials of orders 0 to `degree` at places from -1 to 1, scaled to mean square 1. */
function legendre(places: Float64Array, degree: number): Float64Array[] {
  const rows: Float64Array[] = [new Float64Array(places.length).fill(1), places.slice()];
  for (let k = 1; k < degree; k++)
    rows.push(
      Float64Array.from(places, (x, at) => ((2 * k + 1) * x * rows[k][at] - k * rows[k - 1][at]) / (k + 1)),
    );
  return rows.slice(0, degree + 1).map((row, order) => row.map((value) => value * Math.sqrt(2 * order + 1)));
}

function lineTerms(places: Float64Array, degree: number): Terms {
  const columns = legendre(places, degree);
  return { columns, orders: columns.map((_, order) => order) };
}

/** Products of polynomials in x and y of the unit square, up to `degree` in all. */
function squareTerms(coordinates: Float32Array, degree: number): Terms {
  const along = (axis: number): Float64Array[] =>
    legendre(
      Float64Array.from({ length: coordinates.length >> 1 }, (_, at) => 2 * coordinates[2 * at + axis] - 1),
      degree,
    );
  const [inX, inY] = [along(0), along(1)];
  const columns: Float64Array[] = [];
  const orders: number[] = [];
  for (let order = 0; order <= degree; order++) {
    for (let x = 0; x <= order; x++) {
      columns.push(inX[x].map((value, at) => value * inY[order - x][at]));
      orders.push(order);
    }
  }
  return { columns, orders };
}

/** Coefficients of least penalty; the constant is penalised as order 1, and the least norm decides where several fit alike. */
function coefficients(
  { columns, orders }: Terms,
  y: Float64Array,
  { ridge, power }: PolynomialFit,
): Float64Array {
  const scales = orders.map((order) => Math.max(1, order) ** -(power / 2));
  const scaled = columns.map((column, at) => column.map((value) => value * scales[at]));
  return leastSquares(scaled, y, ridge).map((weight, at) => weight * scales[at]);
}

function sumOf({ columns }: Terms, weights: Float64Array, places: number): Float64Array {
  const values = new Float64Array(places);
  columns.forEach((column, term) => {
    for (let at = 0; at < places; at++) values[at] += weights[term] * column[at];
  });
  return values;
}

/** The fitted polynomial of values y at places from -1 to 1: its values at other places. */
export function linePolynomial(
  places: Float64Array,
  y: Float64Array,
  fit: PolynomialFit,
): (at: Float64Array) => Float64Array {
  const weights = coefficients(lineTerms(places, fit.degree), y, fit);
  return (at) => sumOf(lineTerms(at, fit.degree), weights, at.length);
}

/** The fitted polynomial of labels at coordinates float32 [n, 2] of the unit square: its values at other coordinates. */
export function squarePolynomial(
  coordinates: Float32Array,
  labels: Float32Array,
  fit: PolynomialFit,
): (at: Float32Array) => Float64Array {
  const weights = coefficients(squareTerms(coordinates, fit.degree), Float64Array.from(labels), fit);
  return (at) => sumOf(squareTerms(at, fit.degree), weights, at.length >> 1);
}
