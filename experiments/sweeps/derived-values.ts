/** How derived measures are computed: from a network, the points of its cell and the picture. */
import { classScores } from '../diagnostics/class-scores.ts';
import { gaussNewtonTrace } from '../diagnostics/curvature.ts';
import { fragmentation } from '../diagnostics/fragmentation.ts';
import { noiseFigures } from '../diagnostics/noise.ts';
import { pointMap, type PointMap } from '../diagnostics/point-map.ts';
import { reach } from '../diagnostics/reach.ts';
import { variation } from '../diagnostics/variation.ts';
import { unitView, type Engine, type TrainingData } from '../engines/engine.ts';
import type { Network } from '../network/shape.ts';
import { reachBounds, type DerivedValues, type MeasureFamily } from '../records/derived-measures.ts';
import type { Picture, TruthFrame } from '../targets/picture.ts';
import { pixelLabels } from '../targets/sampling.ts';
import { truthFrame } from '../targets/truth-frame.ts';
import type { CellConfig } from './cell.ts';
import { previewSize } from './cell-measures.ts';
import { pointsOfCell } from './cell-network.ts';

/** What the measures of all snapshots of a cell share. */
export interface MeasuredSubject {
  readonly points: TrainingData;
  /** The truth at the points, float32 [n, outputs]. */
  readonly pointTruth: Float32Array;
  readonly frame: TruthFrame;
  /** Null with several outputs: classes are then no black and white. */
  readonly map: PointMap | null;
  /** Reach of the nearest neighbour from 1 to 1.5 spacings; null where it is undefined. */
  readonly nearestBeyond: number | null;
}

/** The bin of `reach` that its summary is about: 1 to 1.5 spacings. */
const beyond = 3;

/** What a cell's measures are computed against, on frames whose longer side has `longerSide` pixels. */
export function measuredSubject(config: CellConfig, picture: Picture, longerSide: number): MeasuredSubject {
  const { width, height } = previewSize(picture, longerSide);
  const { training: points, trainingPixels } = pointsOfCell(config, picture);
  const frame = truthFrame(picture, unitView, width, height);
  const shared = { points, pointTruth: pixelLabels(picture, trainingPixels), frame };
  if (config.network.outputs !== 1) return { ...shared, map: null, nearestBeyond: null };
  const map = pointMap(points, width, height);
  const lookedUp = Float32Array.from(map.nearest, (point) => points.labels[point]);
  const nearestBeyond = reach(lookedUp, frame.values, map, reachBounds)[beyond];
  return { ...shared, map, nearestBeyond };
}

/** Values of a family at one network. The same bits with every strict engine. */
export async function derivedValues(
  family: MeasureFamily,
  engine: Engine,
  network: Network,
  subject: MeasuredSubject,
): Promise<DerivedValues> {
  const { points, frame, map } = subject;
  if (family === 'curvature') return { curvature: gaussNewtonTrace(network, points.coordinates) };
  const { width, height } = frame;
  const { values } = await engine.renderFrame({ network, view: unitView, width, height, planes: {} });
  const { total, dirichlet } = variation(values, width, height);
  const plain = { ...classScores(values, frame), totalVariation: total, dirichlet };
  if (map === null) return { ...noClasses, ...plain };
  return { ...plain, ...(await classValues(engine, network, values, subject, map)) };
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
async function classValues(
  engine: Engine,
  network: Network,
  values: Float32Array,
  { points, pointTruth, frame, nearestBeyond }: MeasuredSubject,
  map: PointMap,
): Promise<DerivedValues> {
  const { width, height } = frame;
  const pieces = fragmentation(values, width, height);
  const judged = {
    labels: points.labels,
    truth: pointTruth,
    values: await engine.evaluate(network, points.coordinates),
    pixels: Uint32Array.from(pointTruth, (_, point) => {
      const [x, y] = points.coordinates.subarray(2 * point, 2 * point + 2);
      return Math.floor(y * height) * width + Math.floor(x * width);
    }),
  };
  const noise = noiseFigures(judged, values, frame.values, map);
  const shares = reach(values, frame.values, map, reachBounds);
  const far = shares[beyond];
  const [reach0, reach1, reach2, reach3, reach4, reach5] = shares;
  return {
    blackPieces: pieces.black,
    whitePieces: pieces.white,
    noiseFitted: noise.fitted,
    noiseFootprint: noise.noiseFootprint,
    cleanFootprint: noise.cleanFootprint,
    island: noise.island,
    ...{ reach0, reach1, reach2, reach3, reach4, reach5 },
    reachBeyond: far === null || nearestBeyond === null ? null : far - nearestBeyond,
  };
}
