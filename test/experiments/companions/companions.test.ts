import { describe, expect, it } from 'vitest';
import { companionModels, companionPoint } from '../../../experiments/companions/companion-curve.ts';
import { gaussianProcess } from '../../../experiments/companions/gaussian-process.ts';
import { leastSquares } from '../../../experiments/companions/least-squares.ts';
import { linePolynomial, squarePolynomial } from '../../../experiments/companions/polynomial.ts';
import { randomFeatures } from '../../../experiments/companions/random-features.ts';
import { decompose } from '../../../experiments/companions/singular-values.ts';
import { normals } from '../findings/made-up-cells.ts';

function matrix(rows: number, columns: number, seed = 1): Float64Array[] {
  const next = normals(seed);
  return Array.from({ length: columns }, () => Float64Array.from({ length: rows }, () => next()));
}

/** Solves a square system by Gauss with pivots: shares nothing with what is tested. */
function solved(rows: number[][], y: number[]): number[] {
  const a = rows.map((row, at) => [...row, y[at]!]);
  for (let at = 0; at < a.length; at++) {
    const pivot = a
      .slice(at)
      .reduce((best, row, index) => (Math.abs(row[at]!) > Math.abs(a[best]![at]!) ? at + index : best), at);
    [a[at], a[pivot]] = [a[pivot]!, a[at]!];
    for (let row = 0; row < a.length; row++) {
      if (row === at) continue;
      const factor = a[row]![at]! / a[at]![at]!;
      for (let column = at; column <= a.length; column++) a[row]![column]! -= factor * a[at]![column]!;
    }
  }
  return a.map((row, at) => row.at(-1)! / row[at]!);
}

const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, at) => sum + value * b[at]!, 0);

describe('singular values', () => {
  it.each([
    [1, 1],
    [7, 3],
    [20, 20],
  ])('put a matrix of %i rows and %i columns together again', (rows, columns) => {
    const given = matrix(rows, columns);
    const { left, values, right } = decompose(given);
    given.forEach((column, at) =>
      column.forEach((value, row) => {
        const sum = values.reduce((all, s, k) => all + left[k]![row]! * s * right[k]![at]!, 0);
        expect(sum).toBeCloseTo(value, 12);
      }),
    );
    left.forEach((a, i) => left.forEach((b, j) => expect(dot(a, b)).toBeCloseTo(i === j ? 1 : 0, 12)));
  });

  it('keep small values to their own precision', () => {
    const [a, b] = matrix(9, 2);
    const nearly = Float64Array.from(a!, (value, at) => value + 1e-12 * b![at]!);
    const { values } = decompose([a!, nearly]);
    const across = b!.map((value, at) => value - (dot(a!, b!) / dot(a!, a!)) * a![at]!);
    const expected = (1e-12 * Math.sqrt(dot(across, across))) / Math.SQRT2;
    expect(Math.min(...values) / expected).toBeCloseTo(1, 2);
  });
});

describe('least squares', () => {
  it.each([0, 0.3])('solves the normal equations, ridge %f', (ridge) => {
    const columns = matrix(12, 5);
    const [y] = matrix(12, 1, 9);
    const normal = columns.map((a, i) => columns.map((b, j) => dot(a, b) + (i === j ? ridge : 0)));
    const expected = solved(
      normal,
      columns.map((a) => dot(a, y!)),
    );
    expect([...leastSquares(columns, y!, ridge)]).toEqual(expected.map((value) => expect.closeTo(value, 10)));
  });

  it('takes the solution of least norm where there are more columns than rows', () => {
    const columns = matrix(4, 11);
    const [y] = matrix(4, 1, 9);
    const gram = Array.from({ length: 4 }, (_, i) =>
      Array.from({ length: 4 }, (_, j) => columns.reduce((sum, column) => sum + column[i]! * column[j]!, 0)),
    );
    const dual = solved(gram, [...y!]);
    const expected = columns.map((column) => dual.reduce((sum, value, row) => sum + value * column[row]!, 0));
    expect([...leastSquares(columns, y!, 0)]).toEqual(expected.map((value) => expect.closeTo(value, 10)));
  });
});

describe('random features', () => {
  const side = 48;
  const bytes = Uint8Array.from({ length: side * side }, (_, at) =>
    Math.hypot((at % side) - side / 2, Math.floor(at / side) - side / 2) < side / 4 ? 0 : 255,
  );
  const picture = { width: side, height: side, channels: 1 as const, bytes };
  const request = { picture, points: 40, labelNoise: 0.2, seeds: 8, grid: 16 };

  it('go through every point with more features than points, and towards the mean label with a large ridge', () => {
    const coordinates = Float32Array.from({ length: 40 }, (_, at) => ((at * 37) % 41) / 41);
    const labels = Float32Array.from({ length: 20 }, (_, at) => at % 2);
    const through = randomFeatures({ coordinates, labels }, 200, 0, 3).valuesAt(coordinates);
    through.forEach((value, at) => expect(value).toBeCloseTo(labels[at]!, 8));
    const flat = randomFeatures({ coordinates, labels }, 200, 1e9, 3).valuesAt(coordinates);
    flat.forEach((value) => expect(value).toBeCloseTo(0.5, 6));
  });

  it('peak where there are as many as points, by far; with a ridge they do not', () => {
    const at = (features: number, ridge: number): number =>
      companionPoint(companionModels['random-features'], { ...request, ridge }, features).error;
    expect(at(40, 0) / Math.max(at(10, 0), at(160, 0))).toBeGreaterThan(20);
    const withRidge = [10, 40, 160].map((features) => at(features, 1e-3));
    expect(Math.max(...withRidge) / Math.min(...withRidge)).toBeLessThan(1.6);
  });

  it('are asked for around the number of points', () => {
    const { suited } = companionModels['random-features'];
    expect(suited(128)).toEqual([16, 32, 64, 96, 112, 128, 144, 160, 192, 256, 512, 1024, 4096]);
    expect(suited(2)[0]).toBe(1);
  });
});

/** Legendre's polynomials 0 to 4, written out, with mean square 1 over -1 to 1. */
const written = [
  () => 1,
  (x: number) => Math.sqrt(3) * x,
  (x: number) => (Math.sqrt(5) * (3 * x * x - 1)) / 2,
  (x: number) => (Math.sqrt(7) * (5 * x ** 3 - 3 * x)) / 2,
  (x: number) => (3 * (35 * x ** 4 - 30 * x * x + 3)) / 8,
];

/** Minimises |A c - y|^2 + sum of penalties times c^2 by its normal equations. */
function penalised(rows: number[][], y: number[], penalties: number[]): number[] {
  const n = penalties.length;
  const normal = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_x, j) =>
      rows.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? penalties[i]! : 0),
    ),
  );
  const right = Array.from({ length: n }, (_, i) => rows.reduce((sum, row, at) => sum + row[i]! * y[at]!, 0));
  return solved(normal, right);
}

describe('polynomials', () => {
  const x = Float64Array.from({ length: 9 }, (_, at) => -0.95 + 0.21 * at);
  const y = Float64Array.from(x, (place) => Math.sin(5 * place) + place);
  const asked = Float64Array.of(-0.8, 0.03, 0.77);

  it.each([
    [0.3, 4],
    [2, 0],
    [1e-6, 2],
  ])('with ridge %d and power %i are those of dense normal equations', (ridge, power) => {
    const rows = Array.from(x, (place) => written.map((term) => term(place)));
    const c = penalised(
      rows,
      [...y],
      written.map((_, order) => ridge * Math.max(1, order) ** power),
    );
    const values = linePolynomial(x, y, { degree: 4, ridge, power })(asked);
    asked.forEach((place, at) => {
      const expected = written.reduce((sum, term, order) => sum + c[order]! * term(place), 0);
      expect(values[at]).toBeCloseTo(expected, 8);
    });
  });

  it('over the square have terms up to their degree in both directions together', () => {
    const next = normals(4);
    const coordinates = Float32Array.from({ length: 60 }, () => 0.5 + 0.15 * next());
    const labels = Float32Array.from({ length: 30 }, () => next());
    const terms = (px: number, py: number): number[] =>
      [0, 1, 2, 3].flatMap((order) =>
        Array.from(
          { length: order + 1 },
          (_, k) => written[k]!(2 * px - 1) * written[order - k]!(2 * py - 1),
        ),
      );
    const penalties = [0, 1, 2, 3].flatMap((order) =>
      new Array<number>(order + 1).fill(0.1 * Math.max(1, order) ** 4),
    );
    const rows = Array.from(labels, (_, at) => terms(coordinates[2 * at]!, coordinates[2 * at + 1]!));
    const c = penalised(rows, [...labels], penalties);
    const values = squarePolynomial(coordinates, labels, { degree: 3, ridge: 0.1, power: 4 })(
      Float32Array.of(0.25, 0.75),
    );
    expect(values[0]).toBeCloseTo(
      terms(0.25, 0.75).reduce((sum, term, at) => sum + term * c[at]!, 0),
      8,
    );
  });
});

describe('Gaussian processes', () => {
  it('have the mean and the evidence of a dense solve', () => {
    const next = normals(8);
    const coordinates = Float32Array.from({ length: 24 }, () => 0.5 + 0.2 * next());
    const labels = Float32Array.from({ length: 12 }, (_, at) => at % 3);
    const settings = { length: 0.3, variance: 0.5, noise: 0.01 };
    const near = (a: number, b: number, c: number, d: number): number =>
      0.5 * Math.exp(-((a - c) ** 2 + (b - d) ** 2) / (2 * 0.09));
    const place = (at: number): [number, number] => [coordinates[2 * at]!, coordinates[2 * at + 1]!];
    const matrix = Array.from({ length: 12 }, (_, i) =>
      Array.from({ length: 12 }, (_x, j) => near(...place(i), ...place(j)) + (i === j ? 0.01 : 0)),
    );
    const y = Array.from(labels, (label) => label - 1);
    const weights = solved(matrix, y);
    const process = gaussianProcess(coordinates, labels, settings);
    const expected = weights.reduce((sum, weight, at) => sum + weight * near(0.4, 0.6, ...place(at)), 1);
    expect(process.valuesAt(Float32Array.of(0.4, 0.6))[0]).toBeCloseTo(expected, 5);
    const lu = matrix.map((row) => [...row]);
    let logDeterminant = 0;
    for (let i = 0; i < 12; i++) {
      logDeterminant += Math.log(lu[i]![i]!);
      for (let j = i + 1; j < 12; j++) {
        const factor = lu[j]![i]! / lu[i]![i]!;
        for (let k = i; k < 12; k++) lu[j]![k]! -= factor * lu[i]![k]!;
      }
    }
    const fit = weights.reduce((sum, weight, at) => sum + weight * y[at]!, 0);
    const evidence = -(fit + logDeterminant + 12 * Math.log(2 * Math.PI)) / 24;
    expect(process.evidence).toBeCloseTo(evidence, 9);
  });
});
