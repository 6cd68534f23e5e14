import { describe, expect, test } from 'vitest';
import { comparedCells, type ComparedEntry } from '../../../experiments/comparisons/compared-cells.ts';
import { settingsOfConfig } from '../../../experiments/comparisons/cell-settings.ts';
import {
  comparisonId,
  comparisonText,
  isComparisonName,
  parseComparison,
  type Comparison,
} from '../../../experiments/comparisons/comparison-file.ts';
import { cellsOf } from '../sweeps/sweep-files.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';

const sweep = (training: string, more = 'points: { values: [300, 100] }'): SweepCell[] =>
  cellsOf(`name: a
target: ring
epochs: 10
parameters:
  shape: { values: ["[8]*3"] }
  ${more}
training: { ${training} }
`);

const entry = (title: string, cells: readonly SweepCell[]): ComparedEntry<SweepCell> => ({
  title,
  pictureName: () => 'ring',
  cells,
});

const compared = (...entries: ComparedEntry<SweepCell>[]) => comparedCells(entries, () => 0);
const axesOf = (...entries: ComparedEntry<SweepCell>[]) =>
  compared(...entries).cells.map(({ cell }) => cell.axes);

describe('comparing entries', () => {
  test('one setting that differs between entries is an axis of its name, beside what differs within them', () => {
    const axes = axesOf(
      entry('slow', sweep('learning_rate: 0.001')),
      entry('fast', sweep('learning_rate: 0.01')),
    );
    expect(axes).toEqual([
      { shape: '[8]*3', points: 300, seed: 1, learning_rate: 0.001 },
      { shape: '[8]*3', points: 100, seed: 1, learning_rate: 0.001 },
      { shape: '[8]*3', points: 300, seed: 1, learning_rate: 0.01 },
      { shape: '[8]*3', points: 100, seed: 1, learning_rate: 0.01 },
    ]);
  });

  test('settings that differ together have the entry for an axis, and are named', () => {
    const { cells, together } = compared(
      entry('Adam', sweep('optimizer: adam, learning_rate: 0.001')),
      entry('SGD', sweep('optimizer: sgd, learning_rate: 0.1')),
    );
    expect(cells.map(({ cell }) => cell.axes['entry'])).toEqual(['Adam', 'Adam', 'SGD', 'SGD']);
    expect(cells[0].cell.axes['optimizer']).toBeUndefined();
    expect(together).toContain('optimizer');
    expect(together).toContain('learning_rate');
    expect(together).not.toContain('batch_size');
    expect(cells[2].cell.label).toBe('[8]*3, 300 points, seed 1, SGD');
  });

  test('entries of the same title are told apart, and cells without another difference have no axis for it', () => {
    const titles = axesOf(
      entry('a', sweep('optimizer: adam, learning_rate: 0.001')),
      entry('a', sweep('optimizer: sgd, learning_rate: 0.1')),
    ).map((axes) => axes['entry']);
    expect(titles).toEqual(['a (1)', 'a (1)', 'a (2)', 'a (2)']);
    const more = axesOf(
      entry('a', sweep('loss: mse')),
      entry('b', sweep('loss: mse', 'points: { values: [50] }')),
    );
    expect(more.map(({ points }) => points)).toEqual([300, 100, 50]);
    expect(more[0]).not.toHaveProperty('entry');
  });

  test('a cell of several entries is shown once, from the entry in which it came furthest', () => {
    const cells = sweep('loss: mse');
    const far = cells.map((cell) => ({ ...cell, epochs: 99 }));
    const { cells: shown, repeated } = comparedCells(
      [entry('a', cells), entry('b', far)],
      ({ epochs }) => epochs,
    );
    expect(shown.map(({ entry: from }) => from)).toEqual([1, 1]);
    expect(repeated).toBe(2);
    const first = comparedCells([entry('a', far), entry('b', cells)], ({ epochs }) => epochs);
    expect(first.cells.map(({ entry: from }) => from)).toEqual([0, 0]);
    const equal = comparedCells([entry('a', cells), entry('b', cells)], () => 0);
    expect(equal.cells.map(({ entry: from }) => from)).toEqual([0, 0]);
  });

  test('cells of one place do not occur: whatever differs is told', () => {
    const changes = [
      'loss: bce',
      'batch_size: 7',
      'schedule: { kind: step, every: 3, factor: 0.5 }',
      'early_stop: { metric: train, every: 2, below: 0.1 }',
      'switch: [{ epoch: 5, learning_rate: 0.5 }]',
      'optimizer: adam, epsilon: 0.5',
    ];
    for (const change of changes) {
      const cells = compared(entry('a', sweep('loss: mse')), entry('b', sweep(change))).cells;
      const places = new Set(cells.map(({ cell }) => JSON.stringify(cell.axes)));
      expect([change, places.size]).toEqual([change, 4]);
    }
  });

  test('the settings of a configuration tell every field of it', () => {
    const [{ config }] = sweep('loss: mse');
    const plain = JSON.stringify([...settingsOfConfig(config)]);
    const changed = [
      { ...config, numerics: 'x' },
      { ...config, determinism: 'device' as const },
      { ...config, target: 'x' },
      { ...config, data: { ...config.data, labelNoise: 0.25 } },
      { ...config, data: { ...config.data, randomLabels: true } },
      { ...config, data: { ...config.data, validation: 77 } },
      { ...config, network: { ...config.network, slope: 0.5 } },
      { ...config, network: { ...config.network, outputs: 3 } },
      { ...config, network: { ...config.network, initialization: 'pytorch' as const } },
      { ...config, training: { ...config.training, seed: 9 } },
      { ...config, seed: 9 },
    ];
    for (const other of changed) expect(JSON.stringify([...settingsOfConfig(other)])).not.toBe(plain);
  });
});

describe('the file of a comparison', () => {
  const comparison: Comparison = {
    title: 'Adam beside SGD',
    created: '2026-11-30T12:00:00.000Z',
    parts: [
      { entry: '89ba23a9', cells: ['8eaba2a90a3f580d'] },
      { entry: '1d3d50bf', cells: 'all' },
    ],
    layout: { x: 'points', y: null },
  };

  test('is read as it was written', () => {
    expect(parseComparison(new TextEncoder().encode(comparisonText(comparison)))).toEqual(comparison);
  });

  test('says what is wrong with it', () => {
    const parse = (change: object) => () =>
      parseComparison(
        new TextEncoder().encode(JSON.stringify({ ...JSON.parse(comparisonText(comparison)), ...change })),
      );
    expect(parse({ version: 2 })).toThrow(/newer/);
    expect(parse({ parts: [] })).toThrow(/parts/);
    expect(parse({ parts: [{ entry: '../x', cells: 'all' }] })).toThrow(/parts\.0\.entry/);
    expect(parse({ more: 1 })).toThrow(/more/);
    expect(() => parseComparison(new TextEncoder().encode('{'))).toThrow(/not JSON/);
  });

  test('has an id that follows from its name, and a name that is no path', () => {
    expect(comparisonId('adam-beside-sgd')).toMatch(/^[0-9a-f]{8}$/);
    expect(comparisonId('a')).not.toBe(comparisonId('b'));
    expect(['a', 'adam-2'].every(isComparisonName)).toBe(true);
    expect(['', '../a', 'a/b', 'A', '-a', '.a'].some(isComparisonName)).toBe(false);
  });
});
