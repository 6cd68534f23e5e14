/** What a snapshot measures, apart from what training itself reports. Nothing here affects training. */
import { createTruthScorer, greyScore, meanSquaredError, truthScore } from '../diagnostics/truth-error.ts';
import { unitView, type Engine, type TrainingData } from '../engines/engine.ts';
import type { NewSnapshotMetrics, TruthMeasure } from '../records/measures.ts';
import type { Preview } from '../records/snapshot.ts';
import type { Network } from '../network/shape.ts';
import { boundaryPlane, distinctCount, levelsFromValues } from '../engines/frame-planes.ts';
import { knowsTruth, type Picture } from '../targets/picture.ts';
import type { SampledPoints } from '../targets/sampling.ts';
import { truthFrame, truthLevels } from '../targets/truth-frame.ts';

/** Pixels of a fine frame that are in memory at once; the result does not depend on it. */
const bandPixels = 65536;

/** Sizes of a frame in pixels. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** The size of previews: the picture's aspect, the longer side `longerSide` pixels, at least one pixel each way. */
export function previewSize(picture: FrameSize, longerSide: number): FrameSize {
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
  readonly measures: Pick<NewSnapshotMetrics, 'truth' | 'distinctHashes' | 'boundaryShare'>;
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
  const { values, bits, share, distinct } = await drawnPreview(engine, network, { width, height });
  const score = knowsTruth(picture) ? truthScore(values, truthFrame(picture, unitView, width, height)) : null;
  const { outputs } = network.shape;
  return {
    preview: { epoch, width, height, outputs, values: levelsFromValues(values), boundary: bits },
    measures: {
      truth:
        score === null ? null : { stride: Math.max(picture.width, picture.height) / longerSide, ...score },
      distinctHashes: distinct,
      boundaryShare: share,
    },
  };
}

/** Values, boundary pixels and number of hashes of the unit square, made where the engine can make them. */
async function drawnPreview(
  engine: Engine,
  network: Network,
  size: FrameSize,
): Promise<{ values: Float32Array; bits: Uint8Array; share: number; distinct: number }> {
  const request = { network, view: unitView, ...size };
  const draw = { values: true, boundary: true, distinct: true };
  const { values, boundary, distinct } = (await engine.drawFrame?.({ ...request, draw })) ?? {};
  if (values !== undefined && boundary !== undefined && distinct !== undefined) {
    const { bits, count } = boundary;
    return { values, bits, share: count / (size.width * size.height), distinct };
  }
  const frame = await engine.renderFrame({ ...request, planes: { hashes: true } });
  const hashes = frame.hashes ?? new Uint32Array(0);
  const { bits, share } = boundaryPlane(hashes, size.width, size.height);
  return { values: frame.values, bits, share, distinct: distinctCount(hashes) };
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
  const { channels } = picture;
  const levelsOf = truthLevels(picture, unitView, width, height);
  const frame = { network, view: unitView, width, height, planes: {} };
  const sums = channels === 1 ? await engine.scoreFrame?.(frame, levelsOf({ start: 0, end: height })) : null;
  if (sums !== null && sums !== undefined) return { stride, ...greyScore(sums, width * height) };
  const scorer = createTruthScorer(channels);
  const bandRows = Math.min(height, Math.max(1, Math.floor(bandPixels / width)));
  // All bands share their memory: new memory costs as much as the pixels of a small network.
  const into = new Float32Array(bandRows * width * channels);
  for (let start = 0; start < height; start += bandRows) {
    const rows = { start, end: Math.min(height, start + bandRows) };
    const { values } = await engine.renderFrame({ ...frame, rows, into });
    scorer.addLevels(values, levelsOf(rows));
  }
  return { stride, ...scorer.score() };
}

/** Training and validation error at a snapshot. */
export async function measurePoints(
  engine: Engine,
  network: Network,
  points: SampledPoints,
): Promise<Pick<NewSnapshotMetrics, 'trainMse' | 'validationMse'>> {
  return {
    trainMse: (await pointsMse(engine, network, points.training)) ?? NaN,
    validationMse: await pointsMse(engine, network, points.validation),
  };
}
