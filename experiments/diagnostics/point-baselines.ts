/** Baselines on validation points, where nobody knows the true picture. */
import type { TrainingData } from '../engines/engine.ts';
import { gatherOthers, leaveOneOutBandwidth, outputCount, type BaselineScores } from './baselines.ts';
import { nearestPoint, pointGrid } from './point-grid.ts';
import { meanSquaredError } from './truth-error.ts';

/** The value of a baseline at a place, one an output. */
type Predictor = (x: number, y: number) => ArrayLike<number>;

/**
 * Mean squared errors on validation points of the constant predictor, the nearest neighbour and kernel smoothing from the
 * training points, as baselineScores takes them on pixels; without IoU. NaN where there are no validation points.
 */
export function baselineScoresAt(data: TrainingData, validation: TrainingData): BaselineScores {
  const bandwidth = leaveOneOutBandwidth(data);
  const outputs = outputCount(data);
  const grid = pointGrid(data.coordinates);
  const means = new Float64Array(outputs);
  data.labels.forEach((label, at) => (means[at % outputs] += label));
  const mean = means.map((sum) => sum / (data.labels.length / outputs));
  const nearest: Predictor = (x, y) => {
    const point = nearestPoint(grid, x, y);
    return data.labels.subarray(outputs * point, outputs * (point + 1));
  };
  const sums = new Float64Array(outputs + 1);
  const smoothing: Predictor = (x, y) => {
    gatherOthers(sums, data, grid, { x, y, except: -1 }, bandwidth);
    return sums[0] > 0 ? sums.subarray(1).map((sum) => sum / sums[0]) : nearest(x, y);
  };
  const scoreOf = (predict: Predictor): BaselineScores['constant'] => {
    const values = new Float32Array(validation.labels.length);
    for (let point = 0; outputs * point < values.length; point++)
      values.set(
        predict(validation.coordinates[2 * point], validation.coordinates[2 * point + 1]),
        outputs * point,
      );
    return { mse: meanSquaredError(values, validation.labels), iou: null };
  };
  return {
    constant: scoreOf(() => mean),
    nearest: scoreOf(nearest),
    smoothing: scoreOf(smoothing),
    bandwidth,
  };
}
