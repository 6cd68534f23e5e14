import { describe, expect, test } from 'vitest';
import { FigureError } from '../../../experiments/figures/figure-error.ts';
import { gridFromAxes, heldText, titlesFromAxis } from '../../../experiments/figures/grid-axes.ts';
import { formatCount, formatError, formatShare } from '../../../experiments/text/number-format.ts';
import type { AxisValue } from '../../../experiments/sweeps/cell.ts';

interface TestCell {
  readonly axes: Readonly<Record<string, AxisValue>>;
}

/** All combinations, the first axis slowest. */
function sweep(axes: Record<string, AxisValue[]>): TestCell[] {
  return Object.entries(axes).reduce<TestCell[]>(
    (cells, [axis, values]) =>
      cells.flatMap((cell) => values.map((value) => ({ axes: { ...cell.axes, [axis]: value } }))),
    [{ axes: {} }],
  );
}

const three = sweep({ shape: ['[4]*2', '[8]*2'], points: [312, 5000, 1250], seed: [1, 2, 3] });

describe('gridFromAxes', () => {
  test('puts points in columns, in the order of the sweep, and the next varying axis in rows', () => {
    const grid = gridFromAxes(three);
    expect(grid.columns).toEqual({ name: 'points', values: [312, 5000, 1250] });
    expect(grid.rows).toEqual({ name: 'shape', values: ['[4]*2', '[8]*2'] });
    expect(grid.held).toEqual([{ axis: 'seed', value: 1, count: 3 }]);
    expect(grid.cells.map((row) => row.map((cell) => cell?.axes))).toEqual(
      ['[4]*2', '[8]*2'].map((shape) => [312, 5000, 1250].map((points) => ({ shape, points, seed: 1 }))),
    );
  });

  test('seeds are rows only where nothing else varies', () => {
    const grid = gridFromAxes(sweep({ seed: [7, 8], shape: ['[4]*2'], points: [10, 20] }));
    expect(grid.rows?.name).toBe('seed');
    expect(heldText(grid.held)).toBe('shape [4]*2');
    const both = sweep({ seed: [7, 8], shape: ['[4]*2', '[8]*2'], points: [10, 20] });
    expect(gridFromAxes(both).rows?.name).toBe('shape');
  });

  test('a sweep of one varying axis is a single row, one cell a single cell', () => {
    const row = gridFromAxes(sweep({ shape: ['[4]*2'], points: [10, 20], seed: [1] }));
    expect([row.columns.name, row.rows, row.cells.length]).toEqual(['points', null, 1]);
    expect(heldText(row.held)).toBe('shape [4]*2, seed 1');
    const single = gridFromAxes(sweep({ points: [10], seed: [1] }));
    expect([single.columns.name, single.rows, single.cells[0].length]).toEqual(['points', null, 1]);
    const rates = gridFromAxes(sweep({ points: [10], learning_rate: [0.1, 0.01] }));
    expect([rates.columns.name, rates.rows]).toEqual(['learning_rate', null]);
  });

  test('any two axes can be chosen, one of them alone too', () => {
    const grid = gridFromAxes(three, 'seed', 'points');
    expect(grid.cells.length).toBe(3);
    expect(grid.cells[0][1]?.axes).toEqual({ shape: '[4]*2', points: 312, seed: 2 });
    expect(gridFromAxes(three, 'shape').rows?.name).toBe('points');
    expect(gridFromAxes(three, undefined, 'points').columns.name).toBe('shape');
    expect(heldText(gridFromAxes(three, 'seed', 'points').held)).toBe('shape [4]*2 (first of 2)');
  });

  test('combinations that the sweep lacks are null', () => {
    const grid = gridFromAxes(three.filter(({ axes }) => axes.points !== 312 || axes.shape === '[4]*2'));
    expect(grid.cells[0][0]).not.toBeNull();
    expect(grid.cells[1][0]).toBeNull();
  });

  test('unknown axes, equal axes and empty sweeps are refused', () => {
    expect(() => gridFromAxes(three, 'width')).toThrow(
      new FigureError("no axis 'width'; the sweep's axes are shape, points, seed"),
    );
    expect(() => gridFromAxes(three, 'seed', 'seed')).toThrow(FigureError);
    expect(() => gridFromAxes([])).toThrow(FigureError);
    expect(() => gridFromAxes(sweep({}))).toThrow(FigureError);
    expect(() => gridFromAxes(sweep({ points: [1] }), undefined, 'points')).toThrow(FigureError);
    expect(() => gridFromAxes(three, 'constructor')).toThrow(FigureError);
  });
});

test('axes and values are printed as people write them', () => {
  expect(titlesFromAxis({ name: 'points', values: [5000, 312] })).toEqual({
    title: 'training points',
    values: ['5,000', '312'],
  });
});

test('counts, errors and shares have one form each', () => {
  expect([0, 999, 27091, 1234567].map(formatCount)).toEqual(['0', '999', '27,091', '1,234,567']);
  expect([0.0123, 0.04391, 1, 0.001, 0, 12.345, 1234.4, 1e9].map(formatError)).toEqual([
    '0.0123',
    '0.0439',
    '1.0000',
    '0.0010',
    '0.0000',
    '12.35',
    '1234',
    '1e9',
  ]);
  expect([0.000041, 0.00095, 1e-12].map(formatError)).toEqual(['4.1e−5', '9.5e−4', '1.0e−12']);
  expect([null, NaN, Infinity].map(formatError)).toEqual(['–', '–', '–']);
  expect([0.48, 0, 1, 0.999, null].map(formatShare)).toEqual(['.48', '.00', '1.00', '1.00', '–']);
});
