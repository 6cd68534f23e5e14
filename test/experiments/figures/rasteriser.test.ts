import { readFileSync } from 'node:fs';
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { comparisonGridSvg } from '../../../experiments/figures/comparison-grid.ts';
import { FigureError } from '../../../experiments/figures/figure-error.ts';
import { recipeFromPng } from '../../../experiments/formats/png.ts';
import { rasteriseSvg, type RasteriserAssets } from '../../../experiments/figures/rasteriser.ts';
import { figureOf } from './sample-figures.ts';

function moduleFile(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`../../../node_modules/${path}`, import.meta.url)));
}

const assets: RasteriserAssets = {
  wasm: moduleFile('@resvg/resvg-wasm/index_bg.wasm'),
  fonts: [400, 600].map((weight) =>
    moduleFile(`@fontsource/source-sans-3/files/source-sans-3-latin-${weight}-normal.woff2`),
  ),
};

test('a figure becomes a PNG of its size times the scale, recipe and printed size inside', async () => {
  const figure = figureOf();
  const svg = comparisonGridSvg(figure);
  const [, width, height] = (/ width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []).map(Number);
  for (const scale of [1, 2]) {
    const png = await rasteriseSvg(svg, assets, scale, figure.recipe);
    const decoded = decode(png);
    expect([decoded.width, decoded.height]).toEqual([Math.ceil(width * scale), Math.ceil(height * scale)]);
    expect(decoded.resolution?.x).toBe(Math.round(96 * scale * 39.37007874015748));
    expect(recipeFromPng(png)).toEqual(figure.recipe);
  }
});

/** Share of dark pixels in a picture of one line of text. */
async function inkOf(weight: number, fonts: RasteriserAssets['fonts']): Promise<number> {
  const text = `<text x="4" y="20" font-family="'Source Sans 3'" font-weight="${weight}" font-size="16">Polytopes 0.0123</text>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="140" height="30"><rect width="140" height="30" fill="#fff"/>${text}</svg>`;
  const { data, channels } = decode(await rasteriseSvg(svg, { ...assets, fonts }, 1, null));
  let dark = 0;
  for (let at = 0; at < data.length; at += channels) dark += 255 - data[at];
  return dark / 255 / (140 * 30);
}

test('text is drawn with the fonts that are given, in both weights, and the same way every time', async () => {
  const regular = await inkOf(400, assets.fonts);
  expect(regular).toBeGreaterThan(0.05);
  expect(await inkOf(600, assets.fonts)).toBeGreaterThan(1.15 * regular);
  expect(await inkOf(400, assets.fonts)).toBe(regular);
  expect(await inkOf(400, [])).toBe(0);
});

test('pictures that are too large and absurd scales are refused', async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="20000" height="20"/>';
  await expect(rasteriseSvg(svg, assets, 2, null)).rejects.toThrow(FigureError);
  await expect(rasteriseSvg(svg, assets, 0, null)).rejects.toThrow('scale must be');
  await expect(rasteriseSvg(svg, assets, NaN, null)).rejects.toThrow(FigureError);
});
