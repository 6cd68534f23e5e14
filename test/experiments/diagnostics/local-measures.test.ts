/** Creases near points, gradients, paths and sides beside programs that share no code with them. */
import { describe, expect, it } from 'vitest';
import { gradientLength, pathNorm } from '../../../experiments/diagnostics/gradients.ts';
import { localComplexity, truthBoundary } from '../../../experiments/diagnostics/local-complexity.ts';
import { unitView } from '../../../experiments/engines/engine.ts';
import { parameterCount, type Network } from '../../../experiments/network/shape.ts';
import { evaluateAtPoint } from '../../../experiments/polytopes/point-evaluation.ts';
import {
  initialNetwork,
  lineArrangement,
  lineNetwork,
} from '../../../experiments/polytopes/self-test-specimens.ts';
import {
  poissonSideShares,
  sideFigures,
  sideNumbers,
  sideShares,
} from '../../../experiments/polytopes/side-shares.ts';
import { uniforms } from '../findings/made-up-cells.ts';
import { extract } from '../polytopes/geometry-kernel.ts';

describe('local complexity', () => {
  it('of lines counts those that part the four places around a point', () => {
    const next = uniforms(3);
    const lines = Array.from(
      { length: 40 },
      () => [next() - 0.5, next() - 0.5, 0.4 * (next() - 0.5)] as const,
    );
    const network = lineNetwork(lines);
    const coordinates = Float32Array.from({ length: 200 }, next);
    for (const radius of [0.005, 0.02, 0.3]) {
      // A line a x + b y + c parts the places where |a x + b y + c| is below radius times the larger of |a| and |b|.
      let expected = 0;
      for (let at = 0; at < 200; at += 2) {
        for (const line of lines) {
          const [a, b, c] = line.map(Math.fround) as [number, number, number];
          const z = a * coordinates[at]! + b * coordinates[at + 1]! + c;
          if (Math.abs(z) < radius * Math.max(Math.abs(a), Math.abs(b))) expected++;
        }
      }
      expect(localComplexity(network, coordinates, radius)).toBe(expected / 100);
    }
  });

  it('of a deep network counts no neuron where the activation pattern does not change', () => {
    const network = initialNetwork([9, 7, 5], 'he-normal', 4, 0.01);
    const next = uniforms(11);
    let seen = 0;
    for (let trial = 0; trial < 300; trial++) {
      const [x, y] = Float32Array.of(next(), next()) as unknown as [number, number];
      const radius = 0.02;
      const hashes = [
        [x - radius, y],
        [x + radius, y],
        [x, y - radius],
        [x, y + radius],
      ].map(([px, py]) => evaluateAtPoint(network, px!, py!).hash.join());
      const crossed = localComplexity(network, Float32Array.of(x, y), radius);
      expect(crossed > 0).toBe(new Set(hashes).size > 1);
      seen += crossed;
    }
    expect(seen).toBeGreaterThan(20);
  });
});

describe("points of the truth's boundary", () => {
  it('lie halfway between pixels of another class, at most as many as asked for', () => {
    const values = Float32Array.from({ length: 64 }, (_, at) => (at % 8 < 3 ? 0 : 1));
    const frame = { width: 8, height: 8, channels: 1 as const, values };
    const all = truthBoundary(frame, 100);
    expect(all.length).toBe(16);
    expect([...all].filter((_, at) => at % 2 === 0)).toEqual(new Array(8).fill(3 / 8));
    const few = truthBoundary(frame, 4);
    expect([...few].filter((_, at) => at % 2 === 1)).toEqual([0.5, 2.5, 4.5, 6.5].map((row) => row / 8));
    expect(truthBoundary({ ...frame, values: new Float32Array(64) }, 4).length).toBe(0);
  });
});

describe('gradients and paths', () => {
  it('have the lengths that evaluation at points gives', () => {
    for (const outputs of [1, 3]) {
      const network = initialNetwork([8, 6, 4], 'he-normal', 9, 0.05, outputs);
      const coordinates = Float32Array.from({ length: 60 }, uniforms(outputs));
      let sum = 0;
      for (let at = 0; at < 60; at += 2)
        for (const part of evaluateAtPoint(network, coordinates[at]!, coordinates[at + 1]!).gradient)
          sum += part * part;
      expect(gradientLength(network, coordinates)).toBeCloseTo(Math.sqrt(sum / 30), 10);
    }
  });

  it('are summed path by path', () => {
    const shape = { hidden: [3, 2], outputs: 1 };
    const next = uniforms(6);
    const parameters = Float32Array.from({ length: parameterCount(shape) }, () => 2 * next() - 1);
    const network: Network = { shape, slope: 0, parameters, output: 'affine' };
    // Rows of weights first, then biases, layer by layer.
    const [w1, b1] = [parameters.slice(0, 6), parameters.slice(6, 9)];
    const [w2, b2] = [parameters.slice(9, 15), parameters.slice(15, 17)];
    const [w3, b3] = [parameters.slice(17, 19), parameters.slice(19)];
    let sum = b3[0]! ** 2;
    for (let k = 0; k < 2; k++) {
      sum += (w3[k]! * b2[k]!) ** 2;
      for (let j = 0; j < 3; j++) {
        const rest = w3[k]! * w2[3 * k + j]!;
        sum += (rest * b1[j]!) ** 2 + (rest * w1[2 * j]!) ** 2 + (rest * w1[2 * j + 1]!) ** 2;
      }
    }
    expect(pathNorm(network)).toBeCloseTo(Math.sqrt(sum), 12);
  });
});

describe('sides of regions', () => {
  it('of a grid of lines are four, and the outer ones do not count', () => {
    const lines = [0.2, 0.4, 0.6, 0.8].flatMap((at) => [[1, 0, -at] as const, [0, 1, -at] as const]);
    expect(sideFigures(extract(lineNetwork(lines), unitView))).toEqual({
      inside: 9,
      shares: [0, 1, 0, 0, 0],
    });
    expect(sideShares(extract(lineNetwork(lines.slice(0, 2)), unitView))).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it('of many random lines follow the law of Poisson lines', () => {
    const { network, view } = lineArrangement(300, 5);
    const middle = { x0: -1, y0: -1, x1: 1, y1: 1 };
    expect(view.x0).toBeLessThan(-1);
    const shares = sideShares(extract(network, middle));
    sideNumbers.forEach((_, at) => expect(Math.abs(shares[at]! - poissonSideShares[at]!)).toBeLessThan(0.02));
  });

  it('has shares of the law that add up to nearly 1, with the mean of four', () => {
    const sum = poissonSideShares.reduce((a, b) => a + b);
    expect(sum).toBeGreaterThan(0.99);
    expect(sum).toBeLessThan(1);
    expect(poissonSideShares[0]).toBeCloseTo(2 - Math.PI ** 2 / 6, 6);
    const zeta3 = Array.from({ length: 100000 }, (_, at) => (at + 1) ** -3).reduce((a, b) => a + b);
    const four = Math.PI ** 2 * Math.LN2 - 1 / 3 - (7 * Math.PI ** 2) / 36 - 3.5 * zeta3;
    expect(poissonSideShares[1]).toBeCloseTo(four, 6);
  });
});
