/**
 * What anybody can do without a network: the constant predictor, the nearest neighbour and kernel smoothing. Pure
 * arithmetic in a fixed order: portable.
 */
import type { TrainingData } from '../engines/engine.ts';
import type { TruthFrame } from '../targets/picture.ts';
import { bucketIndex, nearestPoint, pointGrid, type PointGrid } from './point-grid.ts';
import { createTruthScorer, type TruthScore } from './truth-error.ts';

/** What needs no network: the mean of the labels, the nearest point, kernel smoothing. */
export type BaselineName = 'constant' | 'nearest' | 'smoothing';

/** Scores of all baselines on one truth frame, and the bandwidth that leave-one-out chose. */
export interface BaselineScores extends Readonly<Record<BaselineName, TruthScore>> {
  readonly bandwidth: number;
}

/** A predictor of the values of width x height frames over the unit square, band by band. */
export interface Baseline {
  /** Values float32 [end - start, width, outputs] of the rows [start, end), the same whatever the bands. */
  rows(width: number, height: number, start: number, end: number): Float32Array;
}

/** Rows that are predicted at once: bounds the memory, not the result. */
const bandRows = 64;

/** Scores of the constant predictor, 1-nearest-neighbour and kernel smoothing from the training points. */
export function baselineScores(data: TrainingData, truth: TruthFrame): BaselineScores {
  const bandwidth = leaveOneOutBandwidth(data);
  return {
    constant: scoreOf(constantBaseline(data), truth),
    nearest: scoreOf(nearestBaseline(data), truth),
    smoothing: scoreOf(smoothingBaseline(data, bandwidth), truth),
    bandwidth,
  };
}

function scoreOf(baseline: Baseline, truth: TruthFrame): TruthScore {
  const { width, height, channels } = truth;
  const scorer = createTruthScorer(channels);
  for (let start = 0; start < height; start += bandRows) {
    const end = Math.min(height, start + bandRows);
    const values = baseline.rows(width, height, start, end);
    scorer.add(values, truth.values.subarray(start * width * channels, end * width * channels));
  }
  return scorer.score();
}

/** The mean of the training labels everywhere, one mean per output. */
export function constantBaseline(data: TrainingData): Baseline {
  const outputs = outputCount(data);
  const means = new Float64Array(outputs);
  for (let at = 0; at < data.labels.length; at++) means[at % outputs] += data.labels[at];
  for (let output = 0; output < outputs; output++) means[output] /= data.labels.length / outputs;
  return {
    rows(width, _height, start, end) {
      const values = new Float32Array((end - start) * width * outputs);
      for (let at = 0; at < values.length; at++) values[at] = means[at % outputs];
      return values;
    },
  };
}

/** The label of the nearest training point; of equally near points the first. */
export function nearestBaseline(data: TrainingData): Baseline {
  const outputs = outputCount(data);
  const grid = pointGrid(data.coordinates);
  return {
    rows(width, height, start, end) {
      const values = new Float32Array((end - start) * width * outputs);
      let at = 0;
      let point = -1;
      for (let row = start; row < end; row++) {
        const y = pixelCentre(row, height);
        for (let column = 0; column < width; column++) {
          point = nearestPoint(grid, pixelCentre(column, width), y, -1, point);
          for (let output = 0; output < outputs; output++) {
            values[at++] = data.labels[point * outputs + output];
          }
        }
      }
      return values;
    },
  };
}

/**
 * Kernel smoothing (Nadaraya 1964, Watson 1964) with the quartic kernel (1 - d^2 / bandwidth^2)^2 for d < bandwidth;
 * the nearest neighbour where no point is that near.
 */
export function smoothingBaseline(data: TrainingData, bandwidth: number): Baseline {
  const outputs = outputCount(data);
  const grid = pointGrid(data.coordinates);
  return {
    rows(width, height, start, end) {
      const sums = new Float64Array((end - start) * width * (outputs + 1));
      const columns = Float64Array.from({ length: width }, (_, column) => pixelCentre(column, width));
      for (let point = 0; point < grid.x.length; point++) {
        scatterPoint(sums, grid.x[point], grid.y[point], data.labels, point * outputs, outputs, {
          height,
          start,
          end,
          bandwidth,
          columns,
        });
      }
      const values = new Float32Array((end - start) * width * outputs);
      for (let pixel = 0; pixel < (end - start) * width; pixel++) {
        const weight = sums[pixel * (outputs + 1)];
        if (weight > 0) {
          for (let output = 0; output < outputs; output++) {
            values[pixel * outputs + output] = sums[pixel * (outputs + 1) + 1 + output] / weight;
          }
          continue;
        }
        const x = pixelCentre(pixel % width, width);
        const y = pixelCentre(start + Math.floor(pixel / width), height);
        const point = nearestPoint(grid, x, y);
        for (let output = 0; output < outputs; output++) {
          values[pixel * outputs + output] = data.labels[point * outputs + output];
        }
      }
      return values;
    },
  };
}

interface Band {
  readonly height: number;
  readonly start: number;
  readonly end: number;
  readonly bandwidth: number;
  /** Centres of the columns. */
  readonly columns: Float64Array;
}

/** Adds a point's weight, and its labels times the weight, to every pixel of the band within reach. */
function scatterPoint(
  sums: Float64Array,
  x: number,
  y: number,
  labels: Float32Array,
  labelAt: number,
  outputs: number,
  band: Band,
): void {
  const { height, bandwidth, columns } = band;
  const width = columns.length;
  const square = bandwidth * bandwidth;
  const stride = outputs + 1;
  // One pixel more on each side than needed: the test on the distance decides, not the rounding of these bounds.
  const top = Math.max(band.start, Math.floor((y - bandwidth) * height - 0.5));
  const bottom = Math.min(band.end - 1, Math.ceil((y + bandwidth) * height - 0.5));
  for (let row = top; row <= bottom; row++) {
    const dy = pixelCentre(row, height) - y;
    const rest = square - dy * dy;
    if (!(rest > 0)) continue;
    const reach = Math.sqrt(rest);
    const left = Math.max(0, Math.floor((x - reach) * width - 0.5));
    const right = Math.min(width - 1, Math.ceil((x + reach) * width - 0.5));
    let at = ((row - band.start) * width + left) * stride;
    for (let column = left; column <= right; column++, at += stride) {
      const dx = columns[column] - x;
      const inside = rest - dx * dx;
      if (!(inside > 0)) continue;
      const weight = inside * inside;
      sums[at] += weight;
      for (let output = 0; output < outputs; output++)
        sums[at + 1 + output] += weight * labels[labelAt + output];
    }
  }
}

/** Bandwidths tried, in units of the mean spacing 1 / sqrt(points): 1 to 8 in steps of a factor 2^(1/4). */
const bandwidthSteps = 12;
const bandwidthRatio = 1.189207115002721;

/**
 * The bandwidth with the least squared leave-one-out error on the training points among 13 multiples of the points'
 * mean spacing; of equally good ones the smallest.
 */
export function leaveOneOutBandwidth(data: TrainingData): number {
  const grid = pointGrid(data.coordinates);
  let bandwidth = 1 / Math.sqrt(grid.x.length);
  let best = bandwidth;
  let bestError = Infinity;
  for (let step = 0; step <= bandwidthSteps; step++) {
    const error = leaveOneOutError(data, grid, bandwidth);
    if (error < bestError) {
      best = bandwidth;
      bestError = error;
    }
    bandwidth *= bandwidthRatio;
  }
  return best;
}

/** Sum of squared errors when every training label is smoothed from the other points alone. */
function leaveOneOutError(data: TrainingData, grid: PointGrid, bandwidth: number): number {
  const outputs = outputCount(data);
  const sums = new Float64Array(outputs + 1);
  let error = 0;
  for (let point = 0; point < grid.x.length; point++) {
    gatherOthers(sums, data, grid, { x: grid.x[point], y: grid.y[point], except: point }, bandwidth);
    const nearest = sums[0] > 0 ? -1 : nearestPoint(grid, grid.x[point], grid.y[point], point);
    for (let output = 0; output < outputs; output++) {
      const label = data.labels[point * outputs + output];
      let value = 0;
      if (sums[0] > 0) value = sums[1 + output] / sums[0];
      else if (nearest >= 0) value = data.labels[nearest * outputs + output];
      error += (value - label) * (value - label);
    }
  }
  return error;
}

/** Weight and weighted labels, float64 [1 + outputs], of all points within reach of a place, but that with the number `except`. */
export function gatherOthers(
  sums: Float64Array,
  data: TrainingData,
  grid: PointGrid,
  at: { readonly x: number; readonly y: number; readonly except: number },
  bandwidth: number,
): void {
  const outputs = sums.length - 1;
  const { x, y, side, starts, order } = grid;
  sums.fill(0);
  const left = bucketIndex(at.x - bandwidth, side);
  const right = bucketIndex(at.x + bandwidth, side);
  const bottom = bucketIndex(at.y + bandwidth, side);
  for (let row = bucketIndex(at.y - bandwidth, side); row <= bottom; row++) {
    // Buckets of one row lie side by side, and so do their points.
    for (let place = starts[row * side + left]; place < starts[row * side + right + 1]; place++) {
      const other = order[place];
      const dx = x[other] - at.x;
      const dy = y[other] - at.y;
      const inside = bandwidth * bandwidth - dx * dx - dy * dy;
      if (other === at.except || !(inside > 0)) continue;
      const weight = inside * inside;
      sums[0] += weight;
      for (let output = 0; output < outputs; output++) {
        sums[1 + output] += weight * data.labels[other * outputs + output];
      }
    }
  }
}

/** Number of outputs of points. */
export function outputCount(data: TrainingData): number {
  return data.labels.length / (data.coordinates.length >> 1);
}

/** Centre of a pixel as engines evaluate it: computed in float64, rounded to float32. */
function pixelCentre(index: number, count: number): number {
  return Math.fround((index + 0.5) / count);
}
