/** Letters of figures: each in a font that has it, in pictures and pages, from left to right and from right to left. */
import { inflateSync } from 'node:zlib';
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { figureFile, figurePixels, gridDrawing } from '../../../electron/lab/exports/figure-file.ts';
import { figureFontSources } from '../../../electron/lab/exports/figure-assets.ts';
import { fittedFigure, withTextLengths } from '../../../experiments/figures/fitted-fonts.ts';
import { textLine } from '../../../experiments/figures/svg-elements.ts';
import { figureOf } from './sample-figures.ts';

const drawing = (text: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="420" height="30" font-family="'Source Sans 3'">${textLine(4, 20, text, { size: 16, fill: '#000000' })}</svg>`;
const pixels = async (text: string): Promise<string> =>
  Buffer.from((await figurePixels(drawing(text))).bytes).toString('base64');

/** How many glyphs of a page's text are the box for what its font lacks, and how many glyphs there are. */
function glyphsOf(pdf: Uint8Array): { boxes: number; all: number } {
  const streams = Buffer.from(pdf)
    .toString('latin1')
    .matchAll(/stream\r?\n([^]*?)\r?\nendstream/g);
  const drawn = [...streams].flatMap(([, body = '']) => {
    try {
      return [inflateSync(Buffer.from(body, 'latin1')).toString('latin1')];
    } catch {
      return [];
    }
  });
  const texts = drawn.flatMap((page) => [...page.matchAll(/<([0-9A-Fa-f]+)>\s*Tj/g)]);
  const glyphs = texts.flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? []);
  return { boxes: glyphs.filter((glyph) => glyph === '0000').length, all: glyphs.length };
}

test.each([
  ['Łódź č', 'Łódź š'],
  ['noise → 0', 'noise ≤ 0'],
  ['σ = 0.1', 'ω = 0.1'],
  ['Привет, мир', 'Привет, мип'],
  ['∇f ∈ ℝ', '∇f ∉ ℝ'],
  ['שלום', 'שלוס'],
  ['سلام', 'سلاح'],
  ['Tiếng Việt', 'Tiềng Việt'],
])('%s and %s are told apart', async (one, other) => {
  expect(fittedFigure(drawing(one + other), figureFontSources()).missing).toEqual([]);
  expect(await pixels(one)).not.toBe(await pixels(other));
});

test('letters that run from right to left do so, and Arabic ones are joined', async () => {
  expect(await pixels('אב')).not.toBe(await pixels('בא'));
  expect(await pixels('سلام')).not.toBe(await pixels('س ل ا م'));
});

test.each(['png', 'pdf'] as const)('a title in many scripts is written as %s', async (format) => {
  const title = 'Łódź, σ = 0.1 → ∇f, Привет, שלום, سلام, Tiếng Việt';
  const { bytes, missing } = await figureFile(gridDrawing(figureOf({ title })), format, 1);
  expect(missing).toEqual([]);
  if (format === 'png') expect(decode(bytes).width).toBeGreaterThan(100);
  else expect(glyphsOf(bytes)).toEqual({ boxes: 0, all: expect.toSatisfy((count: number) => count > 300) });
});

test.each(['png', 'pdf', 'svg'] as const)(
  'letters without a shape do not end the export as %s',
  async (format) => {
    const title = 'a\u200bb\u00adc\u202ed\u2066ef';
    const plain = await figureFile(gridDrawing(figureOf({ title: 'abcdef', recipe: null })), 'png', 1);
    const { bytes, missing } = await figureFile(gridDrawing(figureOf({ title, recipe: null })), format, 1);
    expect(missing).toEqual([]);
    if (format === 'png') expect(Buffer.compare(bytes, plain.bytes)).toBe(0);
  },
);

test('letters that no font has are named, each once', async () => {
  const { missing } = await figureFile(gridDrawing(figureOf({ title: '☃ and 中文, ☃ again' })), 'pdf', 1);
  expect(missing).toEqual(['☃', '中', '文']);
});

test('fonts are read when a text needs them', async () => {
  const read: string[] = [];
  const sources = figureFontSources().map((source) => ({
    ...source,
    woff: (weight: 400 | 600) => {
      read.push(source.family);
      return source.woff(weight);
    },
  }));
  fittedFigure(drawing('plain 0.5'), sources);
  expect(read).toEqual(['figure 0']);
  fittedFigure(drawing('č'), sources);
  expect(read).toEqual(['figure 0', 'figure 0', 'figure 1']);
});

test('every text of an SVG figure has the width that its own typeface gives it', async () => {
  const svg = Buffer.from(
    (await figureFile(gridDrawing(figureOf({ title: 'IoU of [30]*30' })), 'svg', 1)).bytes,
  ).toString();
  const texts = [...svg.matchAll(/<text[^>]*>[^<]{2,}<\/text>/g)].map(([text]) => text);
  expect(texts.length).toBeGreaterThan(3);
  for (const text of texts) expect(text).toMatch(/ textLength="[\d.]+" lengthAdjust="spacingAndGlyphs"/);
  const [typeface] = figureFontSources();
  const lengthOf = (text: string): number =>
    Number(/textLength="([^"]+)"/.exec(withTextLengths(drawing(text), typeface))?.[1]);
  // Advances of Source Sans 3 Regular in thousandths of an em: i 246, l 255, W 786 (its published metrics).
  expect(lengthOf('il')).toBeCloseTo((16 * (246 + 255)) / 1000, 1);
  expect(lengthOf('WW')).toBeCloseTo((16 * 2 * 786) / 1000, 1);
  expect(withTextLengths(drawing('Привет'), typeface)).toBe(drawing('Привет'));
});
