/** What papers on piecewise linear networks say, measured on networks that were trained for it and on random ones. */
import { localComplexity } from '../diagnostics/local-complexity.ts';
import { unitView, type View } from '../engines/engine.ts';
import { median } from '../findings/statistics.ts';
import { initialParameters, type InitializationName } from '../network/initialization.ts';
import type { Network } from '../network/shape.ts';
import type { Complex } from '../polytopes/complex.ts';
import { regionCentres } from '../polytopes/region-geometry.ts';
import { poissonSideShares, sideShares } from '../polytopes/side-shares.ts';
import { uniformVariates } from '../random/normal.ts';
import { streamIds } from '../random/philox.ts';
import { activationCode, hamming } from './activation-codes.ts';
import type { ReadingRow } from './reading-row.ts';

/** Extracts the exact complex of a network over a view. */
export type Extract = (network: Network, view: View) => Complex;

/** A cell as it was trained: its network at epochs, ascending from 0, and what it was trained on. */
export interface TrainedCell {
  readonly points: number;
  readonly seed: number;
  readonly networks: readonly Network[];
  /** float32 [n, 2] and [n], black below 0.5. */
  readonly coordinates: Float32Array;
  readonly labels: Float32Array;
  /** float32 [n, 2]: points of the truth's boundary. */
  readonly boundary: Float32Array;
}

const first = (cell: TrainedCell): Network => cell.networks[0];
const last = (cell: TrainedCell): Network => cell.networks[cell.networks.length - 1];

function randomNetwork(hidden: readonly number[], name: InitializationName, seed: number): Network {
  const shape = { hidden: [...hidden], outputs: 1 };
  return { shape, slope: 0.01, parameters: initialParameters(shape, name, seed), output: 'affine' };
}

const wideView: View = { x0: -1000, y0: -1000, x1: 1000, y1: 1000 };

/** Hanin and Rolnick 2019: regions at initialisation and while memorising, over half of the squared number of neurons. */
export function haninRolnickRows(cells: readonly TrainedCell[], extract: Extract): ReadingRow[] {
  const shares = cells.map(({ networks }) =>
    networks.map((network) => {
      const neurons = network.shape.hidden.reduce((sum, width) => sum + width, 0);
      return extract(network, wideView).regionCount / ((neurons * neurons) / 2);
    }),
  );
  const all = shares.flat();
  const shared = { paper: 'about N^2 / 2', isTheory: false };
  return [
    {
      ...shared,
      what: 'regions at initialisation over N^2 / 2, mean over cells',
      ...{ low: 0.85, high: 1.15, isTheory: true },
      measured: shares.reduce((sum, of) => sum + of[0], 0) / shares.length,
    },
    {
      ...shared,
      what: 'the fewest at any epoch while memorising',
      low: 0.6,
      high: 1.1,
      measured: Math.min(...all),
    },
    {
      ...shared,
      what: 'the most at any epoch while memorising',
      low: 0.9,
      high: 1.4,
      measured: Math.max(...all),
    },
  ];
}

/** Fan et al. 2023: numbers of sides at initialisation, beside the law of Poisson lines, and after training. */
export function fanRows(cells: readonly TrainedCell[], seeds: number, extract: Extract): ReadingRow[] {
  const shareOf = (network: Network, sides: number, view = unitView): number =>
    sideShares(extract(network, view))[sides - 3] ?? NaN;
  const wide = Array.from({ length: seeds }, (_, at) => randomNetwork([100, 100], 'hanin-rolnick', at + 1));
  const window: View = { x0: -1, y0: -1, x1: 1, y1: 1 };
  const initial = [3, 4].map((sides): ReadingRow => {
    const law = poissonSideShares[sides - 3];
    return {
      what: `[100]*2 at initialisation: share of regions with ${sides} sides`,
      paper: `mostly few sides; random lines ${law.toFixed(4)}`,
      ...{ low: law - 0.015, high: law + 0.015, isTheory: true },
      measured: median(wide.map((network) => shareOf(network, sides, window))),
    };
  });
  const gains = cells.map((cell) => shareOf(last(cell), 4) - shareOf(first(cell), 4));
  return [
    ...initial,
    {
      what: 'trained: share of quadrilaterals, less that at initialisation',
      paper: 'stays simple',
      ...{ low: 0, high: 0.4, isTheory: false },
      measured: median(gains),
    },
  ];
}

/** Liu et al. 2023: neighbours differ in one neuron; along a segment creases are crossed more often than its ends differ. */
export function liuRows(cells: readonly TrainedCell[], extract: Extract): ReadingRow[] {
  const alike = cells.map((cell) => neighboursShare(extract(last(cell), unitView)));
  const bends = [first, last].map((of) => median(cells.map((cell) => bendShare(of(cell), cell.seed))));
  return [
    {
      what: 'share of neighbouring regions whose codes differ in exactly one neuron',
      paper: 'all',
      ...{ low: 1, high: 1, isTheory: true },
      measured: Math.min(...alike),
    },
    {
      what: 'changes of codes along segments over the difference of their ends, at initialisation',
      paper: 'at least 1',
      ...{ low: 1, high: Infinity, isTheory: true },
      measured: bends[0],
    },
    {
      what: 'the same after training, over that at initialisation',
      paper: 'creases bend back',
      ...{ low: 1, high: Infinity, isTheory: false },
      measured: bends[1] / bends[0],
    },
  ];
}

/** Share of the neighbouring pairs of regions, both wider than rounding, whose codes differ in one neuron. */
function neighboursShare(complex: Complex): number {
  const centres = regionCentres(complex);
  const codes = Array.from({ length: complex.regionCount }, (_, region) =>
    activationCode(complex.network, centres[2 * region], centres[2 * region + 1]),
  );
  let [pairs, alike] = [0, 0];
  for (let edge = 0; edge < complex.edgeCount; edge++) {
    const [one, other] = complex.edgeRegions.subarray(2 * edge, 2 * edge + 2);
    if (other < 0) continue;
    pairs++;
    if (hamming(codes[one], codes[other]) === 1) alike++;
  }
  return alike / pairs;
}

const segments = 60;
const steps = 1500;

/** Median over random segments of the square: neurons that change from step to step, over those in which the ends differ. */
function bendShare(network: Network, seed: number): number {
  const ends = uniformVariates(seed, streamIds.places, 4, 0, 4 * segments);
  const shares = Array.from({ length: segments }, (_, at) => {
    const [x0, y0, x1, y1] = ends.subarray(4 * at, 4 * at + 4);
    const codeAt = (step: number): Uint8Array =>
      activationCode(network, x0 + ((x1 - x0) * step) / steps, y0 + ((y1 - y0) * step) / steps);
    let [changes, before] = [0, codeAt(0)];
    const start = before;
    for (let step = 1; step <= steps; step++) {
      const here = codeAt(step);
      changes += hamming(before, here);
      before = here;
    }
    return changes / hamming(start, before);
  });
  return median(shares.filter(Number.isFinite));
}

/** Balestriero and Baraniuk 2018: votes of the nearest by activation codes beside votes by distance. */
export function balestrieroRows(cells: readonly TrainedCell[]): ReadingRow[] {
  const scores = cells.map((cell) => {
    const places = Array.from({ length: Math.min(400, cell.labels.length) }, (_, at) => at);
    const isBlack = (at: number): boolean => cell.labels[at] < 0.5;
    const [start, end] = [first(cell), last(cell)].map((network) => {
      const codes = places.map((at) =>
        activationCode(network, cell.coordinates[2 * at], cell.coordinates[2 * at + 1]),
      );
      return votes(places, isBlack, (a, b) => hamming(codes[a], codes[b]));
    });
    const space = votes(places, isBlack, (a, b) => {
      const [dx, dy] = [0, 1].map((axis) => cell.coordinates[2 * a + axis] - cell.coordinates[2 * b + axis]);
      return dx * dx + dy * dy;
    });
    return { start: start - space, end: end - space };
  });
  return [
    {
      what: 'share of points that five nearest codes vote right, less that of distance, before training',
      paper: 'codes learn to say what belongs together',
      ...{ low: -1, high: 0.02, isTheory: false },
      measured: median(scores.map(({ start }) => start)),
    },
    {
      what: 'the same after training',
      paper: 'better than distance',
      ...{ low: 0, high: 1, isTheory: false },
      measured: median(scores.map(({ end }) => end)),
    },
  ];
}

/** Share of places whose class is that of most of the five nearest others; of equally near ones the first. */
function votes(
  places: readonly number[],
  isBlack: (at: number) => boolean,
  distance: (a: number, b: number) => number,
): number {
  const right = places.filter((at) => {
    const near = places
      .filter((other) => other !== at)
      .map((other) => ({ other, far: distance(at, other) }))
      .sort((a, b) => a.far - b.far || a.other - b.other)
      .slice(0, 5);
    return near.filter(({ other }) => isBlack(other)).length > 2 === isBlack(at);
  });
  return right.length / places.length;
}

/** Humayun et al. 2024: creases gather at the boundary of the truth while training. */
export function humayunRows(cells: readonly TrainedCell[]): ReadingRow[] {
  const radius = 0.005;
  const concentration = (network: Network, { boundary, seed }: TrainedCell): number => {
    const random = Float32Array.from(uniformVariates(seed, streamIds.places, 0, 0, 1024));
    return localComplexity(network, boundary, radius) / localComplexity(network, random, radius);
  };
  const most = Math.max(...cells.map(({ points }) => points));
  const gain = (of: readonly TrainedCell[]): number =>
    median(of.map((cell) => concentration(last(cell), cell) / concentration(first(cell), cell)));
  const [many, few] = [
    cells.filter(({ points }) => points === most),
    cells.filter(({ points }) => points < most),
  ];
  return [
    {
      what: `creases near the truth's boundary over creases elsewhere, at the end over at the start, ${most} points`,
      paper: 'they migrate to the boundary',
      ...{ low: 1.5, high: Infinity, isTheory: false },
      measured: gain(many),
    },
    {
      what: 'the same, over that with fewer points',
      paper: 'not said',
      ...{ low: 1, high: Infinity, isTheory: false },
      measured: gain(many) / gain(few),
    },
  ];
}
