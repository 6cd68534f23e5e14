import { expect, it } from 'vitest';
import { unitView } from '../../../experiments/engines/engine.ts';
import { complexSummary } from '../../../experiments/polytopes/complex-summary.ts';
import { complexSvg } from '../../../experiments/polytopes/complex-svg.ts';
import type { Complex } from '../../../experiments/polytopes/complex.ts';
import { edgesCsv } from '../../../experiments/polytopes/edges-csv.ts';
import { extractTiles } from '../../../experiments/polytopes/extract-complex.ts';
import { orderedComplex } from '../../../experiments/polytopes/ordered-complex.ts';
import { complexFromParts } from '../../../experiments/polytopes/part-joining.ts';
import { regionsCsv } from '../../../experiments/polytopes/regions-csv.ts';
import { initialNetwork } from '../../../experiments/polytopes/self-test-specimens.ts';
import { extract, kernel } from './geometry-kernel.ts';

const network = initialNetwork([12, 12, 12], 'he-uniform', 5, 0.01);

/** The complex by some threads, the tiles dealt out in turn and the parts joined in any order. */
function shared(threads: number, isReversed: boolean): Complex {
  const parts = Array.from({ length: threads }, (_, thread) => {
    let next = thread;
    const take = (): number => (next += threads) - threads;
    return extractTiles(network, unitView, { kernel, tiles: 12, take });
  });
  return complexFromParts(isReversed ? parts.reverse() : parts, network, unitView);
}

function filesOf(complex: Complex): readonly string[] {
  return [[...regionsCsv(complex)].join(''), [...edgesCsv(complex)].join(''), complexSvg(complex).svg];
}

it('tables and drawings of a complex are the same whoever shared out the work', () => {
  const [one, ...others] = [extract(network, unitView), shared(2, false), shared(3, true), shared(3, false)];
  expect(new Set([one, ...others].map((complex) => filesOf(complex).join())).size).toBeGreaterThan(1);
  const expected = filesOf(orderedComplex(one));
  for (const other of others) expect(filesOf(orderedComplex(other))).toEqual(expected);
  expect(complexSummary(orderedComplex(others[0]))).toEqual(complexSummary(orderedComplex(one)));
});

it('an ordered complex has the same regions with the same neighbours', () => {
  const complex = shared(2, false);
  const rows = (one: Complex): string[] =>
    [...regionsCsv(one)]
      .join('')
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => {
        const [, sides, neighbours, , , , hash] = row.split(',');
        return `${hash} ${sides} ${neighbours}`;
      });
  expect(rows(orderedComplex(complex)).sort()).toEqual(rows(complex).sort());
});
