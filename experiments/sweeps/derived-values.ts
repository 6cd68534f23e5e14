/** How derived measures are computed: from a network, the points of its cell and the picture. */
import { classScores } from '../diagnostics/class-scores.ts';
import { gaussNewtonTrace } from '../diagnostics/curvature.ts';
import { fragmentation } from '../diagnostics/fragmentation.ts';
import { gradientLength, pathNorm } from '../diagnostics/gradients.ts';
import { gramSpectrum } from '../diagnostics/gram-spectrum.ts';
import { localComplexity, truthBoundary } from '../diagnostics/local-complexity.ts';
import { noiseFigures } from '../diagnostics/noise.ts';
import { pointMap, type PointMap } from '../diagnostics/point-map.ts';
import { reach } from '../diagnostics/reach.ts';
import { variation } from '../diagnostics/variation.ts';
import { unitView, type Engine, type TrainingData } from '../engines/engine.ts';
import { mappedCoordinates, withoutMap } from '../network/input-map.ts';
import type { Network } from '../network/shape.ts';
import { extractComplex } from '../polytopes/extract-complex.ts';
import type { ExtractionOptions } from '../polytopes/extraction-options.ts';
import { sideShares } from '../polytopes/side-shares.ts';
import { uniformVariates } from '../random/normal.ts';
import { streamIds } from '../random/philox.ts';
import {
  effectiveAlphas,
  localRadii,
  reachBounds,
  type DerivedValues,
  type MeasureFamily,
} from '../records/derived-measures.ts';
import { knowsTruth, type Picture, type TruthFrame } from '../targets/picture.ts';
import { drawnLabels, isInSample, type SampledPoints, type SampleRegion } from '../targets/sampling.ts';
import { truthFrame } from '../targets/truth-frame.ts';
import type { CellConfig } from './cell.ts';
import { previewSize, type FrameSize } from './cell-measures.ts';
import { pointsOfCell } from './cell-network.ts';

/** What the measures of all snapshots of a cell share. */
export interface MeasuredSubject {
  readonly points: TrainingData;
  /** The truth at the points, float32 [n, outputs]. */
  readonly pointTruth: Float32Array;
  /** Numbers of the frame's pixels that hold the points. */
  readonly pointPixels: Uint32Array;
  readonly size: FrameSize;
  /** Null where nobody knows it. */
  readonly frame: TruthFrame | null;
  /** Random points of the square, by the cell's seed, and points of the truth's boundary: float32 [n, 2]. */
  readonly random: Float32Array;
  readonly boundary: Float32Array;
  /** Null with several outputs: classes are then no black and white. */
  readonly map: PointMap | null;
  /** Reach of the nearest neighbour, one share for each bin; null where it is undefined. */
  readonly nearestReach: readonly (number | null)[];
  /** Those points with their validation points, as training takes them. */
  readonly sampled: SampledPoints;
  /** Where training points may lie; null where that is anywhere. */
  readonly sample: SampleRegion | null;
}

/** How many random, boundary and training points local measures look at, at most. */
const places = 512;

/** The bin of `reach` that its summary is about: 1 to 1.5 spacings. */
const beyond = 3;

const noReach: readonly null[] = reachBounds.slice(1).map(() => null);

/** What a cell's measures are computed against, on frames whose longer side has `longerSide` pixels. */
export function measuredSubject(config: CellConfig, picture: Picture, longerSide: number): MeasuredSubject {
  const { width, height } = previewSize(picture, longerSide);
  const sampled = pointsOfCell(config, picture);
  const { training: points, trainingPixels } = sampled;
  const frame = knowsTruth(picture) ? truthFrame(picture, unitView, width, height) : null;
  const random = Float32Array.from(uniformVariates(config.seed, streamIds.places, 0, 0, 2 * places));
  const boundary = frame?.channels === 1 ? truthBoundary(frame, places) : new Float32Array(0);
  const pointPixels = Uint32Array.from(trainingPixels, (_, point) => {
    const [x, y] = [points.coordinates[2 * point], points.coordinates[2 * point + 1]];
    const [row, column] = [Math.floor(y * height), Math.floor(x * width)];
    return Math.min(row, height - 1) * width + Math.min(column, width - 1);
  });
  const pointTruth = drawnLabels(picture, trainingPixels);
  const sample = config.data.sample ?? null;
  const told = { points, sampled, sample, pointTruth, pointPixels };
  const shared = { ...told, size: { width, height }, frame, random, boundary };
  if (config.network.outputs !== 1) return { ...shared, map: null, nearestReach: noReach };
  const map = pointMap(points, width, height);
  if (frame === null) return { ...shared, map, nearestReach: noReach };
  const lookedUp = Float32Array.from(map.nearest, (point) => points.labels[point]);
  return { ...shared, map, nearestReach: reach(lookedUp, frame.values, map, reachBounds) };
}

/** What derived measures are computed with. */
export interface MeasuringTools {
  /** A strict engine: others would give other bits elsewhere. */
  readonly engine: Engine;
  /** What exact complexes are extracted with. */
  readonly extraction: ExtractionOptions;
}

/** Families that are about one network; `flicker` is about the past of one (flicker-values.ts). */
export type NetworkFamily = Exclude<MeasureFamily, 'flicker'>;

/** Values of a family at one network: the same bits on every machine. Throws ExtractionError where a complex is too large. */
export async function derivedValues(
  family: NetworkFamily,
  { engine, extraction }: MeasuringTools,
  network: Network,
  subject: MeasuredSubject,
): Promise<DerivedValues> {
  const { coordinates } = subject.points;
  switch (family) {
    case 'function':
      return functionValues(
        await frameValues(engine, network, subject),
        await engine.evaluate(network, coordinates),
        subject,
      );
    case 'sample':
      return subject.sample === null
        ? noSample
        : sampleValues(await frameValues(engine, network, subject), subject, subject.sample);
    case 'nearest': {
      const [nearest0, nearest1, nearest2, nearest3, nearest4, nearest5] = subject.nearestReach;
      return { nearest0, nearest1, nearest2, nearest3, nearest4, nearest5 };
    }
    case 'curvature':
      return { curvature: gaussNewtonTrace(network, coordinates) };
    case 'spectrum': {
      const { sharpness, effective } = gramSpectrum(
        withoutMap(network),
        mappedCoordinates(network.inputs, coordinates),
        effectiveAlphas,
      );
      const [effective0, effective1, effective2] = effective;
      return { sharpness, effective0, effective1, effective2 };
    }
    case 'geometry':
      // Creases and gradients are about the coordinates that the network sees.
      return network.inputs === undefined
        ? geometryValues(network, subject)
        : { ...noGeometry, pathNorm: pathNorm(network) };
    case 'sides': {
      if (network.inputs?.kind === 'sine') return noSides;
      const [triangles, quadrilaterals, pentagons, hexagons, heptagons] = sideShares(
        extractComplex(network, unitView, extraction),
      );
      return { triangles, quadrilaterals, pentagons, hexagons, heptagons };
    }
  }
}

async function frameValues(
  engine: Engine,
  network: Network,
  { size: { width, height } }: MeasuredSubject,
): Promise<Float32Array> {
  return (await engine.renderFrame({ network, view: unitView, width, height, planes: {} })).values;
}

function geometryValues(network: Network, { points, random, boundary }: MeasuredSubject): DerivedValues {
  const training = points.coordinates.subarray(0, 2 * places);
  const near = (coordinates: Float32Array): (number | null)[] =>
    localRadii.map((radius) =>
      coordinates.length === 0 ? null : localComplexity(network, coordinates, radius),
    );
  const [localPoints0, localPoints1] = near(training);
  const [localRandom0, localRandom1] = near(random);
  const [localBoundary0, localBoundary1] = near(boundary);
  return {
    gradientRatio: ratio(gradientLength(network, random), gradientLength(network, training)),
    pathNorm: pathNorm(network),
    ...{ localPoints0, localRandom0, localBoundary0, localPoints1, localRandom1, localBoundary1 },
    concentration: ratio(localBoundary0, localRandom0),
  };
}

/** A quotient; null where it is none. */
function ratio(over: number | null, under: number | null): number | null {
  return over === null || under === null || under === 0 ? null : over / under;
}

/** The family 'function' of values float32 of the subject's frame and of its training points, as a strict engine has them. */
function functionValues(
  values: Float32Array,
  pointValues: Float32Array,
  subject: MeasuredSubject,
): DerivedValues {
  const { size, frame, map } = subject;
  const { total, dirichlet } = variation(values, size.width, size.height);
  const scores = frame === null ? noScores : classScores(values, frame);
  const plain = { ...scores, totalVariation: total, dirichlet };
  if (map === null) return { ...noClasses, ...plain };
  return { ...plain, ...classValues(values, pointValues, subject, map) };
}

const noScores: DerivedValues = { clippedError: null, classError: null };

const noGeometry: DerivedValues = {
  gradientRatio: null,
  ...{ localPoints0: null, localRandom0: null, localBoundary0: null },
  ...{ localPoints1: null, localRandom1: null, localBoundary1: null },
  concentration: null,
};

/** Of a sine, whose creases are curves. */
const noSides: DerivedValues = {
  ...{ triangles: null, quadrilaterals: null, pentagons: null, hexagons: null, heptagons: null },
};

const noSample: DerivedValues = {
  classErrorSeen: null,
  classErrorUnseen: null,
  clippedErrorSeen: null,
  clippedErrorUnseen: null,
};

/** Scores where training points may lie and where none may; null where a frame has no pixel there. */
function sampleValues(values: Float32Array, { frame }: MeasuredSubject, sample: SampleRegion): DerivedValues {
  if (frame === null) return noSample;
  const { width, height } = frame;
  const isSeen = Array.from({ length: width * height }, (_, pixel) =>
    isInSample(sample, ((pixel % width) + 0.5) / width, (Math.floor(pixel / width) + 0.5) / height),
  );
  const scores = (wanted: boolean): ReturnType<typeof classScores> | null =>
    isSeen.includes(wanted) ? classScores(values, frame, (pixel) => isSeen[pixel] === wanted) : null;
  const [seen, unseen] = [scores(true), scores(false)];
  return {
    classErrorSeen: seen?.classError ?? null,
    classErrorUnseen: unseen?.classError ?? null,
    clippedErrorSeen: seen?.clippedError ?? null,
    clippedErrorUnseen: unseen?.clippedError ?? null,
  };
}

const noClasses: DerivedValues = {
  blackPieces: null,
  whitePieces: null,
  noiseFitted: null,
  noiseFootprint: null,
  cleanFootprint: null,
  island: null,
  reach0: null,
  reach1: null,
  reach2: null,
  reach3: null,
  reach4: null,
  reach5: null,
  reachBeyond: null,
};

/** What is said of black and white alone. */
function classValues(
  values: Float32Array,
  pointValues: Float32Array,
  { points, pointTruth, pointPixels, size, frame, nearestReach }: MeasuredSubject,
  map: PointMap,
): DerivedValues {
  const pieces = fragmentation(values, size.width, size.height);
  const counted = { blackPieces: pieces.black, whitePieces: pieces.white };
  if (frame === null) return { ...noClasses, ...counted };
  const judged = {
    labels: points.labels,
    truth: pointTruth,
    values: pointValues,
    pixels: pointPixels,
  };
  const noise = noiseFigures(judged, values, frame.values, map);
  const shares = reach(values, frame.values, map, reachBounds);
  const [far, looked] = [shares[beyond], nearestReach[beyond]];
  const [reach0, reach1, reach2, reach3, reach4, reach5] = shares;
  return {
    ...counted,
    noiseFitted: noise.fitted,
    noiseFootprint: noise.noiseFootprint,
    cleanFootprint: noise.cleanFootprint,
    island: noise.island,
    ...{ reach0, reach1, reach2, reach3, reach4, reach5 },
    reachBeyond: far === null || looked === null ? null : far - looked,
  };
}
