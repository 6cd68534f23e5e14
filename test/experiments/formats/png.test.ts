import fc from 'fast-check';
import { decode } from 'fast-png';
import { zlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { ImportError } from '../../../experiments/formats/import-error.ts';
import { encodeChunks, parseChunks } from '../../../experiments/formats/png-chunks.ts';
import { encodePng, pngWithOptions, recipeFromPng } from '../../../experiments/formats/png.ts';
import type { Recipe } from '../../../experiments/formats/recipe.ts';
import type { RgbaImage } from '../../../experiments/drawing/colouring.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';

const recipe: Recipe = {
  format: 'creasebook recipe',
  version: 1,
  program: 'Creasebook 0.1.0',
  drawing: { kind: 'grid', options: { map: 'grey', cellSize: 220 } },
  entry: { id: '2026-11-20-ring-k3f9', title: 'Ring — 5000 → 312 点' },
  cells: [{ id: '0123456789abcdef', label: '[30]*30, 312 points, seed 1', epoch: 6000 }],
  sweep: 'name: "ring\n…"\n',
};

function image(width: number, height: number, colour: (at: number, channel: number) => number): RgbaImage {
  const bytes = Uint8Array.from({ length: 4 * width * height }, (_, at) => colour(at >> 2, at & 3));
  return { width, height, bytes };
}

const grey = image(5, 3, (pixel, channel) => (channel === 3 ? 255 : pixel * 17));

/** An iTXt chunk as other programs write them. */
function foreignText(keyword: string, flag: number, body: Uint8Array): { type: string; data: Uint8Array } {
  const head = [
    ...new TextEncoder().encode(keyword),
    0,
    flag,
    0,
    ...new TextEncoder().encode('en'),
    0,
    120,
    0,
  ];
  return { type: 'iTXt', data: Uint8Array.from([...head, ...body]) };
}

function withChunk(chunk: { type: string; data: Uint8Array }): Uint8Array {
  const [header, ...rest] = parseChunks(encodePng(grey));
  return encodeChunks([header, chunk, ...rest]);
}

describe('PNG', () => {
  test.each([
    ['grey', 1, grey],
    ['RGB', 3, image(7, 9, (pixel, channel) => (channel === 3 ? 255 : (pixel * 31 + channel * 70) & 255))],
    ['RGBA', 4, image(64, 65, (pixel, channel) => (pixel * (channel + 3)) & 255)],
    ['one pixel', 1, image(1, 1, (_, channel) => (channel === 3 ? 255 : 9))],
    [
      'a slope',
      3,
      image(50, 40, (pixel, channel) => (channel === 3 ? 255 : ((pixel % 50) * 5 + channel) & 255)),
    ],
  ])('%s pixels come back through an independent decoder', (_, channels, picture) => {
    const decoded = decode(encodePng(picture));
    expect([decoded.width, decoded.height, decoded.channels, decoded.depth]).toEqual([
      picture.width,
      picture.height,
      channels,
      8,
    ]);
    decoded.data.forEach((value, at) => {
      expect(value).toBe(picture.bytes[4 * Math.floor(at / channels) + (at % channels)]);
    });
  });

  test('a recipe in any script comes back, beside the printed size', () => {
    const png = encodePng(grey, { recipe, scale: 2 });
    expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
    expect(recipeFromPng(png)).toEqual(recipe);
    expect(decode(png).resolution).toEqual({ x: 7559, y: 7559, unit: 1 });
  });

  test('options are put into a finished file and replace earlier ones', () => {
    const once = pngWithOptions(encodePng(grey), { recipe, scale: 1 });
    const twice = pngWithOptions(once, { recipe: { ...recipe, sweep: null }, scale: 2 });
    expect(recipeFromPng(twice)).toEqual({ ...recipe, sweep: null });
    expect(parseChunks(twice).map(({ type }) => type)).toEqual(['IHDR', 'pHYs', 'iTXt', 'IDAT', 'IEND']);
    expect(decode(twice).data).toEqual(decode(encodePng(grey)).data);
  });

  test('a picture without a recipe has none', () => {
    expect(recipeFromPng(encodePng(grey))).toBeUndefined();
    expect(recipeFromPng(withChunk(foreignText('Comment', 0, new Uint8Array(3))))).toBeUndefined();
  });

  test('recipes with a language and compression are read', () => {
    const body = new TextEncoder().encode(JSON.stringify(recipe));
    expect(recipeFromPng(withChunk(foreignText('Creasebook', 0, body)))).toEqual(recipe);
    expect(recipeFromPng(withChunk(foreignText('Creasebook', 1, zlibSync(body))))).toEqual(recipe);
  });

  test.each([
    ['a bomb', 1, zlibSync(new Uint8Array(30_000_000)), 'longer than 262144 bytes'],
    ['a long text', 0, new Uint8Array(300_000), 'longer than 262144 bytes'],
    ['broken compression', 1, Uint8Array.from([1, 2, 3]), 'cannot be unpacked'],
    ['Latin-1', 0, Uint8Array.from([0xe9, 0x22]), 'not UTF-8'],
    ['no JSON', 0, new TextEncoder().encode('{'), 'not JSON'],
    ['another format', 0, new TextEncoder().encode('{"format":"x"}'), 'cannot be read: format'],
    ['a newer version', 0, new TextEncoder().encode(JSON.stringify({ ...recipe, version: 2 })), 'version'],
    ['a list', 0, new TextEncoder().encode('[]'), 'cannot be read'],
  ])('%s in place of the recipe is refused', (_, flag, body, message) => {
    const png = withChunk(foreignText('Creasebook', flag, body));
    expect(() => recipeFromPng(png)).toThrow(ImportError);
    expect(() => recipeFromPng(png)).toThrow(message);
  });

  test('a cut text chunk is refused', () => {
    const data = new TextEncoder().encode('Creasebook\0\0\0en');
    expect(() => recipeFromPng(withChunk({ type: 'iTXt', data }))).toThrow('is cut');
  });

  test('every cut and every changed byte gives an ImportError', () => {
    const png = encodePng(grey, { recipe });
    for (let length = 0; length < png.length; length++) {
      expect(() => recipeFromPng(png.subarray(0, length)), `cut at ${length}`).toThrow(ImportError);
    }
    fc.assert(
      fc.property(fc.nat(png.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = png.slice();
        damaged[at] ^= change;
        expect(() => recipeFromPng(damaged)).toThrow(ImportError);
      }),
      { numRuns: fuzzRuns(500) },
    );
  });

  test('other files are not PNG', () => {
    expect(() => recipeFromPng(new TextEncoder().encode('<svg/>'))).toThrow('not a PNG file');
  });

  test('bytes that do not fill the picture are refused', () => {
    expect(() => encodePng({ width: 2, height: 2, bytes: new Uint8Array(12) })).toThrow(
      'has 16 bytes, not 12',
    );
  });
});
