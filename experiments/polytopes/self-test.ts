/** The self-test: what must hold for every polytope complex, and what was measured. */
import type { View } from '../engines/engine.ts';
import type { Network } from '../network/shape.ts';
import { affineFunctions, affineResiduals } from './affine-functions.ts';
import type { Complex } from './complex.ts';
import { complexCounts, type ComplexCounts } from './complex-counts.ts';
import { extractComplex } from './extract-complex.ts';
import { families, familyRow } from './self-test-families.ts';
import { evaluateAtPoint } from './point-evaluation.ts';
import { hashAgreement, type HashAgreement } from './region-frame.ts';
import { compensatedSum, regionAreas } from './region-geometry.ts';
import { lineArrangement, selfTestSpecimens, type Specimen } from './self-test-specimens.ts';
import type { SelfTestRow } from './self-test-row.ts';

/** What the self-test needs, and how much of it is run. */
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
  for (const family of families) add(familyRow(family, options.seeds ?? 20, kernel));
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
  const agreements: HashAgreement[] = [];
  for (const { complex } of subjects) {
    const hashes = await sample(complex.network, complex.view, sampleSize);
    agreements.push(hashAgreement(complex, hashes, sampleSize, sampleSize, tolerance));
  }
  return agreementRow(`${subjects.length} networks`, agreements, 1e-4);
}

/** T9 from agreements of several complexes; at most `share` of the pixels may be others. */
function agreementRow(subject: string, agreements: readonly HashAgreement[], share: number): SelfTestRow {
  const total = (field: 'pixels' | 'mismatches' | 'unexplained' | 'tooMany'): number =>
    agreements.reduce((sum, agreement) => sum + agreement[field], 0);
  const [pixels, mismatches] = [total('pixels'), total('mismatches')];
  const farthest = agreements.reduce((most, agreement) => Math.max(most, agreement.farthest), 0);
  const distance =
    mismatches === 0
      ? ''
      : ` (${(mismatches / pixels).toExponential(1)}), at most ${farthest.toExponential(1)} from a crease`;
  return {
    id: 'T9',
    claim: 'every sampled hash is the hash of the region at its pixel',
    subject: `${subject}, ${pixels} pixels`,
    expected: `all but pixels within rounding of a crease, at most ${share.toPrecision(1)}`,
    measured: `${mismatches} others${distance}`,
    passed: mismatches <= share * pixels && total('unexplained') === 0 && total('tooMany') === 0,
  };
}

/**
 * The identities and the sampled frame of one network, such as a cell of an entry: T2 to T6, T8, T9. Hashes uint32 [size,
 * size, 2] over the complex's view come from an engine in float32.
 */
export function crossCheckRows(
  name: string,
  complex: Complex,
  hashes: Uint32Array,
  size: number,
): SelfTestRow[] {
  const { network, view } = complex;
  const subjects = [
    { specimen: { name, network, view, generic: true }, complex, counts: complexCounts(complex) },
  ];
  const agreement = hashAgreement(complex, hashes, size, size);
  return [...identityRows(subjects), boundRow(subjects), agreementRow(name, [agreement], 1e-4)];
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
