/** Wilson 2025, figure 1: large flexible models with soft preferences, in closed form. */
import { gaussianProcess } from '../companions/gaussian-process.ts';
import { linePolynomial } from '../companions/polynomial.ts';
import { median } from '../findings/statistics.ts';
import { cosine, sine } from '../random/angles.ts';
import { normalVariates, uniformVariates } from '../random/normal.ts';
import { permutationOrder } from '../random/permutation.ts';
import { streamIds } from '../random/philox.ts';
import { builtInPicture } from '../targets/built-in.ts';
import { drawnLabels, samplePoints } from '../targets/sampling.ts';
import type { ReadingRow } from './reading-row.ts';

/** Noisy values of a curve at this many places of a line, and the noise's deviation. */
const places = 60;
const noise = 0.15;
const asked = 400;

const curves = {
  cosine: (x: number): number => cosine(2 * Math.PI * x),
  'line with a fast wave': (x: number): number => 2 * x + sine(25 * x),
};

/** Median over seeds of the mean squared error of a fit against the curve itself, over the line. */
function lineError(
  curve: (x: number) => number,
  seeds: number,
  degree: number,
  ridge: number,
  power: number,
): number {
  const grid = Float64Array.from({ length: asked }, (_, at) => (2 * at + 1) / asked - 1);
  const errors = Array.from({ length: seeds }, (_, at) => {
    const x = uniformVariates(at + 1, streamIds.places, 1, 0, places).map((value) => 2 * value - 1);
    const drawn = normalVariates(at + 1, streamIds.places, 2, 0, places);
    const y = x.map((value, point) => curve(value) + noise * drawn[point]);
    const values = linePolynomial(x, y, { degree, ridge, power })(grid);
    return values.reduce((sum, value, place) => sum + (value - curve(grid[place])) ** 2, 0) / asked;
  });
  return median(errors);
}

/** Rows on polynomials and on a Gaussian process, over the seeds 1 to `seeds`. */
export function wilsonRows(seeds: number): ReadingRow[] {
  const rows = Object.entries(curves).flatMap(([name, curve]): ReadingRow[] => {
    const plain = lineError(curve, seeds, 150, 0, 0);
    const soft = lineError(curve, seeds, 150, 1e-3, 4);
    const low = lineError(curve, seeds, 3, 0, 0);
    const shared = { isTheory: false, low: 0 };
    return [
      {
        ...shared,
        what: `${name}: degree 150 with penalty order^4, error over that without`,
        paper: 'far below 1',
        high: 0.1,
        measured: soft / plain,
      },
      {
        ...shared,
        what: `${name}: degree 150 with penalty order^4, error over that of degree 3`,
        paper: 'below 1',
        high: 1,
        measured: soft / low,
      },
    ];
  });
  return [...rows, ...processRows(seeds)];
}

const altered = [0, 0.25, 0.75];

/** Rows on a process with fixed settings on a disc of which a share of the labels is exchanged among themselves. */
function processRows(seeds: number): ReadingRow[] {
  const runs = altered.map((share) => Array.from({ length: seeds }, (_, at) => processRun(share, at + 1)));
  const middle = (
    of: readonly ReturnType<typeof processRun>[],
    part: 'evidence' | 'fitted' | 'wrong',
  ): number => median(of.map((run) => run[part]));
  const [clean, some, most] = runs;
  return [
    {
      what: 'Gaussian process: share of labels fitted, three quarters of them exchanged',
      paper: 'all',
      ...{ low: 1, high: 1, measured: middle(most, 'fitted'), isTheory: false },
    },
    {
      what: 'Gaussian process: log evidence a point, none less a quarter exchanged',
      paper: 'falls',
      ...{
        low: 0,
        high: Infinity,
        measured: middle(clean, 'evidence') - middle(some, 'evidence'),
        isTheory: false,
      },
    },
    {
      what: 'Gaussian process: log evidence a point, a quarter less three quarters exchanged',
      paper: 'falls',
      ...{
        low: 0,
        high: Infinity,
        measured: middle(some, 'evidence') - middle(most, 'evidence'),
        isTheory: false,
      },
    },
    {
      what: 'Gaussian process: class error, a quarter of the labels exchanged',
      paper: 'still generalises',
      ...{ low: 0, high: 0.18, measured: middle(some, 'wrong'), isTheory: false },
    },
  ];
}

function processRun(share: number, seed: number): { evidence: number; fitted: number; wrong: number } {
  const picture = builtInPicture('disc');
  const settings = { points: 312, validation: 0, labelNoise: 0, randomLabels: false };
  const { training, trainingPixels } = samplePoints(picture, settings, seed);
  const labels = drawnLabels(picture, trainingPixels);
  const count = Math.round(share * labels.length);
  const order = permutationOrder(seed, streamIds.places, 3, count);
  const exchanged = labels.map((label, at) => (at < count ? labels[order[at]] : label));
  const process = gaussianProcess(training.coordinates, exchanged, {
    length: 0.03,
    variance: 0.16,
    noise: 1e-4,
  });
  const fitted = process.valuesAt(training.coordinates);
  const test = samplePoints(picture, { ...settings, points: 1312 }, seed);
  const [from, truth] = [test.training.coordinates.subarray(624), test.training.labels.subarray(312)];
  const alike = (values: Float64Array, other: Float32Array): number =>
    values.reduce((sum, value, at) => sum + (value < 0.5 === other[at] < 0.5 ? 1 : 0), 0) / values.length;
  return {
    evidence: process.evidence,
    fitted: alike(fitted, exchanged),
    wrong: 1 - alike(process.valuesAt(from), truth),
  };
}
