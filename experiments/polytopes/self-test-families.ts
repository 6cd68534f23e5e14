/** T7 of the self-test: the mean number of regions of freshly initialised ReLU networks against N^2 / 2. */
import { extractComplex } from './extract-complex.ts';
import { initialNetwork, squareView } from './self-test-specimens.ts';
import type { SelfTestRow } from './self-test-row.ts';

/** Neurons of the networks, and the number of regions that Hanin and Rolnick (2019) expect, N^2 / 2. */
const neurons = 96;
const expected = (neurons * neurons) / 2;

/** Width and depth, and the mean over 20 seeds that was published for it. */
export interface Family {
  readonly width: number;
  readonly depth: number;
  readonly published: number;
}

export const families: readonly Family[] = [
  { width: 96, depth: 1, published: 4652 },
  { width: 48, depth: 2, published: 4696 },
  { width: 32, depth: 3, published: 4547 },
  { width: 24, depth: 4, published: 4538 },
  { width: 16, depth: 6, published: 5135 },
  { width: 12, depth: 8, published: 5078 },
];

/** Seeds behind a published mean. */
const publishedSeeds = 20;
/** What N^2 / 2 leaves out at N = 96: one layer of 96 lines in general position has 4657 regions, 1.06 % more. */
const leftOut = 0.02;
/** A mean may lie so many standard errors off. */
const maxErrors = 3;

/**
 * The row of one family. Counts scatter from seed to seed the more the deeper the network (by 35 % for 12 x 8), so that a
 * mean over 20 seeds is known to 8 % only: it is held against the prediction and against the published mean within three
 * standard errors of the respective difference.
 */
export function familyRow(
  { width, depth, published }: Family,
  seeds: number,
  kernel: WebAssembly.Module,
): SelfTestRow {
  const hidden = new Array<number>(depth).fill(width);
  const counts = Array.from({ length: seeds }, (_, seed) => {
    const network = initialNetwork(hidden, 'hanin-rolnick', seed + 1, 0);
    return extractComplex(network, squareView, { kernel }).regionCount;
  });
  const mean = counts.reduce((sum, count) => sum + count, 0) / seeds;
  const squares = counts.reduce((sum, count) => sum + (count - mean) * (count - mean), 0);
  const variance = seeds > 1 ? squares / (seeds - 1) : NaN;
  const error = Math.sqrt(variance / seeds);
  const difference = Math.sqrt(variance / seeds + variance / publishedSeeds);
  const isExpected = !(Math.abs(mean - expected) > maxErrors * error + leftOut * expected);
  // Half a region for the rounding of the published mean.
  const isPublished = !(Math.abs(mean - published) > maxErrors * difference + 0.5);
  const away = ((mean - published) / difference).toFixed(1);
  return {
    id: 'T7',
    claim: 'E[F] is about N^2/2 whatever the depth',
    subject: `N = ${neurons} as ${width} x ${depth}, ${seeds} seeds`,
    expected: `${expected} within ${maxErrors} standard errors and ${100 * leftOut} %; published ${published}`,
    measured:
      seeds > 1
        ? `${mean.toFixed(0)}, standard error ${error.toFixed(error < 10 ? 1 : 0)} (one network: ${Math.sqrt(variance).toFixed(0)}), ${away} standard errors from the published mean`
        : `${mean.toFixed(0)} (one network: no standard error)`,
    passed: isExpected && isPublished,
  };
}
