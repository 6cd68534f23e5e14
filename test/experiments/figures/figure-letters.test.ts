/** Letters of figures: each in a font that has it, in pictures and pages, from left to right and from right to left. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { figureFile, figurePixels, gridDrawing } from '../../../electron/lab/exports/figure-file.ts';
import { figureFontSources } from '../../../electron/lab/exports/figure-assets.ts';
import { machineFontSources } from '../../../electron/lab/exports/machine-fonts.ts';
import { openFont } from '../../../experiments/figures/font-file.ts';
import { fittedFigure, withTextLengths } from '../../../experiments/figures/fitted-fonts.ts';
import { textLine } from '../../../experiments/figures/svg-elements.ts';
import { scratchFolder } from '../../electron/scratch-folder.ts';
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
  const { missing } = await figureFile(
    gridDrawing(figureOf({ title: '\u{13000} and \u{13001}\u{13002}, \u{13000} again' })),
    'pdf',
    1,
  );
  expect(missing).toEqual(['\u{13000}', '\u{13001}', '\u{13002}']);
});

/** A font file as the first and only one of a collection. */
function collectionOf(sfnt: Uint8Array): Uint8Array {
  const file = Buffer.concat([Buffer.from('ttcf\0\x01\0\0\0\0\0\x01\0\0\0\x10', 'latin1'), sfnt]);
  for (let at = 0; at < file.readUInt16BE(16 + 4); at++) {
    const offset = 16 + 12 + 16 * at + 8;
    file.writeUInt32BE(file.readUInt32BE(offset) + 16, offset);
  }
  return file;
}

test.each(['alone', 'in a collection'])(
  'what the packaged fonts lack comes from a font of the machine, %s; files that are no fonts are passed over',
  async (how) => {
    const folder = scratchFolder();
    const [typeface, ...others] = figureFontSources();
    const maths = others.find(({ file }) => openFont(file(400)).has(0x2207))!;
    const sfnt = openFont(maths.file(400)).sfnt('Any');
    mkdirSync(join(folder, 'truetype', 'nanum'), { recursive: true });
    writeFileSync(join(folder, 'NotoSansCJK-Regular.ttc'), 'no font');
    const name = how === 'alone' ? 'NanumGothic.ttf' : 'wqy-microhei.ttc';
    writeFileSync(join(folder, 'truetype', 'nanum', name), how === 'alone' ? sfnt : collectionOf(sfnt));
    const asked: string[] = [];
    const machine = () =>
      machineFontSources([join(folder, 'none'), folder]).map((source) => ({
        ...source,
        file: (weight: 400 | 600) => (asked.push(source.family), source.file(weight)),
      }));
    expect(fittedFigure(drawing('plain'), [typeface], machine).fonts).toEqual([]);
    expect(asked).toEqual([]);
    const { fonts, missing } = fittedFigure(drawing('∇f \u{13000}'), [typeface], machine);
    expect(missing).toEqual(['\u{13000}']);
    expect(fonts).toHaveLength(1);
    expect(openFont(fonts[0]!.sfnt).has(0x2207)).toBe(true);
    expect(fittedFigure(drawing('∇f'), [typeface]).missing).toEqual(['∇']);
  },
);

test('fonts are read when a text needs them', async () => {
  const read: string[] = [];
  const sources = figureFontSources().map((source) => ({
    ...source,
    file: (weight: 400 | 600) => {
      read.push(source.family);
      return source.file(weight);
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
