import { describe, expect, it } from 'vitest';
import { fieldAt, measureAt, type Place } from '../../../experiments/charts/chart-cell.ts';
import { chartData, type ChartChoice } from '../../../experiments/charts/chart-data.ts';
import { chartFromWords, filteredCells, suitedWords } from '../../../experiments/charts/chart-request.ts';
import { chartCaption, chartTable } from '../../../experiments/charts/chart-words.ts';
import { csvText } from '../../../experiments/formats/csv.ts';
import { SelectionError } from '../../../experiments/selection/selection-error.ts';
import { madeCell, madeSweep } from './made-up-entry.ts';

const setting = (name: string) => ({ kind: 'setting', name }) as const;
const truth = { kind: 'measure', name: 'truthMse' } as const;
const choice: ChartChoice = {
  x: setting('parameters'),
  y: truth,
  lines: setting('points'),
  dashes: null,
  panels: null,
  place: 'last',
};

describe('what a cell says at a place', () => {
  // Late: epochs from 100^0.8 = 39.8 on, that is 40, 60 and 100.
  const epochs = [0, 1, 10, 39, 40, 60, 100];
  const cell = madeCell({ error: [9, 7, 1, 5, 4, 2, 3], epochs, iou: [0, 0.2, 0.9, 0.3, 0.1, 0.5, 0.4] });

  it.each<[Place, number | null, number | null]>([
    ['last', 3, 0.4],
    ['late', 3, 0.4],
    ['best', 1, 0.9],
    [0, 9, 0],
    [39, 5, 0.3],
    [59, 4, 0.1],
    [100, 3, 0.4],
    [5000, 3, 0.4],
    [(one) => one.epochs.length - 2, 2, 0.5],
    [() => -1, null, null],
  ])('%s', (place, error, iou) => {
    expect(measureAt(cell, 'truthMse', place)).toBe(error);
    expect(measureAt(cell, 'iou', place)).toBe(iou);
  });

  it('takes the mean of the two middle late values where their number is even', () => {
    const even = madeCell({ error: [9, 1, 7, 4], epochs: [0, 40, 50, 100] });
    expect(measureAt(even, 'truthMse', 'late')).toBe(4);
    expect(measureAt(madeCell({ error: [9, 8, 7, 4], epochs: [0, 10, 50, 100] }), 'truthMse', 'late')).toBe(
      5.5,
    );
  });

  it('gives no last value to a cell that diverged, and what it had before', () => {
    const lost = madeCell({ error: [4, 3, 2], state: 'failed', isDiverged: true });
    expect(['last', 'late', 3].map((place) => measureAt(lost, 'truthMse', place as Place))).toEqual([
      null,
      null,
      null,
    ]);
    expect(measureAt(lost, 'truthMse', 1)).toBe(3);
    expect(fieldAt(lost, { kind: 'fact', name: 'state' }, 'last')).toBe('diverged');
  });

  it('has nothing yet at an epoch that an unfinished cell has not reached', () => {
    const young = madeCell({ error: [4, 3, 2], state: 'running' });
    expect(measureAt(young, 'truthMse', 2)).toBe(2);
    expect(measureAt(young, 'truthMse', 3)).toBeNull();
    expect(measureAt(young, 'truthMse', 'last')).toBe(2);
  });

  it('has no best of what is neither better small nor large', () => {
    expect(measureAt(cell, 'distinctHashes', 'best')).toBeNull();
    expect(() =>
      chartData([cell], { ...choice, y: { kind: 'measure', name: 'distinctHashes' }, place: 'best' }),
    ).toThrow('of regions neither less nor more is better');
  });
});

describe('a chart over a setting', () => {
  const { panels, pooled, counts } = chartData(madeSweep, choice);

  it('draws medians and quartiles by linear interpolation between order statistics', () => {
    expect(panels).toHaveLength(1);
    const [few, many] = panels[0]!.lines;
    // Of 1, 2, 3, 10: 2.5; quartiles at places 0.75 and 2.25 of 0 to 3, that is 1.75 and 4.75. Of 2, 4, 6, 8: 3.5, 5, 6.5.
    expect(few!.points.map(({ x, low, y, high }) => [x, low, y, high])).toEqual([
      [100, 1.75, 2.5, 4.75],
      [1000, 3.5, 5, 6.5],
    ]);
    expect(many!.points[0]).toMatchObject({ low: 0.5, y: 0.5, high: 0.5 });
    expect(many!.points[1]!.low).toBeCloseTo(0.175, 12);
    expect(many!.points[1]!.y).toBeCloseTo(0.25, 12);
    expect(many!.points[1]!.high).toBeCloseTo(0.325, 12);
    expect([few!.colourValue, many!.colourValue]).toEqual([10, 20]);
  });

  it('has a thin line for each seed, and says over what a point pools cells', () => {
    expect(panels[0]!.lines[0]!.seeds).toEqual([
      [
        { x: 100, y: 1 },
        { x: 1000, y: 8 },
      ],
      [
        { x: 100, y: 2 },
        { x: 1000, y: 2 },
      ],
      [
        { x: 100, y: 3 },
        { x: 1000, y: 4 },
      ],
      [
        { x: 100, y: 10 },
        { x: 1000, y: 6 },
      ],
    ]);
    expect(pooled).toEqual(['seed']);
    expect(chartData(madeSweep, { ...choice, lines: null }).pooled).toEqual(['points', 'seed']);
    expect(counts).toEqual({ shown: 16, diverged: 0, missing: 0 });
  });

  it('marks where every training point is fitted to within half', () => {
    // 0.01 x 10 points is below 1/4, 0.1 x 10 and 0.1 x 20 are not.
    expect(panels[0]!.lines.map(({ fitsFrom }) => fitsFrom)).toEqual([1000, null]);
  });

  it('makes panels and dashes of further settings', () => {
    const data = chartData(madeSweep, {
      ...choice,
      lines: null,
      panels: setting('points'),
      dashes: setting('seed'),
    });
    expect(data.panels.map(({ value }) => value)).toEqual([10, 20]);
    expect(data.panels[0]!.lines.map(({ dashValue }) => dashValue)).toEqual([1, 2, 3, 4]);
  });

  it('leaves out and counts what diverged and what has no value', () => {
    const more = [
      madeCell({ settings: { parameters: 100, points: 10 }, error: [7], state: 'failed', isDiverged: true }),
      madeCell({ settings: { parameters: 100, points: 10 }, error: [], state: 'queued' }),
    ];
    expect(chartData([...madeSweep, ...more], choice).counts).toEqual({ shown: 16, diverged: 1, missing: 1 });
  });

  it('is a cloud of cells where x is a measure', () => {
    const { panels } = chartData(madeSweep, { ...choice, x: { kind: 'measure', name: 'trainMse' } });
    expect(panels[0]!.lines.map(({ points }) => points.length)).toEqual([8, 8]);
  });

  it('has places for texts on its x axis', () => {
    const cells = ['relu', 'tanh'].map((kind) => madeCell({ settings: { kind }, error: [1] }));
    expect(chartData(cells, { ...choice, x: setting('kind'), lines: null })).toMatchObject({
      xNames: ['relu', 'tanh'],
    });
  });
});

describe('charts in words', () => {
  it('chooses by what varies: parameters across, a line a number of points', () => {
    const { data, isLogX, isLogY } = chartFromWords(madeSweep, suitedWords);
    expect(data.choice).toMatchObject({
      x: setting('parameters'),
      y: truth,
      lines: setting('points'),
      panels: null,
    });
    expect([isLogX, isLogY]).toEqual([true, true]);
  });

  it('takes names as people write them, and says which was meant', () => {
    const words = {
      ...suitedWords,
      y: 'True Error',
      x: 'training points',
      lines: 'parameters',
      where: 'seed in (1, 2) and true error < 5',
    };
    const { data } = chartFromWords(madeSweep, words);
    expect(data.choice).toMatchObject({ x: setting('points'), lines: setting('parameters') });
    expect(data.counts.shown).toBe(7);
    expect(() => chartFromWords(madeSweep, { ...suitedWords, x: 'pionts' })).toThrow(
      "did you mean 'points'?",
    );
    expect(() => chartFromWords(madeSweep, { ...suitedWords, at: 'lately' })).toThrow(SelectionError);
  });

  it('filters by measures at the place that is shown', () => {
    const cells = [madeCell({ error: [1, 5] }), madeCell({ error: [5, 1] })];
    const ids = (place: Place): string[] => filteredCells(cells, 'true error > 3', place).map(({ id }) => id);
    expect([ids(0), ids('last')]).toEqual([[cells[1]!.id], [cells[0]!.id]]);
  });

  it('says the same numbers as CSV', () => {
    const { head, rows } = chartTable(chartData(madeSweep, choice));
    const lines = csvText(head, rows)
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    expect(lines[0]).toEqual([
      'training points',
      'parameters',
      'True error (median)',
      'quartile 1',
      'quartile 3',
      'cells',
      'ids',
    ]);
    expect(lines[1]!.slice(0, 6).map(Number)).toEqual([10, 100, 2.5, 1.75, 4.75, 4]);
    expect(lines).toHaveLength(5);
  });

  it('a cloud has a mark a cell, one panel, and joins the cells of a seed in their order where asked to', () => {
    const words = { ...suitedWords, x: 'IoU', y: 'true error', lines: '' };
    const cells = [
      madeCell({ settings: { points: 10 }, seed: 1, error: [3], iou: [0.5] }),
      madeCell({ settings: { points: 20 }, seed: 1, error: [2], iou: [0.25] }),
      madeCell({ settings: { points: 10 }, seed: 2, error: [9], iou: [0.1] }),
      madeCell({ settings: { points: 20 }, seed: 2, error: [8], iou: [0.9] }),
    ];
    const plain = chartFromWords(cells, words).data;
    expect(plain.panels).toHaveLength(1);
    expect(plain.panels[0].lines[0].points.map(({ x }) => x)).toEqual([0.1, 0.25, 0.5, 0.9]);
    expect(plain.panels[0].lines[0].seeds).toEqual([]);
    const { data } = chartFromWords(cells, { ...words, isConnected: true });
    expect(data.panels[0].lines[0].seeds).toEqual([
      [
        { x: 0.5, y: 3 },
        { x: 0.25, y: 2 },
      ],
      [
        { x: 0.1, y: 9 },
        { x: 0.9, y: 8 },
      ],
    ]);
    expect(chartCaption(data, '')).toContain('Thin lines join the cells of a seed');
  });

  it('has the median of a baseline on the points of the same cells beside each line', () => {
    const score = (mse: number, iou: number | null = null) => ({ mse, iou });
    const scores = new Map(
      madeSweep.map(({ id }, at) => [
        id,
        { constant: score(9), nearest: score(at, at / 100), smoothing: score(8) },
      ]),
    );
    const words = { ...suitedWords, x: 'parameters', lines: 'points', baseline: 'nearest' };
    const { data } = chartFromWords(madeSweep, words, 'last', scores);
    // Cells 0 to 3, 8 to 11 have 10 points, 4 to 7, 12 to 15 have 20.
    expect(data.panels[0].lines.map(({ baseline }) => baseline)).toEqual([
      [
        { x: 100, y: 1.5 },
        { x: 1000, y: 9.5 },
      ],
      [
        { x: 100, y: 5.5 },
        { x: 1000, y: 13.5 },
      ],
    ]);
    const { head, rows } = chartTable(data);
    expect(rows[0][head.findIndex((name) => name.startsWith('baseline: the label of the nearest'))]).toBe(
      1.5,
    );
    expect(chartCaption(data, '')).toContain('Dotted: the label of the nearest training point');
    const unknown = chartFromWords(madeSweep, words).data;
    expect(unknown.panels[0].lines[0].baseline).toEqual([]);
    expect(() => chartFromWords(madeSweep, { ...words, y: 'regions' })).toThrow(/nothing else/);
    expect(() => chartFromWords(madeSweep, { ...words, baseline: 'best' })).toThrow(
      /constant, nearest, kernel/,
    );
  });
});
