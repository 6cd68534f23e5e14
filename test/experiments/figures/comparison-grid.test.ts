import { valueMapNames } from '../../../experiments/drawing/colour-map.ts';
import { decode } from 'fast-png';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparisonGridSvg } from '../../../experiments/figures/comparison-grid.ts';
import { FigureError } from '../../../experiments/figures/figure-error.ts';
import type { GridCell, GridFigure } from '../../../experiments/figures/grid-figure.ts';
import { parseRecipe } from '../../../experiments/formats/recipe.ts';
import { pointRadius } from '../../../experiments/figures/point-dots.ts';
import { base64, coordinate } from '../../../experiments/figures/svg-elements.ts';
import { figureOf, imageOf, sampleCell } from './sample-figures.ts';
import { parseXml, type XmlElement } from './xml-check.ts';

function textsOf(elements: readonly XmlElement[]): string[] {
  return elements.filter(({ name }) => name === 'text').map(({ text }) => text);
}

function byName(elements: readonly XmlElement[], name: string): XmlElement[] {
  return elements.filter((element) => element.name === name);
}

describe('comparisonGridSvg', () => {
  test('prints titles, parameters, points, epoch, scores and baselines of every cell', () => {
    const texts = textsOf(parseXml(comparisonGridSvg(figureOf())));
    for (const text of ['Ring', 'training points', '5,000', '312', 'truth', 'prediction', '0', '0.5', '1']) {
      expect(texts).toContain(text);
    }
    for (const text of ['27,091 parameters · 3 points', 'epoch 6,000', 'net', '1-NN', 'kernel', 'const.']) {
      expect(texts.filter((candidate) => candidate === text)).toHaveLength(2);
    }
    for (const text of ['0.0123', '.48', '0.0200', '.30', '0.0311', '.25', '0.0439', '.00']) {
      expect(texts.filter((candidate) => candidate === text)).toHaveLength(2);
    }
  });

  test('the caption says what numbers are and where the figure comes from', () => {
    const text = textsOf(parseXml(comparisonGridSvg(figureOf()))).join(' ');
    expect(text).toContain('all 1,048,576 pixels of the true picture');
    expect(text).toContain('intersection over union of the black class');
    expect(text).toContain('Sweep: ring · entry 2026-11-20-ring-k3f9 · 2026-11-20 · Creasebook 0.1.0');
    const strided = figureOf({
      measured: [
        { pixels: 1_048_576, stride: 1 },
        { pixels: 16_384, stride: 8 },
      ],
    });
    expect(textsOf(parseXml(comparisonGridSvg(strided))).join(' ')).toContain(
      'all 1,048,576 pixels of the true picture; of cells without this measurement 16,384 pixels of the true picture, every 8th in x and y',
    );
  });

  test('carries the recipe and the pictures pixel for pixel', () => {
    const elements = parseXml(comparisonGridSvg(figureOf()));
    expect(parseRecipe(byName(elements, 'metadata')[0].text)).toEqual(figureOf().recipe);
    const images = byName(elements, 'image');
    expect(images).toHaveLength(3);
    const [, data] = images[0].attributes.href.split('base64,');
    const decoded = decode(Buffer.from(data, 'base64'));
    expect([decoded.width, decoded.height, decoded.data[0]]).toEqual([8, 8, 200]);
    expect(images[0].attributes['image-rendering']).toBe('optimizeSpeed');
  });

  test('training points are one path a label, where they belong', () => {
    const paths = byName(
      parseXml(comparisonGridSvg(figureOf({ cells: [[sampleCell, null]] }))),
      'path',
    ).filter(({ attributes }) => attributes.id?.startsWith('dots-'));
    expect(paths.map(({ attributes }) => attributes.d)).toEqual(['M0 200h0M25 150h0', 'M100 50h0']);
  });

  test('points outside of the view are left out', () => {
    const figure = figureOf({ cells: [[sampleCell, null]], view: { x0: 0.4, y0: 0, x1: 0.6, y1: 0.5 } });
    const paths = byName(parseXml(comparisonGridSvg(figure)), 'path').filter(
      ({ attributes }) => attributes.id,
    );
    expect(paths.map(({ attributes }) => attributes.d)).toEqual(['M100 100h0']);
  });

  test('points get smaller as they get more', () => {
    const radii = [100, 312, 1250, 5000, 1_000_000].map((points) => pointRadius(points, 220, 220));
    expect([...radii].sort((a, b) => b - a)).toEqual(radii);
    expect(5000 * Math.PI * radii[3] ** 2).toBeLessThan(0.1 * 220 * 220);
    expect(radii[4]).toBeGreaterThan(0);
  });

  test('missing, failed and waiting cells say so', () => {
    const failed: GridCell = { ...sampleCell, remark: { text: 'diverged at epoch 312', isFailure: true } };
    const waiting: GridCell = {
      ...sampleCell,
      image: null,
      epoch: null,
      score: null,
      baselines: null,
      remark: { text: 'queued', isFailure: false },
    };
    const elements = parseXml(
      comparisonGridSvg(
        figureOf({
          rows: { title: 'shape', values: ['[4]*2', '[8]*2'] },
          cells: [
            [failed, waiting],
            [null, { ...waiting, remark: null }],
          ],
        }),
      ),
    );
    const texts = textsOf(elements);
    expect(texts).toEqual(expect.arrayContaining(['diverged at epoch 312', 'queued', 'not in this sweep']));
    expect(texts).toContain('nothing recorded');
    expect(texts.filter((text) => text.startsWith('epoch'))).toEqual(['epoch 6,000']);
    const remark = byName(elements, 'text').find(({ text }) => text === 'diverged at epoch 312');
    expect(remark?.attributes.fill).toBe('#a3312a');
  });

  test('three outputs have no colour scale, errors and layers have their own', () => {
    const gradients = (changes: Partial<GridFigure>): number =>
      byName(parseXml(comparisonGridSvg(figureOf(changes))), 'linearGradient').length;
    expect([gradients({}), gradients({ outputs: 3 }), gradients({ drawing: 'error', outputs: 3 })]).toEqual([
      1, 0, 1,
    ]);
    const texts = textsOf(parseXml(comparisonGridSvg(figureOf({ drawing: 'error' }))));
    expect(texts).toEqual(expect.arrayContaining(['−1', 'prediction − truth']));
    expect(textsOf(parseXml(comparisonGridSvg(figureOf({ drawing: 'layers' }))))).toContain('first');
  });

  test('bars are root-mean-square errors on one scale, an arrow where they leave it', () => {
    const beyond = { ...sampleCell, score: { mse: 1, iou: 0 } };
    const half = { ...sampleCell, score: { mse: 0.0439 / 4, iou: 0 } };
    const bars = byName(parseXml(comparisonGridSvg(figureOf({ cells: [[half, beyond]] }))), 'rect').filter(
      ({ attributes }) => attributes.height === '3.2',
    );
    expect(bars.map(({ attributes }) => Number(attributes.width))).toEqual([
      expect.closeTo(100 / 1.04, 1),
      196,
    ]);
  });

  test('fonts are embedded where they are given', () => {
    expect(comparisonGridSvg(figureOf())).not.toContain('@font-face');
    const svg = comparisonGridSvg(figureOf(), [{ weight: 600, woff2: Uint8Array.from([1, 2, 3, 4]) }]);
    expect(svg).toContain('font-weight:600;src:url(data:font/woff2;base64,AQIDBA==)');
    parseXml(svg);
  });

  test('titles that do not match the cells and absurd sizes are refused', () => {
    expect(() => comparisonGridSvg(figureOf({ cells: [[sampleCell]] }))).toThrow(FigureError);
    expect(() => comparisonGridSvg(figureOf({ rows: { title: 'seed', values: ['1', '2'] } }))).toThrow(
      FigureError,
    );
    expect(() => comparisonGridSvg(figureOf({ columns: { title: '', values: [] }, cells: [[]] }))).toThrow(
      FigureError,
    );
    expect(() => comparisonGridSvg(figureOf({ cellSize: NaN }))).toThrow('must be from 48 to 1024');
    expect(() => comparisonGridSvg(figureOf({ cellSize: 5000 }))).toThrow(FigureError);
  });

  test('any figure is well-formed, with finite coordinates inside its frame', () => {
    fc.assert(
      fc.property(anyFigure(), (figure) => {
        const svg = comparisonGridSvg(figure);
        const elements = parseXml(svg);
        expect(svg).not.toMatch(/NaN|Infinity|undefined/);
        const { width, height } = elements[elements.length - 1].attributes;
        for (const { name, attributes } of elements) {
          if (name !== 'text' && name !== 'image') continue;
          expect(Number(attributes.x)).toBeGreaterThanOrEqual(0);
          expect(Number(attributes.x)).toBeLessThanOrEqual(Number(width));
          expect(Number(attributes.y)).toBeGreaterThan(0);
          expect(Number(attributes.y)).toBeLessThanOrEqual(Number(height));
        }
      }),
      { numRuns: 150 },
    );
  });
});

test('coordinates have two decimals and are finite, bytes become base64', () => {
  expect([1, 0.125, -0.001, 1e-9, 1234.567].map(coordinate)).toEqual(['1', '0.13', '0', '0', '1234.57']);
  expect(() => coordinate(NaN)).toThrow(RangeError);
  expect(() => coordinate(Infinity)).toThrow(RangeError);
  for (const length of [0, 1, 2, 3, 4, 3071, 3072, 3073, 10_000]) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 167) & 255);
    expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  }
});

/** Figures of 1 to 5 rows and columns with every kind of cell, hostile texts and numbers. */
function anyFigure(): fc.Arbitrary<GridFigure> {
  const text = fc
    .string({ unit: 'binary', maxLength: 60 })
    .map((found) => found.replace(/NaN|Infinity|undefined/g, ''));
  const number = fc.oneof(fc.double(), fc.constantFrom(0, 1e-30, 0.5, 1, 1e30, NaN, Infinity, -1));
  const score = fc.record({ mse: number, iou: fc.option(number) });
  const data = fc.array(fc.tuple(number, number, number), { maxLength: 20 }).map((points) => ({
    coordinates: Float32Array.from(points.flatMap(([x, y]) => [x, y])),
    labels: Float32Array.from(points.map(([, , label]) => label)),
  }));
  const cell: fc.Arbitrary<GridCell> = fc.record({
    image: fc.option(
      fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).map(([w, h]) => imageOf(w, h)),
    ),
    parameters: fc.nat(),
    points: fc.nat(),
    epoch: fc.option(fc.nat()),
    data: fc.option(data),
    score: fc.option(score),
    baselines: fc.option(fc.record({ nearest: score, smoothing: score, constant: score })),
    remark: fc.option(fc.record({ text, isFailure: fc.boolean() })),
  });
  const size = fc.integer({ min: 1, max: 5 });
  return fc.tuple(size, size, fc.boolean()).chain(([columns, rowCount, hasRows]) => {
    const rows = hasRows ? rowCount : 1;
    const titles = (count: number): fc.Arbitrary<{ title: string; values: string[] }> =>
      fc.record({ title: text, values: fc.array(text, { minLength: count, maxLength: count }) });
    const row = fc.array(fc.option(cell), { minLength: columns, maxLength: columns });
    return fc.record({
      title: text,
      subtitle: text,
      columns: titles(columns),
      rows: hasRows ? titles(rows) : fc.constant(null),
      cells: fc.array(row, { minLength: rows, maxLength: rows }),
      truth: fc.option(fc.constant(imageOf(5, 3))),
      formula: fc.option(text),
      drawing: fc.constantFrom('prediction', 'error', 'layers'),
      map: fc.constantFrom(...valueMapNames),
      hasCreases: fc.boolean(),
      outputs: fc.constantFrom(1, 2, 3),
      view: fc.constant({ x0: 0, y0: 0, x1: 1, y1: 1 }),
      measured: fc.array(fc.record({ pixels: fc.nat(), stride: fc.integer({ min: 1, max: 9 }) }), {
        maxLength: 3,
      }),
      provenance: fc.record({ sweep: text, entry: text, date: text, program: text }),
      recipe: fc.constant(null),
      cellSize: fc.integer({ min: 48, max: 400 }),
    });
  });
}
