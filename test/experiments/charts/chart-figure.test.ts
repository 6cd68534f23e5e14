import { describe, expect, it } from 'vitest';
import { chartFigureSvg } from '../../../experiments/charts/chart-figure.ts';
import {
  chartFromWords,
  chartsFromWords,
  suitedWords,
  type ChartWords,
} from '../../../experiments/charts/chart-request.ts';
import { chartsTable } from '../../../experiments/charts/chart-words.ts';
import { scaleOf, shareOf, ticksOf } from '../../../experiments/charts/chart-scale.ts';
import { lineLooks } from '../../../experiments/charts/chart-look.ts';
import { parseXml } from '../figures/xml-check.ts';
import { madeCell, madeSweep } from './made-up-entry.ts';

function svgOf(words: Partial<ChartWords>, cells = madeSweep): string {
  const charts = chartsFromWords(cells, { ...suitedWords, ...words });
  return chartFigureSvg({
    charts,
    title: 'A <title>',
    subtitle: '',
    filter: words.where ?? '',
    provenance: '',
    recipe: null,
  });
}

/** Cells of which only those of 10 points have an IoU. */
const unlike = [10, 20].flatMap((points) =>
  [100, 1000].map((parameters) =>
    madeCell({ settings: { parameters, points }, error: [1], ...(points === 10 ? { iou: [0.5] } : {}) }),
  ),
);

describe('the figure of a chart', () => {
  it('is well-formed, and places medians where the axes say', () => {
    const svg = svgOf({ isLogX: true, isLogY: true });
    expect(() => parseXml(svg)).not.toThrow();
    expect(svg).toContain('Training points');
    expect(svg).toContain('Lines: median over seed (4 cells each); bands: quartiles');
    // Circles are the medians of 10 points, 2.5 and 5, squares those of 20 points.
    const places = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
    const [[x1, y1], [x2, y2]] = places as [[number, number], [number, number]];
    expect(x2).toBeGreaterThan(x1);
    expect(y2).toBeLessThan(y1);
    const ticks = [
      ...svg.matchAll(
        /<text x="[\d.]+" y="([\d.]+)" font-size="11" fill="#5c6166" text-anchor="end">([\d.]+)</g,
      ),
    ];
    const at = (text: string): number => Number(ticks.find(([, , one]) => one === text)?.[1]);
    // On a logarithmic axis 2.5 lies at this share of the way from 1 to 10.
    expect((at('1') - 0.34 * 11 - y1) / (at('1') - at('10'))).toBeCloseTo(Math.log10(2.5), 1);
  });

  it('puts several measures as lettered panels into one figure, with one key where it is the same', () => {
    const svg = svgOf({ y: 'true error, train error' });
    expect(() => parseXml(svg)).not.toThrow();
    const texts = [...svg.matchAll(/<text [^>]*>([^<]*)</g)].map(([, text]) => text);
    expect(texts.filter((text) => /^[a-z]$/.test(text ?? ''))).toEqual(['a', 'b']);
    expect(svg.match(/<clipPath/g)).toHaveLength(2);
    expect(new Set([...svg.matchAll(/clipPath id="([^"]+)"/g)].map(([, id]) => id)).size).toBe(2);
    expect(svg).toContain(
      '(a) True error, at the last epoch. (b) Train error, at the last epoch. Lines: median',
    );
    expect(svg).toContain('<title>A &#60;title&#62;: True error and train error over parameters</title>');
    // Axes of y are those of each measure, the key stands once.
    expect(texts.filter((text) => text === 'Training points')).toHaveLength(1);
    const keyed = svgOf({ y: 'true error, IoU', lines: 'points' }, unlike);
    expect([...keyed.matchAll(/>Training points</g)]).toHaveLength(2);
    expect(
      svgOf({ y: 'true error, train error', panels: 'points', lines: '' }).match(/<clipPath/g),
    ).toHaveLength(4);
    expect(() => svgOf({ y: 'IoU, nonsense' })).toThrow("'nonsense'");
    expect(() => svgOf({ y: Array(7).fill('true error').join() })).toThrow('7 charts are too many');
  });

  it('has one table for several measures, where their columns are the same', () => {
    const of = (words: Partial<ChartWords>) =>
      chartsTable(chartsFromWords(madeSweep, { ...suitedWords, ...words }).map(({ data }) => data));
    const { head, rows } = of({ y: 'true error,train error' });
    expect(head).toEqual([
      'chart',
      'measure',
      'training points',
      'parameters',
      'median',
      'quartile 1',
      'quartile 3',
      'cells',
      'ids',
    ]);
    expect(rows.map((row) => row.slice(0, 5))).toEqual([
      ['a', 'True error', 10, 100, 2.5],
      ['a', 'True error', 10, 1000, 5],
      ['a', 'True error', 20, 100, 0.5],
      ['a', 'True error', 20, 1000, 0.25],
      ['b', 'Train error', 10, 100, 0.1],
      ['b', 'Train error', 10, 1000, 0.01],
      ['b', 'Train error', 20, 100, 0.1],
      ['b', 'Train error', 20, 1000, 0.1],
    ]);
    expect(of({ y: 'true error' }).head[0]).toBe('training points');
  });

  it('refuses more lines than can be told apart, and nothing at all', () => {
    const many = Array.from({ length: 13 }, (_, at) =>
      madeCell({ settings: { points: at + 1, parameters: 5 }, error: [1] }),
    );
    expect(() => svgOf({ x: 'parameters', lines: 'points' }, many)).toThrow('13 lines cannot be told apart');
    expect(() => svgOf({ where: 'points > 99' })).toThrow('nothing to draw');
  });

  it('tells lines apart without colour, and by lightness', () => {
    const { data } = chartFromWords(madeSweep, {
      ...suitedWords,
      x: 'parameters',
      lines: 'seed',
      dashes: 'points',
    });
    for (const isDark of [false, true]) {
      const look = lineLooks(data, isDark);
      const looks = data.panels[0]!.lines.map(look);
      expect(new Set(looks.map(({ dash, mark }) => `${dash} ${mark}`)).size).toBe(8);
    }
  });
});

describe('axes', () => {
  it('hold all values', () => {
    for (const isLog of [false, true]) {
      const scale = scaleOf([3, 700, 0.02], isLog);
      for (const value of [0.02, 3, 700]) {
        expect(shareOf(scale, value)).toBeGreaterThanOrEqual(0);
        expect(shareOf(scale, value)).toBeLessThanOrEqual(1);
      }
    }
    expect(shareOf(scaleOf([1, 10], true), 0)).toBeNaN();
  });

  it.each([
    [{ from: 0, to: 1, isLog: false }, ['0', '0.2', '0.4', '0.6', '0.8', '1']],
    [{ from: 0, to: 5200, isLog: false }, ['0', '1,000', '2,000', '3,000', '4,000', '5,000']],
    [{ from: 0.9, to: 1100, isLog: true }, ['1', '10', '100', '1,000']],
    [{ from: 0.01, to: 0.05, isLog: true }, ['0.01', '0.02', '0.03', '0.05']],
    [{ from: 1e-7, to: 1e-4, isLog: true }, ['1e−7', '1e−6', '1e−5', '1e−4']],
  ])('%o has ticks', (scale, texts) => {
    expect(
      ticksOf(scale, 6)
        .map(({ text }) => text)
        .filter((text) => text !== ''),
    ).toEqual(texts);
  });
});
