import { describe, expect, it } from 'vitest';
import { chartLines, smoothed, type ChartLine } from '../../../renderer/charts/chart-lines.ts';
import {
  innerStretch,
  movedStretch,
  rangeOfStretch,
  stretchAfterKey,
  wholeAxis,
  zoomedStretch,
} from '../../../renderer/charts/stretch.ts';
import { mostLines, restText, toldApart } from '../../../renderer/charts/told-apart.ts';
import { cell, timeline } from '../samples.ts';

const line = (at: number): ChartLine => ({
  key: String(at),
  label: `line ${at}`,
  colour: { light: '#000000', dark: '#ffffff' },
  cellIds: [`c${at}`],
  x: [0, 10, 20],
  y: [at, 2 * at, at === 7 ? 1000 : 3 * at],
  band: null,
  raw: null,
});
const lines = Array.from({ length: 40 }, (_, at) => line(at));

describe('many lines', () => {
  it('are all drawn as long as they can be told apart', () => {
    expect(toldApart(lines.slice(0, mostLines), null)).toEqual({
      shown: lines.slice(0, mostLines),
      rest: null,
    });
  });

  it('are drawn in part, the selected one among them, and the others are a band from least to greatest', () => {
    const { shown, rest } = toldApart(lines, 'c8');
    expect(shown).toHaveLength(mostLines);
    expect(shown).toContain(lines[8]);
    const others = lines.filter((one) => !shown.includes(one));
    expect(rest?.count).toBe(others.length);
    expect(rest?.low).toEqual([0, 1, 2].map((at) => Math.min(...others.map(({ y }) => y[at]))));
    expect(rest?.high).toEqual([0, 1, 2].map((at) => Math.max(...others.map(({ y }) => y[at]))));
    expect(restText(rest)).toBe('12 lines are drawn; the grey band holds the other 28.');
  });

  it('are one a value of an axis where that is asked for', () => {
    const cells = [1, 2, 3, 4].map((seed) => cell(`s${seed}`, { points: seed > 2 ? 100 : 50, seed }));
    const timelines = new Map(cells.map(({ id }) => [id, timeline(id, [0, 10])]));
    const request = { kind: 'iou', axis: 'epoch', axes: ['points', 'seed'], hasBands: true } as const;
    const colour = () => ({ light: '#000000', dark: '#ffffff' });
    const made = chartLines({ ...request, cells, timelines, colour, group: 'points' });
    expect(made.map(({ cellIds }) => cellIds)).toEqual([
      ['s1', 's2'],
      ['s3', 's4'],
    ]);
    expect(made[0].label).toBe('50 points, 2 cells');
  });
});

describe('smoothing', () => {
  it('takes means over as many places before as after, and leaves ends and gaps where they are', () => {
    expect([...smoothed([0, 3, 6, 3, 0], 3)]).toEqual([0, 3, 4, 3, 0]);
    expect([...smoothed([1, NaN, 3], 3)]).toEqual([1, NaN, 3]);
    expect([...smoothed([2, 4, 6, 8, 10, 12], 5)]).toEqual([2, 4, 6, 8, 10, 12]);
  });

  it('keeps what was recorded beside it', () => {
    const y = Float32Array.of(0, 3, 6, 3, 0);
    const known = new Map([['a', timeline('a', [0, 1, 2, 3, 4], { measures: { iou: y } })]]);
    const [made] = chartLines({
      kind: 'iou',
      axis: 'epoch',
      cells: [cell('a', {})],
      axes: [],
      timelines: known,
      colour: () => ({ light: '#000000', dark: '#ffffff' }),
      hasBands: false,
      smooth: 3,
    });
    expect([...Array.from(made.y)]).toEqual([0, 3, 4, 3, 0]);
    expect([...Array.from(made.raw?.y ?? [])]).toEqual([...y]);
  });
});

describe('an axis that is enlarged', () => {
  it('keeps the place that it is enlarged about, and never leaves the whole', () => {
    const half = zoomedStretch(wholeAxis, 0.5, 0.5);
    expect(half).toEqual({ from: 0.25, to: 0.75 });
    expect(zoomedStretch(half, 0.5, 0.25)).toEqual({ from: 0.25, to: 0.5 });
    expect(zoomedStretch(half, 10, 0.3)).toEqual(wholeAxis);
    expect(movedStretch(half, 5)).toEqual({ from: 0.5, to: 1 });
  });

  it('shows what was chosen of it, on linear and logarithmic scales', () => {
    expect(innerStretch({ from: 0.5, to: 1 }, 0.75, 0.25)).toEqual({ from: 0.625, to: 0.875 });
    expect(rangeOfStretch({ from: 0, to: 200, isLog: false }, { from: 0.25, to: 0.5 })).toMatchObject({
      from: 50,
      to: 100,
    });
    const log = rangeOfStretch({ from: 1, to: 10_000, isLog: true }, { from: 0.25, to: 0.5 });
    expect([log.from, log.to].map(Math.round)).toEqual([10, 100]);
  });

  it('follows keys, and 0 shows all', () => {
    expect(stretchAfterKey('+', wholeAxis, 0)).toEqual({ from: 0, to: 0.5 });
    expect(stretchAfterKey('0', { from: 0.1, to: 0.2 }, 0)).toBe(wholeAxis);
    expect(stretchAfterKey('ArrowRight', wholeAxis, 0)).toBeNull();
  });
});
