import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellsText, parseCells, parseListedCells } from '../../../experiments/entries/cells-json.ts';
import { EntryError } from '../../../experiments/records/entry-error.ts';
import { cellId } from '../../../experiments/sweeps/cell-identity.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { expandSweep } from '../../../experiments/sweeps/sweep-expansion.ts';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Cells of a sweep file with these lines under its parameters. */
function cellsOf(parameters: string, rest = ''): SweepCell[] {
  const spec = parseSweep(
    `name: many\ntarget: ring\nepochs: 7\nvalidation: 0\nparameters:\n${parameters}${rest}`,
  );
  const target = { digest: 'ab'.repeat(32), width: 64, height: 64, channels: 1 } as const;
  return expandSweep(spec, target, 'portable-1', 'portable');
}

const varied = [
  ...cellsOf(
    `  shape: { values: ['[9,6]', '[30]*4'] }\n  points: [10, 20]\n  learning_rate: [0.01, 0.002]\n  optimizer: [adam, sgd]\n  seed: [1, 2, 3]\n`,
    'training: { early_stop: { metric: train, every: 2, below: 0.001 }, schedule: { kind: cosine, epochs: 5 } }\n',
  ),
  // Of an earlier sweep, on other axes and without an early stop.
  ...cellsOf(`  shape: '[9,6]'\n  points: 30\n  random_labels: [true, false]\n`),
];

test('cells come back as they were, configurations, axes and all', () => {
  const cells = parseCells(utf8(cellsText(varied)));
  expect(cells).toEqual(varied);
  expect(cells.map(({ config }) => cellId(config))).toEqual(varied.map(({ id }) => id));
  expect(parseListedCells(utf8(cellsText(varied)))).toEqual(
    varied.map(({ id, label, axes, epochs }) => ({ id, label, axes, epochs })),
  );
  expect(parseCells(utf8(cellsText([])))).toEqual([]);
});

test('a cell more takes about a hundred bytes, whatever its configuration holds', () => {
  const sizes = [100, 300].map(
    (count) =>
      cellsText(
        cellsOf(`  shape: '[30]*30'\n  points: 312\n  seed: { from: 1, to: ${count}, count: ${count} }\n`),
      ).length,
  );
  expect((sizes[1] - sizes[0]) / 200).toBeLessThan(120);
});

test('what is no cells.json, or holds what no cell may be, is refused with a typed error', () => {
  const text = cellsText(cellsOf(`  shape: '[9,6]'\n  points: [10, 20]\n  seed: [1, 2]\n`));
  const wrong = [
    '',
    '[]',
    '{}',
    text.replace('creasebook-cells', 'creasebook-entry'),
    text.replace('"version": 1', '"version": 2'),
    text.replace('"network.outputs":1', '"network.outputs":4'),
    text.replace('"network.outputs":1,', ''),
    text.replace('"network.outputs":1', '"network.outputs":1,"network.more":1'),
    text.replace('"data.points": [10,20]', '"data.points": [10,-20]'),
    text.replace('"data.points": [10,20]', '"data.points": [10]'),
    text.replace('"data.points": [10,20]', '"data.pints": [10,20]'),
    text.replace(/",7,/, '",-7,'),
    text.replace(/\["[0-9a-f]/, '["x'),
    text.replace(/(\["[0-9a-f]{16}".*\n)/, '$1$1'),
  ];
  for (const [at, one] of wrong.entries()) {
    expect(one, `case ${at}`).not.toBe(text);
    expect(() => parseCells(utf8(one)), `case ${at}`).toThrow(EntryError);
  }
});

test('any damaged cells.json is read or refused, and never more than that', () => {
  const bytes = utf8(cellsText(varied.slice(0, 5)));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 4 }), (edits) => {
      const copy = bytes.slice();
      for (const [at, byte] of edits) copy[at] = byte;
      for (const parse of [parseCells, parseListedCells]) {
        try {
          parse(copy);
        } catch (error) {
          if (!(error instanceof EntryError)) throw error;
        }
      }
    }),
    { numRuns: 500 },
  );
});
