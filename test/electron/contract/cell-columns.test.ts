import { expect, test } from 'vitest';
import { columnsOfCells } from '../../../electron/contract/cell-columns.ts';
import type { CellSummary } from '../../../electron/contract/entries.ts';
import { decodeMessage, encodeMessage } from '../../../electron/contract/wire.ts';
import { cellsOfColumns } from './cells-of-columns.ts';
import { smallConfig } from '../../experiments/sweeps/cell-jobs.ts';

const last = { trainMse: 0.1, validationMse: null, truthMse: 1 / 3, iou: 0, distinctHashes: 7 };

const cell = (at: number, changes: Partial<CellSummary> = {}): CellSummary => ({
  id: at.toString(16).padStart(16, '0'),
  label: `[8]*3, ${at} points, "seed" 1\n`,
  axes: { points: 100 * (at % 3), shape: `[${at}]`, relu: at % 2 === 0 },
  state: 'finished',
  epochs: 40,
  lastEpoch: 40,
  snapshots: 11,
  seconds: 1.25,
  config: { ...smallConfig, data: { ...smallConfig.data, points: 100 * (at % 3) }, seed: at },
  parameters: 27_091,
  stepsPerEpoch: 5,
  failure: null,
  problem: null,
  last,
  ...changes,
});

const cells: readonly CellSummary[] = [
  cell(0),
  cell(1, {
    state: 'failed',
    failure: 'diverged',
    problem: 'It diverged.',
    last: { ...last, truthMse: null },
  }),
  cell(2, { state: 'queued', lastEpoch: null, snapshots: 0, seconds: 0, last: null, axes: { points: 5 } }),
  cell(3, { problem: 'A damaged end is kept.', config: { ...smallConfig, earlyStop: null } }),
];

test('cells in columns are the same cells after the wire, whatever they have and lack', () => {
  const sent = decodeMessage(encodeMessage(columnsOfCells(cells))) as ReturnType<typeof columnsOfCells>;
  expect(cellsOfColumns(sent)).toEqual(cells);
  expect(cellsOfColumns(columnsOfCells([]))).toEqual([]);
});

test('parts of configurations that are equal are one object, so that a hundred thousand cells take little room', () => {
  const read = cellsOfColumns(columnsOfCells(Array.from({ length: 30 }, (_, at) => cell(at))));
  expect(new Set(read.map(({ config }) => config.data)).size).toBe(3);
  expect(new Set(read.map(({ config }) => config.network)).size).toBe(1);
});
