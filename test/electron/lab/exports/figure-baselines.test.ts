import { expect, it } from 'vitest';
import { figureBaselines } from '../../../../electron/lab/exports/figure-baselines.ts';
import { baselineScores } from '../../../../experiments/diagnostics/baselines.ts';
import { unitView, type TrainingData } from '../../../../experiments/engines/engine.ts';
import { truthFrame } from '../../../../experiments/targets/truth-frame.ts';

const bytes = Uint8Array.from({ length: 24 * 16 }, (_, at) => ((at * 7) % 11 < 4 ? 0 : 255));
const picture = { width: 24, height: 16, channels: 1 as const, bytes };
const points: TrainingData = {
  coordinates: Float32Array.of(0.1, 0.2, 0.8, 0.3, 0.5, 0.9),
  labels: Float32Array.of(0, 1, 1),
};

/** Scores of points; the truth is known, so that no validation point counts. */
const scoresOf = (training: TrainingData, of: typeof picture, size: typeof half) =>
  figureBaselines({ training, validation: points }, of, size);

const half = { width: 12, height: 8 };

it('scores baselines on so many pixels, and computes no points, picture and size twice', () => {
  const scores = scoresOf(points, picture, half);
  expect(scores).toEqual(baselineScores(points, truthFrame(picture, unitView, 12, 8)));
  expect(scoresOf(structuredClone(points), structuredClone(picture), half)).toBe(scores);
});

it.each([
  ['size', points, picture, 1],
  ['label', { ...points, labels: Float32Array.of(0, 1, 0) }, picture, 2],
  ['point', { ...points, coordinates: points.coordinates.map((place) => 1 - place) }, picture, 2],
  ['picture', points, { ...picture, bytes: bytes.slice().reverse() }, 2],
] as const)('does not take those of another %s', (_what, otherPoints, otherPicture, stride) => {
  const size = [24 / stride, 16 / stride] as const;
  const scores = scoresOf(otherPoints, otherPicture, { width: size[0], height: size[1] });
  expect(scores).toEqual(baselineScores(otherPoints, truthFrame(otherPicture, unitView, ...size)));
  expect(scores).not.toEqual(scoresOf(points, picture, half));
});
