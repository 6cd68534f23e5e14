/** The self-test: what must hold for every polytope complex, and what was measured. */
import type { View } from '../engines/engine.ts';
import type { Network } from '../network/shape.ts';
import { affineFunctions, affineResiduals } from './affine-functions.ts';
import type { Complex } from './complex.ts';
import { complexCounts, type ComplexCounts } from './complex-counts.ts';
import { extractComplex } from './extract-complex.ts';
import { evaluateAtPoint } from './point-evaluation.ts';
import { hashAgreement } from './region-frame.ts';
import { compensatedSum, regionAreas } from './region-geometry.ts';
import {
  initialNetwork,
  lineArrangement,
  selfTestSpecimens,
  squareView,
  type Specimen,
} from './self-test-specimens.ts';

export interface SelfTestRow {
  /** T1 to T9. */
  readonly id: string;
  /** What must hold. */
  readonly claim: string;
  /** The network, or how many of them. */
  readonly subject: string;
  readonly expected: string;
  readonly measured: string;
  readonly passed: boolean;
}

export interface SelfTestOptions {
  /** The compiled module of kernels/assembly/index.ts. */
  readonly kernel: WebAssembly.Module;
  /** Further networks, such as trained ones. */
  readonly specimens?: readonly Specimen[];
  /** Seeds that T7 averages over, by default 20. */
  readonly seeds?: number;
  /** Activation hashes of a sampled size x size frame, uint32 [size, size, 2]; by default sampled here in float64. */
  readonly sampleHashes?: (network: Network, view: View, size: number) => Promise<Uint32Array>;
  /** Called with every row as soon as it is there. */
  readonly onRow?: (row: SelfTestRow) => void;
}

/** Neurons of T7's networks, and the number of regions that Hanin and Rolnick (2019) expect, N^2 / 2. */
const neurons = 96;
const expectedRegions = (neurons * neurons) / 2;
/** Width and depth of T7's networks. */
const families = [
  [96, 1],
  [48, 2],
  [32, 3],
  [24, 4],
  [16, 6],
  [12, 8],
] as const;
/** Mean region counts of 12 x 8 networks scatter by 7 % over 20 seeds: three times that, and the prediction's own error. */
const familyTolerance = 0.25;
const sampleSize = 48;

/** All rows, T1 to T9. The measured values depend on the seeds alone. */
export async function runSelfTest(options: SelfTestOptions): Promise<SelfTestRow[]> {
  const rows: SelfTestRow[] = [];
  const add = (row: SelfTestRow): void => {
    rows.push(row);
    options.onRow?.(row);
  };
  const { kernel } = options;
  for (const n of [4, 8, 10, 20, 50]) add(arrangementRow(n, kernel));
  const subjects = [...selfTestSpecimens(), ...(options.specimens ?? [])].map((specimen) => {
    const complex = extractComplex(specimen.network, specimen.view, { kernel });
    return { specimen, complex, counts: complexCounts(complex) };
  });
  for (const row of identityRows(subjects)) add(row);
  for (const [width, depth] of families) add(familyRow(width, depth, options.seeds ?? 20, kernel));
  add(boundRow(subjects));
  add(await samplingRow(subjects, options.sampleHashes));
  return rows;
}

interface Subject {
  readonly specimen: Specimen;
  readonly complex: Complex;
  readonly counts: ComplexCounts;
}

/** Regions of n lines in general position. */
export function arrangementCount(n: number): number {
  return 1 + n + (n * (n - 1)) / 2;
}

function arrangementRow(n: number, kernel: WebAssembly.Module): SelfTestRow {
  const { network, view, name } = lineArrangement(n, 1);
  const { regionCount } = extractComplex(network, view, { kernel });
  const expected = arrangementCount(n);
  return {
    id: 'T1',
    claim: 'F = 1 + n + n(n - 1)/2',
    subject: name,
    expected: String(expected),
    measured: String(regionCount),
    passed: regionCount === expected,
  };
}

/** A row that passes when a deviation is at most `bound` for all subjects. */
function deviationRow(
  id: string,
  claim: string,
  subjects: readonly Subject[],
  bound: number,
  deviation: (subject: Subject) => number,
): SelfTestRow {
  const worst = subjects.reduce((most, subject) => {
    const value = deviation(subject);
    return value >= most || Number.isNaN(value) ? value : most;
  }, 0);
  return {
    id,
    claim,
    subject: `${subjects.length} networks, ${subjects.reduce((sum, { counts }) => sum + counts.regions, 0)} regions`,
    expected: bound === 0 ? 'exact' : `deviation <= ${bound}`,
    measured: worst === 0 ? 'exact' : `deviation ${worst.toPrecision(2)}`,
    passed: worst <= bound,
  };
}

function identityRows(subjects: readonly Subject[]): SelfTestRow[] {
  const generic = subjects.filter(({ specimen }) => specimen.generic);
  return [
    deviationRow('T2', 'V - E + F = 1', subjects, 0, ({ counts }) =>
      Math.abs(counts.eulerCharacteristic - 1),
    ),
    deviationRow('T3', 'F = 1 + interior vertices + boundary vertices / 2', generic, 0, ({ counts }) =>
      Math.abs(counts.regions - 1 - counts.interiorVertices - counts.boundaryVertices / 2),
    ),
    deviationRow('T3', 'mean number of sides = 4', generic, 0, ({ counts }) =>
      Math.abs(counts.meanSides - 4),
    ),
    deviationRow('T3', 'every edge lies on 1 or 2 regions', subjects, 0, ({ complex }) =>
      looseEdges(complex),
    ),
    deviationRow('T4', 'mean degree = (4F - boundary edges)/F < 4', generic, 0, ({ counts }) =>
      counts.meanDegree < 4
        ? Math.abs(counts.meanDegree - (4 * counts.regions - counts.boundaryEdges) / counts.regions)
        : Infinity,
    ),
    deviationRow('T5', 'distinct activation patterns = F', subjects, 5e-5, ({ complex }) =>
      Math.abs(1 - distinctHashes(complex) / complex.regionCount),
    ),
    deviationRow('T6', 'areas sum to the area of the view', subjects, 1e-12, ({ complex }) =>
      areaError(complex),
    ),
    deviationRow('T6', 'affine on every region (largest residual)', subjects, 1e-9, ({ complex }) =>
      affineResiduals(complex, affineFunctions(complex)).reduce((most, value) => Math.max(most, value), 0),
    ),
  ];
}

function familyRow(width: number, depth: number, seeds: number, kernel: WebAssembly.Module): SelfTestRow {
  const counts: number[] = [];
  const hidden = new Array<number>(depth).fill(width);
  for (let seed = 1; seed <= seeds; seed++)
    counts.push(
      extractComplex(initialNetwork(hidden, 'hanin-rolnick', seed, 0), squareView, { kernel }).regionCount,
    );
  const mean = counts.reduce((sum, count) => sum + count, 0) / seeds;
  const squares = counts.reduce((sum, count) => sum + (count - mean) * (count - mean), 0);
  const error = Math.sqrt(squares / Math.max(1, seeds - 1) / seeds);
  return {
    id: 'T7',
    claim: 'E[F] is about N^2/2 whatever the depth',
    subject: `N = ${neurons} as ${width} x ${depth}, ${seeds} seeds`,
    expected: `${expectedRegions} within ${100 * familyTolerance} %`,
    measured: `${mean.toFixed(0)} +- ${error.toFixed(0)}`,
    passed: Math.abs(mean - expectedRegions) <= familyTolerance * expectedRegions,
  };
}

function boundRow(subjects: readonly Subject[]): SelfTestRow {
  return deviationRow('T8', 'F <= product of 1 + n + n(n - 1)/2 over layers', subjects, 0, ({ complex }) => {
    const bound = complex.network.shape.hidden.reduce((product, n) => product * arrangementCount(n), 1);
    return Math.max(0, complex.regionCount - bound);
  });
}

/** Generic networks only: centres of pixels may lie exactly on the creases of the others. */
async function samplingRow(
  all: readonly Subject[],
  engine: SelfTestOptions['sampleHashes'],
): Promise<SelfTestRow> {
  const subjects = all.filter(({ specimen }) => specimen.generic);
  const sample = engine ?? sampledHashes;
  const tolerance = engine === undefined ? 1e-6 : 0.05;
  let pixels = 0;
  let mismatches = 0;
  let unexplained = 0;
  let tooMany = 0;
  for (const { complex } of subjects) {
    const hashes = await sample(complex.network, complex.view, sampleSize);
    const agreement = hashAgreement(complex, hashes, sampleSize, sampleSize, tolerance);
    pixels += agreement.pixels;
    mismatches += agreement.mismatches;
    unexplained += agreement.unexplained;
    if (agreement.sampledHashes - agreement.foreignHashes > complex.regionCount) tooMany++;
  }
  return {
    id: 'T9',
    claim: 'every sampled hash is the hash of the region at its pixel',
    subject: `${subjects.length} networks, ${pixels} pixels`,
    expected: 'all but pixels within rounding of a crease, at most 1 in 10,000',
    measured: `${mismatches} others, ${unexplained} of them away from creases`,
    passed: mismatches <= 1e-4 * pixels && unexplained === 0 && tooMany === 0,
  };
}

function sampledHashes(network: Network, view: View, size: number): Promise<Uint32Array> {
  const hashes = new Uint32Array(2 * size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const x = view.x0 + ((column + 0.5) / size) * (view.x1 - view.x0);
      const y = view.y0 + ((row + 0.5) / size) * (view.y1 - view.y0);
      hashes.set(evaluateAtPoint(network, x, y).hash, 2 * (row * size + column));
    }
  return Promise.resolve(hashes);
}

/** Edges that lie on no region or on more than two. */
function looseEdges(complex: Complex): number {
  const regions = new Int32Array(complex.edgeCount);
  for (const edge of complex.sideEdges) regions[edge]++;
  return regions.reduce((sum, count) => (count === 1 || count === 2 ? sum : sum + 1), 0);
}

/** Number of different activation hashes among all regions. */
export function distinctHashes(complex: Complex): number {
  const seen = new Set<number>();
  // Lane 1's low 21 bits and lane 0 make a float64 integer; regions that agree in those agree in practice in all 64.
  const { hashes } = complex;
  for (let at = 0; at < hashes.length; at += 2)
    seen.add((hashes[at + 1] & 0x1fffff) * 0x100000000 + hashes[at]);
  return seen.size;
}

function areaError(complex: Complex): number {
  const { x0, y0, x1, y1 } = complex.view;
  return Math.abs(compensatedSum(regionAreas(complex)) / ((x1 - x0) * (y1 - y0)) - 1);
}
