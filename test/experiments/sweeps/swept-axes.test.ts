import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AxisValue } from '../../../experiments/sweeps/cell.ts';
import { axesOfCells, suitedSides, varyingAxes } from '../../../experiments/sweeps/swept-axes.ts';
import { gridFromAxes } from '../../../experiments/figures/grid-axes.ts';
import { gridPlan, suitedChoice } from '../../../renderer/model/grid-axes.ts';

type Axes = Record<string, AxisValue[]>;

/** All combinations, the first axis slowest. */
function cellsOf(axes: Axes) {
  return Object.entries(axes).reduce<{ axes: Record<string, AxisValue> }[]>(
    (cells, [axis, values]) =>
      cells.flatMap((cell) => values.map((value) => ({ axes: { ...cell.axes, [axis]: value } }))),
    [{ axes: {} }],
  );
}

describe('axes of cells', () => {
  const cells = cellsOf({ seed: [2, 1], points: [312, 5000, 40], shape: ['[8]*2'] });

  test('come in the order of the sweep, and so do their values', () => {
    expect(axesOfCells(cells)).toEqual([
      { name: 'seed', values: [2, 1] },
      { name: 'points', values: [312, 5000, 40] },
      { name: 'shape', values: ['[8]*2'] },
    ]);
    expect(varyingAxes(cells).map(({ name }) => name)).toEqual(['seed', 'points']);
    expect(axesOfCells([])).toEqual([]);
  });

  test('puts a value that the first row lacks where the other rows have it', () => {
    const holes = [
      ['a', 5000],
      ['a', 625],
      ['b', 5000],
      ['b', 2500],
      ['b', 1250],
      ['b', 625],
      ['c', 2500],
      ['c', 312],
    ].map(([shape, points]) => ({ axes: { shape: shape!, points: points! } }));
    const values = axesOfCells(holes).find(({ name }) => name === 'points')?.values;
    expect(values).toEqual([5000, 2500, 1250, 625, 312]);
  });

  test('what is chosen keeps its side', () => {
    const [seed, points, shape] = axesOfCells(cells);
    expect(suitedSides([seed, points, shape])).toEqual({ x: points, y: seed });
    expect(suitedSides([seed, points, shape], { y: points })).toEqual({ x: seed, y: points });
    expect(suitedSides([seed, points, shape], { x: shape })).toEqual({ x: shape, y: points });
    expect(suitedSides([points], { y: points })).toEqual({ x: null, y: points });
  });
});

const values: Record<string, AxisValue[]> = {
  points: [312, 5000, 1250],
  seed: [3, 1, 2],
  shape: ['[8]*2', '[4]*2', '[16]*2'],
  parameters: [4000, 1000, 27_000],
  learning_rate: [0.1, 0.001, 0.01],
  optimizer: ['sgd', 'adam', 'adamw'],
};

test('the grid on the screen and the exported grid have the same sides, in the same order', () => {
  const order = fc.shuffledSubarray(Object.keys(values), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      order,
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 }),
      (names, counts) => {
        const cells = cellsOf(
          Object.fromEntries(names.map((name, at) => [name, values[name].slice(0, counts[at])])),
        );
        const axes = varyingAxes(cells);
        fc.pre(axes.length > 0);
        const figure = gridFromAxes(cells);
        const choice = suitedChoice(axes);
        const screen = gridPlan(cells, axes, { ...choice, outerX: null });
        expect([choice.x, choice.y]).toEqual([figure.columns.name, figure.rows?.name ?? null]);
        expect(screen.columns.map(({ value }) => value)).toEqual(figure.columns.values);
        expect(screen.rows.map(({ value }) => value)).toEqual(figure.rows?.values ?? [null]);
      },
    ),
  );
});
