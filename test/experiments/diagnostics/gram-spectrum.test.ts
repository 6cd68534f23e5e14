/** The Gram matrix and its spectrum beside explicit Jacobians, dense solves and a count of sign changes. */
import { describe, expect, it } from 'vitest';
import { gaussNewtonTrace } from '../../../experiments/diagnostics/curvature.ts';
import { gradientGram } from '../../../experiments/diagnostics/gram-matrix.ts';
import { gramSpectrum } from '../../../experiments/diagnostics/gram-spectrum.ts';
import { symmetricEigenvalues } from '../../../experiments/diagnostics/symmetric-eigenvalues.ts';
import { layoutFromShape, parameterCount, type Network } from '../../../experiments/network/shape.ts';
import { uniforms } from '../findings/made-up-cells.ts';

function networkOf(hidden: number[], outputs: number, slope: number, seed: number): Network {
  const next = uniforms(seed);
  const shape = { hidden, outputs };
  const parameters = Float32Array.from({ length: parameterCount(shape) }, () => 2 * next() - 1);
  return { shape, slope, parameters, output: 'affine' };
}

function outputsAt(network: Network, parameters: Float64Array, x: number, y: number): number[] {
  let values = [x, y];
  layoutFromShape(network.shape).forEach(({ inputs, outputs, weightOffset, biasOffset }, at, layers) => {
    const sums = Array.from({ length: outputs }, (_, row) => {
      let z = parameters[biasOffset + row]!;
      for (let i = 0; i < inputs; i++) z += parameters[weightOffset + row * inputs + i]! * values[i]!;
      return z;
    });
    values = at < layers.length - 1 ? sums.map((z) => (z > 0 ? z : network.slope * z)) : sums;
  });
  return values;
}

/** Rows of derivatives by all parameters, by central differences: a row a point and output. */
function jacobian(network: Network, coordinates: Float32Array): number[][][] {
  const h = 1e-6;
  return Array.from({ length: coordinates.length / 2 }, (_, point) => {
    const [x, y] = [coordinates[2 * point]!, coordinates[2 * point + 1]!];
    const columns = Array.from(network.parameters, (_value, parameter) => {
      const [up, down] = [1, -1].map((sign) => {
        const moved = Float64Array.from(network.parameters);
        moved[parameter]! += sign * h;
        return outputsAt(network, moved, x, y);
      });
      return up!.map((value, output) => (value - down![output]!) / (2 * h));
    });
    return Array.from({ length: network.shape.outputs }, (_row, output) =>
      columns.map((row) => row[output]!),
    );
  });
}

/** x with (A + shift) x = b by elimination with pivots. */
function solved(a: readonly (readonly number[])[], shift: number, b: readonly number[]): number[] {
  const rows = a.map((row, i) => [...row.map((value, j) => value + (i === j ? shift : 0)), b[i]!]);
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows.slice(i).reduce((best, row) => (Math.abs(row[i]!) > Math.abs(best[i]!) ? row : best));
    const at = rows.indexOf(pivot);
    [rows[i], rows[at]] = [rows[at]!, rows[i]!];
    for (let j = 0; j < rows.length; j++) {
      if (j === i) continue;
      const factor = rows[j]![i]! / pivot[i]!;
      for (let k = i; k <= rows.length; k++) rows[j]![k]! -= factor * pivot[k]!;
    }
  }
  return rows.map((row, i) => row[rows.length]! / row[i]!);
}

const cases = [
  [[7, 5, 3], 1, 0.01],
  [[1], 1, 0],
  [[9, 2, 11], 3, 0],
  [[13], 2, 0.2],
] as const;

describe('the Gram matrix of parameter gradients', () => {
  it.each(cases)(
    'of %j with %i outputs, slope %f, is that of an explicit Jacobian',
    (hidden, outputs, slope) => {
      const network = networkOf([...hidden], outputs, slope, hidden.length);
      const n = 11;
      const coordinates = Float32Array.from({ length: 2 * n }, uniforms(5));
      const rows = jacobian(network, coordinates);
      const gram = gradientGram(network, coordinates);
      let trace = 0;
      for (let i = 0; i < n; i++) {
        trace += gram[i * n + i]!;
        for (let j = 0; j < n; j++) {
          let expected = 0;
          rows[i]!.forEach((row, output) =>
            row.forEach((value, at) => (expected += value * rows[j]![output]![at]!)),
          );
          expect(Math.abs(gram[i * n + j]! - expected)).toBeLessThan(1e-6 * (1 + Math.abs(expected)));
        }
      }
      expect((2 * trace) / n / gaussNewtonTrace(network, coordinates)).toBeCloseTo(1, 12);
    },
  );

  it.each(cases)(
    'of %j with %i outputs, slope %f, has its effective dimensions by a dense solve',
    (hidden, outputs, slope) => {
      const network = networkOf([...hidden], outputs, slope, 7);
      const n = 23;
      const coordinates = Float32Array.from({ length: 2 * n }, uniforms(9));
      const gram = gradientGram(network, coordinates);
      const twice = Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (_x, j) => 2 * gram[i * n + j]!),
      );
      const alphas = [0.01, 1, 50];
      const { effective, sharpness } = gramSpectrum(network, coordinates, alphas);
      alphas.forEach((alpha, at) => {
        // n - alpha tr (2 K + alpha)^-1
        let rest = 0;
        for (let i = 0; i < n; i++) {
          const unit = Array.from({ length: n }, (_, j) => (i === j ? 1 : 0));
          rest += solved(twice, alpha, unit)[i]!;
        }
        expect(effective[at]).toBeCloseTo(n - alpha * rest, 8);
      });
      let vector = Array.from({ length: n }, () => 1);
      let length = 0;
      for (let turn = 0; turn < 500; turn++) {
        const image = twice.map((row) => row.reduce((sum, value, j) => sum + value * vector[j]!, 0) / n);
        length = Math.hypot(...image);
        vector = image.map((value) => value / length);
      }
      expect(sharpness / length).toBeCloseTo(1, 9);
    },
  );

  it('counts the rank where alpha is next to nothing', () => {
    // Without hidden layers the derivatives are (x, y, 1): rank 3.
    const network = networkOf([], 1, 0, 3);
    const { effective } = gramSpectrum(network, Float32Array.from({ length: 40 }, uniforms(2)), [1e-6]);
    expect(effective[0]).toBeCloseTo(3, 4);
  });
});

describe('eigenvalues of symmetric matrices', () => {
  it('are those that the matrix was made of', () => {
    for (const n of [1, 2, 3, 17, 63]) {
      const next = uniforms(n);
      const wanted = Array.from({ length: n }, (_, at) => (at % 4 === 1 ? 0 : 10 * next() - 5)).sort(
        (a, b) => a - b,
      );
      let matrix = Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (_x, j) => (i === j ? wanted[i]! : 0)),
      );
      for (let turn = 0; turn < 5; turn++) {
        // Mirrored on both sides at a random plane.
        const v = Array.from({ length: n }, () => next() - 0.5);
        const square = v.reduce((sum, value) => sum + value * value, 0);
        const mirror = (rows: number[][]) =>
          rows.map((row) => {
            const along = (2 * row.reduce((sum, value, j) => sum + value * v[j]!, 0)) / square;
            return row.map((value, j) => value - along * v[j]!);
          });
        const flip = (rows: number[][]) => rows.map((_, i) => rows.map((row) => row[i]!));
        matrix = flip(mirror(flip(mirror(matrix))));
      }
      const found = symmetricEigenvalues(Float64Array.from(matrix.flat()), n);
      wanted.forEach((value, at) => expect(Math.abs(found[at]! - value)).toBeLessThan(1e-12));
    }
  });

  it('of a matrix of zeros and of one that is diagonal already need no step', () => {
    expect([...symmetricEigenvalues(new Float64Array(9), 3)]).toEqual([0, 0, 0]);
    expect([...symmetricEigenvalues(Float64Array.of(3, 0, 0, 0, 1, 0, 0, 0, 2), 3)]).toEqual([1, 2, 3]);
  });
});
