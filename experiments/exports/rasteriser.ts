/** SVG to PNG with injected renderer and fonts: the same pixels on any machine. */
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { figureFamily } from './comparison-grid.ts';
import { pngWithOptions } from './png.ts';
import type { Recipe } from './recipe.ts';

/** What rasterising needs beside the figure; nothing is read from disk or network. */
export interface RasteriserAssets {
  /** index_bg.wasm of @resvg/resvg-wasm; used by the first call of a process alone. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** WOFF2 or TrueType files; the first ones hold the figures' typeface, further ones other scripts. */
  readonly fonts: readonly Uint8Array[];
}

/** Largest side of a picture, pixels. */
const longestSide = 32_767;

let started: Promise<void> | undefined;

/**
 * PNG of an SVG figure at so many pixels per CSS pixel, with the recipe and the printed size inside. Throws RangeError
 * where a side would be longer than 32,767 pixels.
 */
export async function rasteriseSvg(
  svg: string,
  assets: RasteriserAssets,
  scale: number,
  recipe: Recipe | null,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!(scale > 0 && scale <= 8)) throw new RangeError(`scale must be above 0 and at most 8, is ${scale}`);
  started ??= initWasm(assets.wasm);
  await started;
  const resvg = new Resvg(svg, {
    font: { fontBuffers: [...assets.fonts], defaultFontFamily: figureFamily, sansSerifFamily: figureFamily },
    fitTo: { mode: 'zoom', value: scale },
  });
  try {
    if (Math.max(resvg.width, resvg.height) * scale > longestSide) {
      throw new RangeError(`the picture would be longer than ${longestSide} pixels: smaller cells fit`);
    }
    const rendered = resvg.render();
    const png = rendered.asPng();
    rendered.free();
    return pngWithOptions(png, recipe === null ? { scale } : { scale, recipe });
  } finally {
    resvg.free();
  }
}
