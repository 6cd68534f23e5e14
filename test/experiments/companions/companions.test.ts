import { describe, expect, it } from 'vitest';
import { companionPoint, suitedFeatures } from '../../../experiments/companions/companion-curve.ts';
import { leastSquares } from '../../../experiments/companions/least-squares.ts';
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
      companionPoint({ ...request, ridge }, features).error;
    expect(at(40, 0) / Math.max(at(10, 0), at(160, 0))).toBeGreaterThan(20);
    const withRidge = [10, 40, 160].map((features) => at(features, 1e-3));
    expect(Math.max(...withRidge) / Math.min(...withRidge)).toBeLessThan(1.6);
  });

  it('are asked for around the number of points', () => {
    expect(suitedFeatures(128)).toEqual([16, 32, 64, 96, 112, 128, 144, 160, 192, 256, 512, 1024, 4096]);
    expect(suitedFeatures(2)[0]).toBe(1);
  });
});
