/** SVG to pixels with injected renderer and fonts: the same pixels on any machine. */
import type { Resvg } from '@resvg/resvg-wasm';
import type { RgbaImage } from '../drawing/colouring.ts';
import { figureFamily } from './figure-type.ts';
import { rightToLeft } from './fitted-fonts.ts';
import { FigureError } from './figure-error.ts';
import { pngWithOptions } from '../formats/png.ts';
import type { Recipe } from '../formats/recipe.ts';

/** What rasterising needs beside the figure; nothing is read from disk or network. */
export interface RasteriserAssets {
  /** index_bg.wasm of @resvg/resvg-wasm; used by the first call of a process alone. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** WOFF2 or TrueType files; the first ones hold the figures' typeface, further ones other scripts. */
  readonly fonts: readonly Uint8Array[];
}

/** Limits of a picture: longer sides fail silently in browsers, more pixels need too much memory. */
const maxSide = 32_767;
const maxPixels = 150_000_000;

let started: Promise<typeof Resvg> | undefined;

/**
 * PNG of an SVG figure at so many pixels per CSS pixel, with the recipe and the printed size inside. Throws FigureError
 * where it would be too large.
 */
export async function rasteriseSvg(
  svg: string,
  assets: RasteriserAssets,
  scale: number,
  recipe: Recipe | null,
): Promise<Uint8Array<ArrayBuffer>> {
  const png = await rendered(svg, assets, scale, (image) => image.asPng());
  return pngWithOptions(png, recipe === null ? { scale } : { scale, recipe });
}

/** Pixels of an SVG figure, one for each CSS pixel. Colours of translucent pixels are multiplied by their alpha. */
export function pixelsFromSvg(svg: string, assets: RasteriserAssets): Promise<RgbaImage> {
  return rendered(svg, assets, 1, ({ width, height, pixels }) => ({ width, height, bytes: pixels }));
}

/** The figure with every text in which letters run from right to left as outlines: placed and joined as in the PNG. */
export async function rightToLeftAsPaths(svg: string, assets: RasteriserAssets): Promise<string> {
  if (!rightToLeft.test(svg)) return svg;
  const Rasteriser = await start(assets);
  const [, head = ''] = /^(<svg[^>]*>)/.exec(svg) ?? [];
  return svg.replaceAll(/<text[^>]*>[^<]*<\/text>/g, (text) => {
    if (!rightToLeft.test(text)) return text;
    const resvg = new Rasteriser(`${head}${text}</svg>`, { font: fontOptions(assets) });
    const outlines = /^<svg[^>]*>([^]*)<\/svg>\s*$/.exec(resvg.toString())?.[1] ?? '';
    resvg.free();
    return outlines;
  });
}

function fontOptions({ fonts }: RasteriserAssets): object {
  return { fontBuffers: [...fonts], defaultFontFamily: figureFamily, sansSerifFamily: figureFamily };
}

/** The rasteriser, loaded by the first figure of a process. */
function start({ wasm }: RasteriserAssets): Promise<typeof Resvg> {
  started ??= import('@resvg/resvg-wasm').then(async (rasteriser) => {
    await rasteriser.initWasm(wasm);
    return rasteriser.Resvg;
  });
  return started;
}

async function rendered<Result>(
  svg: string,
  assets: RasteriserAssets,
  scale: number,
  use: (image: ReturnType<InstanceType<typeof Resvg>['render']>) => Result,
): Promise<Result> {
  if (!(scale > 0 && scale <= 8)) throw new FigureError(`scale must be above 0 and at most 8, is ${scale}`);
  const Rasteriser = await start(assets);
  const resvg = new Rasteriser(svg, {
    font: fontOptions(assets),
    fitTo: { mode: 'zoom', value: scale },
  });
  try {
    const width = Math.ceil(resvg.width * scale);
    const height = Math.ceil(resvg.height * scale);
    if (Math.max(width, height) > maxSide || width * height > maxPixels) {
      throw new FigureError(
        `a picture of ${width} x ${height} pixels is too large: take smaller cells or SVG`,
      );
    }
    const image = resvg.render();
    const result = use(image);
    image.free();
    return result;
  } finally {
    resvg.free();
  }
}
