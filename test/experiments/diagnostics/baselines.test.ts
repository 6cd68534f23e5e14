import { describe, expect, it } from 'vitest';
import {
  baselineScores,
  constantBaseline,
  leaveOneOutBandwidth,
  nearestBaseline,
  smoothingBaseline,
} from '../../../experiments/diagnostics/baselines.ts';
import { truthScore } from '../../../experiments/diagnostics/truth-error.ts';
import type { TrainingData } from '../../../experiments/engines/engine.ts';
import { uniformVariates } from '../../../experiments/random/normal.ts';

/** Points on the pixel centres of a side x side picture (many equal distances), or anywhere in the square. */
function randomData(seed: number, points: number, outputs: number, side: number | null): TrainingData {
  const uniforms = uniformVariates(seed, 4, 0, 0, points * (2 + outputs));
  const coordinates = Float32Array.from({ length: 2 * points }, (_, at) =>
    side === null ? uniforms[at] : (Math.floor(uniforms[at] * side) + 0.5) / side,
  );
  const labels = Float32Array.from({ length: outputs * points }, (_, at) => uniforms[2 * points + at]);
  return { coordinates, labels };
}

function centre(index: number, count: number): number {
  return Math.fround((index + 0.5) / count);
}

function bruteNearest(data: TrainingData, x: number, y: number, except = -1): number {
  let best = -1;
  let bestSquare = Infinity;
  for (let point = 0; 2 * point < data.coordinates.length; point++) {
    const square = (data.coordinates[2 * point] - x) ** 2 + (data.coordinates[2 * point + 1] - y) ** 2;
    if (point !== except && square < bestSquare) {
      best = point;
      bestSquare = square;
    }
  }
  return best;
}

/** Smoothed value of one output at (x, y) by the formula, all points visited. */
function bruteSmooth(
  data: TrainingData,
  outputs: number,
  output: number,
  h: number,
  x: number,
  y: number,
  except = -1,
) {
  let sum = 0;
  let weights = 0;
  for (let point = 0; 2 * point < data.coordinates.length; point++) {
    const square = (data.coordinates[2 * point] - x) ** 2 + (data.coordinates[2 * point + 1] - y) ** 2;
    if (point === except || square >= h * h) continue;
    const weight = (1 - square / (h * h)) ** 2;
    weights += weight;
    sum += weight * data.labels[point * outputs + output];
  }
  if (weights > 0) return sum / weights;
  const nearest = bruteNearest(data, x, y, except);
  return nearest < 0 ? 0 : data.labels[nearest * outputs + output];
}

const cases = [
  { seed: 1, points: 1, outputs: 1, side: null },
  { seed: 2, points: 2, outputs: 3, side: null },
  { seed: 3, points: 7, outputs: 1, side: 8 },
  { seed: 4, points: 60, outputs: 3, side: 16 },
  { seed: 5, points: 333, outputs: 1, side: null },
  { seed: 6, points: 500, outputs: 1, side: 32 },
];

describe.each(cases)('baselines, seed $seed: $points points, $outputs outputs, lattice $side', (c) => {
  const data = randomData(c.seed, c.points, c.outputs, c.side);
  const width = 37;
  const height = 23;

  it('takes the nearest point that a search over all points finds, ties included', () => {
    const values = nearestBaseline(data).rows(width, height, 0, height);
    const expected = new Float32Array(values.length);
    for (let at = 0; at < width * height; at++) {
      const point = bruteNearest(data, centre(at % width, width), centre(Math.floor(at / width), height));
      for (let o = 0; o < c.outputs; o++) expected[at * c.outputs + o] = data.labels[point * c.outputs + o];
    }
    expect(values).toEqual(expected);
  });

  it.each([0.03, 0.2, 2])('smooths as the formula does with bandwidth %f', (bandwidth) => {
    const values = smoothingBaseline(data, bandwidth).rows(width, height, 0, height);
    for (let at = 0; at < values.length; at++) {
      const pixel = Math.floor(at / c.outputs);
      const x = centre(pixel % width, width);
      const y = centre(Math.floor(pixel / width), height);
      expect(values[at]).toBeCloseTo(bruteSmooth(data, c.outputs, at % c.outputs, bandwidth, x, y), 5);
    }
  });

  it('gives the same rows whatever the bands', () => {
    for (const baseline of [constantBaseline(data), nearestBaseline(data), smoothingBaseline(data, 0.1)]) {
      const whole = baseline.rows(width, height, 0, height);
      const band = baseline.rows(width, height, 9, 20);
      expect(band).toEqual(whole.subarray(9 * width * c.outputs, 20 * width * c.outputs));
    }
  });

  it('chooses the bandwidth with the least leave-one-out error', () => {
    const errors: number[] = [];
    const bandwidths: number[] = [];
    for (let step = 0; step <= 12; step++) {
      const h = 2 ** (step / 4) / Math.sqrt(c.points);
      let error = 0;
      for (let point = 0; point < c.points; point++) {
        const [x, y] = data.coordinates.subarray(2 * point);
        for (let o = 0; o < c.outputs; o++) {
          const label = data.labels[point * c.outputs + o];
          error += (bruteSmooth(data, c.outputs, o, h, x, y, point) - label) ** 2;
        }
      }
      errors.push(error);
      bandwidths.push(h);
    }
    const chosen = bandwidths.findIndex((h) => Math.abs(h / leaveOneOutBandwidth(data) - 1) < 1e-9);
    expect(errors[chosen]).toBeCloseTo(Math.min(...errors), 9);
  });
});

describe('baseline scores', () => {
  it('scores each baseline as its whole frame would be scored', () => {
    const data = randomData(7, 120, 1, null);
    const width = 50;
    const height = 130;
    const truth = { width, height, channels: 1 as const, values: new Float32Array(width * height) };
    truth.values.forEach((_, at) => (truth.values[at] = at % 3 === 0 ? 0.25 : 1));
    const scores = baselineScores(data, truth);
    const whole = (baseline: ReturnType<typeof constantBaseline>) =>
      truthScore(baseline.rows(width, height, 0, height), truth);
    expect(scores.constant).toEqual(whole(constantBaseline(data)));
    expect(scores.nearest).toEqual(whole(nearestBaseline(data)));
    expect(scores.smoothing).toEqual(whole(smoothingBaseline(data, scores.bandwidth)));
  });

  it('predicts the mean label of each output everywhere', () => {
    const data = {
      coordinates: Float32Array.of(0.1, 0.1, 0.9, 0.9),
      labels: Float32Array.of(0, 1, 0.5, 0.5),
    };
    expect(constantBaseline(data).rows(2, 1, 0, 1)).toEqual(Float32Array.of(0.25, 0.75, 0.25, 0.75));
  });
});
