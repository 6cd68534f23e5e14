/** What a snapshot measures, apart from what training itself reports. Nothing here affects training. */
import { createTruthScorer, meanSquaredError, truthScore } from '../diagnostics/truth-error.ts';
import { unitView, type Engine, type TrainingData } from '../engines/engine.ts';
import type { Preview, SnapshotMetrics, TruthMeasure } from '../entries/snapshot.ts';
import type { Network } from '../network/shape.ts';
import { boundaryPlane, distinctCount, previewFromFrame } from '../polytopes/frame-planes.ts';
import type { Picture } from '../targets/picture.ts';
import type { SampledPoints } from '../targets/sampling.ts';
import { truthFrame } from '../targets/truth-frame.ts';

/** Pixels of a fine frame that are in memory at once; the result does not depend on it. */
const bandPixels = 65536;

/** Sizes of a frame in pixels. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** The size of previews: the picture's aspect, the longer side `longerSide` pixels, at least one pixel each way. */
export function previewSize(picture: Picture, longerSide: number): FrameSize {
  const scale = longerSide / Math.max(picture.width, picture.height);
  return {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  };
}

/** Mean squared error of the network's values at points against their labels; null where there are no points. */
export async function pointsMse(
  engine: Engine,
  network: Network,
  points: TrainingData,
): Promise<number | null> {
  if (points.labels.length === 0) return null;
  return meanSquaredError(await engine.evaluate(network, points.coordinates), points.labels);
}

/** A preview frame and what is read off it. */
export interface PreviewMeasures {
  readonly preview: Preview;
  readonly measures: Pick<SnapshotMetrics, 'truth' | 'distinctHashes' | 'boundaryShare'>;
}

/** Draws the preview frame of an epoch, longer side `longerSide` pixels, and measures it. */
export async function measurePreview(
  engine: Engine,
  network: Network,
  picture: Picture,
  longerSide: number,
  epoch: number,
): Promise<PreviewMeasures> {
  const { width, height } = previewSize(picture, longerSide);
  const planes = { hashes: true };
  const frame = await engine.renderFrame({ network, view: unitView, width, height, planes });
  const hashes = frame.hashes ?? new Uint32Array(0);
  const boundary = boundaryPlane(hashes, width, height);
  const score = truthScore(frame.values, truthFrame(picture, unitView, width, height));
  return {
    preview: previewFromFrame(frame, epoch, boundary),
    measures: {
      truth: { stride: Math.max(picture.width, picture.height) / longerSide, ...score },
      distinctHashes: distinctCount(hashes),
      boundaryShare: boundary.share,
    },
  };
}

/** Error and overlap over every stride-th pixel of the picture in x and y; over all pixels with stride 1. */
export async function measureTruth(
  engine: Engine,
  network: Network,
  picture: Picture,
  stride: number,
): Promise<TruthMeasure> {
  const width = Math.max(1, Math.round(picture.width / stride));
  const height = Math.max(1, Math.round(picture.height / stride));
  const truth = truthFrame(picture, unitView, width, height);
  const scorer = createTruthScorer(truth.channels);
  const bandRows = Math.max(1, Math.floor(bandPixels / width));
  for (let start = 0; start < height; start += bandRows) {
    const rows = { start, end: Math.min(height, start + bandRows) };
    const frame = await engine.renderFrame({ network, view: unitView, width, height, rows, planes: {} });
    const rowValues = width * truth.channels;
    scorer.add(frame.values, truth.values.subarray(rows.start * rowValues, rows.end * rowValues));
  }
  return { stride, ...scorer.score() };
}

/** Training and validation error at a snapshot. */
export async function measurePoints(
  engine: Engine,
  network: Network,
  points: SampledPoints,
): Promise<Pick<SnapshotMetrics, 'trainMse' | 'validationMse'>> {
  return {
    trainMse: (await pointsMse(engine, network, points.training)) ?? NaN,
    validationMse: await pointsMse(engine, network, points.validation),
  };
}
