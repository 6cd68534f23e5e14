import { describe, expect, it } from 'vitest';
import { baselineLines, charts, seriesOf } from '../../../renderer/charts/chart-kinds.ts';
import {
  chartLines,
  leftOutText,
  summaryOf,
  thinned,
  valueAt,
} from '../../../renderer/charts/chart-lines.ts';
import { chartDatasets, type ChartContent } from '../../../renderer/charts/chart-setup.ts';
import { labelPlaces } from '../../../renderer/charts/label-places.ts';
import { shareOfRange, timeOfShare, timeRange } from '../../../renderer/charts/time-range.ts';
import { sweptColours } from '../../../experiments/charts/swept-colours.ts';
import { cell, timeline } from '../samples.ts';

const cells = [1, 2, 3].map((seed) => cell(`s${seed}`, { points: 312, seed }));
const timelines = new Map(
  cells.map(({ id }, at) => [
    id,
    timeline(id, [0, 10, 20], { measures: { iou: Float32Array.of(0, 0.1 * at, 0.2 * at) } }),
  ]),
);
const request = {
  kind: 'iou',
  axis: 'epoch',
  cells,
  axes: ['seed'],
  timelines,
  colour: () => ({ light: '#000000', dark: '#ffffff' }),
} as const;

describe('lines of charts', () => {
  it('are one for each cell, or one with a band over seeds', () => {
    expect(chartLines({ ...request, hasBands: false }).map(({ label }) => label)).toEqual([
      'seed 1',
      'seed 2',
      'seed 3',
    ]);
    const [line, ...others] = chartLines({ ...request, hasBands: true });
    expect(others).toEqual([]);
    expect(Array.from(line.y).map((value) => value.toFixed(2))).toEqual(['0.00', '0.10', '0.20']);
    expect(Array.from(line.band?.low ?? [])).toEqual([0, 0, 0]);
    expect(Array.from(line.band?.high ?? []).map((value) => value.toFixed(2))).toEqual([
      '0.00',
      '0.20',
      '0.40',
    ]);
  });

  it('leave out cells without snapshots, and seeds that ended earlier do not count any more', () => {
    const some = new Map([
      ['s1', timelines.get('s1')!],
      ['s2', timeline('s2', [0, 10], { measures: { iou: Float32Array.of(1, 1) } })],
      ['s3', timeline('s3', [])],
    ]);
    const [line] = chartLines({ ...request, timelines: some, hasBands: true });
    expect(line.cellIds).toEqual(['s1', 's2']);
    expect(Array.from(line.band?.high ?? [])).toEqual([1, 1, 0]);
  });

  it('keep every spike when they are thinned', () => {
    const y = Float32Array.from({ length: 20_000 }, (_, at) => (at === 12_345 ? 99 : Math.sin(at / 500)));
    const few = thinned({ x: y.map((_, at) => at), y });
    expect(few.x.length).toBeLessThanOrEqual(800);
    expect([...Array(few.x.length).keys()].some((at) => few.x[at] === 12_345 && few.y[at] === 99)).toBe(true);
    expect([...Array(few.x.length - 1).keys()].every((at) => few.x[at] < few.x[at + 1])).toBe(true);
  });

  it('have a value at any time from their first on', () => {
    const [line] = chartLines({ ...request, hasBands: false });
    expect(valueAt(line, -1)).toBeNull();
    expect(valueAt(line, 15)).toBe(0);
  });

  it('are summed up in words', () => {
    const lines = chartLines({ ...request, hasBands: false });
    expect(summaryOf(lines, 20, (value) => value.toFixed(1))).toBe('From 0.0 (seed 1) to 0.4 (seed 3).');
    expect(summaryOf([], 20, String)).toBe('Nothing is recorded here.');
  });

  it('say what a logarithmic scale leaves out of them', () => {
    const lines = chartLines({ ...request, hasBands: false });
    const text = (isLog: boolean, isLogTime: boolean, some = lines): string =>
      leftOutText(some, { isLog, isLogTime, from: 1 });
    expect(text(false, false)).toBe('');
    expect(text(true, false)).toBe('Not on a logarithmic scale: values of 0 and below.');
    expect(text(false, true)).toBe('Not on a logarithmic scale: what is before 1.');
    expect(text(true, true)).toBe('Not on a logarithmic scale: values of 0 and below, what is before 1.');
    const positive = [{ ...lines[2], x: [10, 20], y: [0.2, 0.4] }];
    expect(text(true, true, positive)).toBe('');
    expect(text(true, false, [{ ...positive[0], band: { low: [0, 0.1], high: [1, 1] } }])).not.toBe('');
  });

  it('of one snapshot, and snapshots between gaps, are seen as dots', () => {
    const [line] = chartLines({ ...request, hasBands: false });
    const content = (x: readonly number[], y: readonly number[], isLog: boolean): ChartContent => ({
      words: charts[0],
      isLog,
      lines: [{ ...line, x, y }],
      selectedId: null,
      baselines: [],
      spikes: [],
      ink: { isDark: false, ink: '#000', faint: '#000', line: '#000', surface: '#fff', family: 'serif' },
      range: { from: 0, to: 1, isLog: false },
      rest: null,
      limits: { low: null, high: null },
    });
    const dots = (x: readonly number[], y: readonly number[], isLog = false): boolean[] => {
      const { pointRadius } = chartDatasets(content(x, y, isLog))[0];
      return y.map((_, at) => (Array.isArray(pointRadius) ? pointRadius[at] : pointRadius) > 0);
    };
    expect(dots([0], [0.5])).toEqual([true]);
    expect(dots([0, 1], [0.5, 0.4])).toEqual([false, false]);
    expect(dots([0, 1, 2, 3], [0.5, NaN, 0.2, 0.1])).toEqual([true, false, false, false]);
    expect(dots([0, 1, 2], [0.5, 0, 0.2], true)).toEqual([true, false, true]);
    expect(dots([0], [NaN])).toEqual([false]);
  });

  it('exist for every chart', () => {
    for (const { kind } of charts) {
      const { x, y } = seriesOf(kind, timeline('a', [0, 5]), 'step');
      expect(x.length, kind).toBe(y.length);
      expect(x.length, kind).toBeGreaterThan(0);
    }
  });
});

describe('baselines of charts', () => {
  const baselines = {
    cellId: 'a',
    stride: 4,
    constant: { mse: 0.04, iou: null },
    nearest: { mse: 0.02, iou: 0.5 },
    smoothing: { mse: 0.01, iou: 0.6 },
  };

  it('are those that have the chart’s measure', () => {
    expect(baselineLines('mse', baselines).map(({ label, value }) => `${label} ${value}`)).toEqual([
      'constant 0.04',
      '1-NN 0.02',
      'kernel 0.01',
    ]);
    expect(baselineLines('iou', baselines).map(({ label }) => label)).toEqual(['1-NN', 'kernel']);
    expect(baselineLines(null, baselines)).toEqual([]);
  });
});

describe('the range of time', () => {
  it.each([false, true])('places moments and finds them again (logarithmic: %s)', (isLog) => {
    const range = timeRange({ from: 0, to: 6000 }, isLog);
    for (const time of [1, 10, 777, 6000])
      expect(timeOfShare(range, shareOfRange(range, time))).toBeCloseTo(time, 6);
    expect(shareOfRange(range, 1e9)).toBe(1);
    expect(shareOfRange(range, -5)).toBe(0);
  });
});

describe('colours of swept values', () => {
  it('are the same for the same value whatever its order, and distinct', () => {
    const down = sweptColours({ name: 'points', values: [5000, 1250, 312] });
    const up = sweptColours({ name: 'points', values: [312, 1250, 5000] });
    expect(down(312)).toEqual(up(312));
    expect(new Set([312, 1250, 5000].map((value) => down(value).light)).size).toBe(3);
    for (const value of [312, 1250, 5000]) expect(down(value).dark).toMatch(/^#[0-9a-f]{6}$/);
    expect(sweptColours(null)(undefined).light).toMatch(/^#/);
  });
});

describe('names of lines', () => {
  const area = { top: 0, bottom: 100 };

  it('stay where there is room, and go up where they would lie over one another', () => {
    expect(labelPlaces([20, 90], area)).toEqual([20, 90]);
    expect(labelPlaces([50, 48, 49], area)).toEqual([50, 26, 38]);
  });

  it('stay inside of the chart', () => {
    expect(labelPlaces([3, 5], area)).toEqual([12, 24]);
    expect(labelPlaces([104, 60], area)).toEqual([100, 60]);
    expect(labelPlaces([], area)).toEqual([]);
  });
});
