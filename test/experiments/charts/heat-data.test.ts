import { describe, expect, test } from 'vitest';
import { scaleOf } from '../../../experiments/charts/chart-scale.ts';
import { cellsOfSquare, heatData, type HeatChoice } from '../../../experiments/charts/heat-data.ts';
import { heatFigureSvg } from '../../../experiments/charts/heat-figure.ts';
import {
  heatColour,
  heatFromWords,
  noValueColour,
  suitedHeatWords,
} from '../../../experiments/charts/heat-request.ts';
import {
  heatCaption,
  heatSummary,
  heatTable,
  heatTitle,
  squareText,
} from '../../../experiments/charts/heat-words.ts';
import { madeCell, madeSweep, sweepErrors } from './made-up-entry.ts';

const choice: HeatChoice = {
  x: { kind: 'setting', name: 'parameters' },
  y: { kind: 'setting', name: 'points' },
  value: { kind: 'measure', name: 'truthMse' },
  seeds: 'median',
  place: 'last',
};

/** The square of a place, from the table by hand. */
const valueAt = (seeds: HeatChoice['seeds'], parameters: number, points: number): number => {
  const { columns, rows, values } = heatData(madeSweep, { ...choice, seeds });
  return values[rows.indexOf(points) * columns.length + columns.indexOf(parameters)];
};

describe('heat maps', () => {
  test('have a square for every two values, and median, mean or worst of its seeds in it', () => {
    const { columns, rows } = heatData(madeSweep, choice);
    expect([columns, rows]).toEqual([
      [100, 1000],
      [10, 20],
    ]);
    // 1, 2, 3, 10 and 8, 2, 4, 6
    expect(valueAt('median', 100, 10)).toBe(2.5);
    expect(valueAt('mean', 100, 10)).toBe(4);
    expect(valueAt('worst', 100, 10)).toBe(10);
    expect(valueAt('median', 1000, 10)).toBe(5);
    expect(valueAt('worst', 1000, 20)).toBe(0.4);
  });

  test('the worst of an overlap is the least', () => {
    const cells = [0.25, 0.75].map((iou, seed) =>
      madeCell({ settings: { parameters: 1, points: 1 }, seed, error: [1], iou: [iou] }),
    );
    const { values } = heatData(cells, {
      ...choice,
      value: { kind: 'measure', name: 'iou' },
      seeds: 'worst',
    });
    expect([...values]).toEqual([0.25]);
  });

  test('the caption names every setting that a square pools', () => {
    expect(heatCaption(heatData(madeSweep, choice), '')).toContain('the median over seed of up to 4 cells.');
    const x = { kind: 'setting', name: 'seed' } as const;
    expect(heatCaption(heatData(madeSweep, { ...choice, x }), '')).toContain(
      'over parameters of up to 2 cells',
    );
  });

  test('a diverged cell leaves its square without a value, and an empty place has no square', () => {
    const cells = [
      madeCell({ settings: { parameters: 1, points: 1 }, error: [1] }),
      madeCell({ settings: { parameters: 2, points: 2 }, error: [9], state: 'failed', isDiverged: true }),
    ];
    const data = heatData(cells, choice);
    expect([...data.values]).toEqual([1, NaN, NaN, NaN]);
    expect(data.counts).toEqual({ shown: 1, diverged: 1, missing: 0 });
    expect(cellsOfSquare(data, 3).map(({ id }) => id)).toEqual([cells[1].id]);
    expect(squareText(data, 1, 0)).toBe('2 parameters, 1 points: no cell');
    expect(squareText(data, 1, 1)).toBe('2 parameters, 2 points: True error –');
    expect(heatCaption(data, '')).toContain('1 cell diverged. Grey: no value.');
  });

  test('what is no setting, and the worst of what has none, are refused', () => {
    expect(() => heatData(madeSweep, { ...choice, x: choice.value })).toThrow(
      /sides of a heat map are settings/,
    );
    expect(() => heatData(madeSweep, { ...choice, value: choice.x })).toThrow(/is no measure/);
    const value = { kind: 'measure', name: 'distinctHashes' } as const;
    expect(() => heatData(madeSweep, { ...choice, value, seeds: 'worst' })).toThrow(/neither less nor more/);
    expect(() => heatFromWords(madeSweep, { ...suitedHeatWords, seeds: 'least' })).toThrow(
      /median, mean, worst/,
    );
  });

  test('are asked for in words, and what is left out is chosen by what varies', () => {
    const { data, scale } = heatFromWords(madeSweep, { ...suitedHeatWords, where: 'points > 10' });
    expect([data.choice.x, data.choice.y]).toEqual([choice.x, choice.y]);
    expect(data.rows).toEqual([20]);
    expect(heatTitle(data)).toBe('True error over parameters and training points');
    expect([scale.from <= 0.25, scale.to >= 0.5]).toEqual([true, true]);
    const seeds = heatFromWords(madeSweep, { ...suitedHeatWords, x: 'points', y: 'seed' }).data;
    expect([seeds.columns, seeds.rows]).toEqual([
      [10, 20],
      [1, 2, 3, 4],
    ]);
  });

  test('colours hold values of other moments beside those of all squares', () => {
    const words = { ...suitedHeatWords, seeds: 'mean' };
    for (const isLog of [false, true]) {
      for (const held of [[], [0.3], [0.01, 7], [-1, 0]]) {
        const { data, scale } = heatFromWords(madeSweep, { ...words, isLog }, 'last', held);
        expect(scale).toEqual(scaleOf([...held, ...data.values], isLog, 0));
      }
    }
  });

  test('the table has every square in full precision with its cells', () => {
    const { head, rows } = heatTable(heatData(madeSweep, { ...choice, seeds: 'mean' }));
    expect(head).toEqual(['parameters', 'training points', 'True error (mean)', 'cells', 'ids']);
    const sum = (key: string): number => sweepErrors[key].reduce((a, b) => a + b, 0) / 4;
    expect(rows.map((row) => row.slice(0, 4))).toEqual([
      [100, 10, sum('100 10'), 4],
      [1000, 10, sum('1000 10'), 4],
      [100, 20, sum('100 20'), 4],
      [1000, 20, sum('1000 20'), 4],
    ]);
    expect(heatSummary(heatData(madeSweep, choice))).toContain(
      'Least: 1,000 parameters, 20 points: True error 0.25',
    );
  });

  test('figures write values into squares and have grey for what has none', () => {
    const { data, scale } = heatFromWords(madeSweep, suitedHeatWords);
    const svg = heatFigureSvg({
      data,
      scale,
      title: 'made',
      subtitle: '',
      filter: '',
      provenance: '',
      recipe: null,
    });
    expect(svg.match(/<rect/g)?.length).toBe(1 + 4 + 64);
    expect(svg).toContain('>2.5000<');
    expect(heatColour(scale, NaN)).toBe(noValueColour);
    expect(heatColour(scale, scale.from)).not.toBe(heatColour(scale, scale.to));
    const none = heatFromWords(madeSweep, { ...suitedHeatWords, where: 'points > 99' });
    const figure = { ...none, title: '', subtitle: '', filter: '', provenance: '', recipe: null };
    expect(() => heatFigureSvg(figure)).toThrow(/nothing to draw/);
  });
});
