/** Baselines at the fineness of figures: over a million pixels a cell, so each is computed once while the program runs. */
import { createHash } from 'node:crypto';
import { baselineScores, type BaselineScores } from '../../../experiments/diagnostics/baselines.ts';
import { baselineScoresAt } from '../../../experiments/diagnostics/point-baselines.ts';
import { unitView, type TrainingData } from '../../../experiments/engines/engine.ts';
import type { FrameSize } from '../../../experiments/sweeps/cell-measures.ts';
import { knowsTruth, type Picture } from '../../../experiments/targets/picture.ts';
import type { SampledPoints } from '../../../experiments/targets/sampling.ts';
import { truthFrame } from '../../../experiments/targets/truth-frame.ts';

/** What was computed, by the bytes of points and picture and the size; figures of cells with the same points share it. */
const known = new Map<string, BaselineScores>();
const maxKnown = 4096;

/** Scores of the baselines of a cell's points on so many of a picture's pixels; on its validation points where nobody knows the truth. */
export function figureBaselines(
  points: Pick<SampledPoints, 'training' | 'validation'>,
  picture: Picture,
  size: FrameSize,
): BaselineScores {
  const data = points.training;
  if (!knowsTruth(picture)) return baselineScoresAt(data, points.validation);
  const key = keyOf(data, picture, size);
  const before = known.get(key);
  if (before !== undefined) return before;
  const scores = baselineScores(data, truthFrame(picture, unitView, size.width, size.height));
  if (known.size >= maxKnown) known.clear();
  known.set(key, scores);
  return scores;
}

function keyOf(data: TrainingData, picture: Picture, size: FrameSize): string {
  const { width, height, channels, bytes } = picture;
  return createHash('sha256')
    .update(JSON.stringify([width, height, channels, size.width, size.height]))
    .update(bytes)
    .update(bytesOf(data.coordinates))
    .update(bytesOf(data.labels))
    .digest('hex');
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
