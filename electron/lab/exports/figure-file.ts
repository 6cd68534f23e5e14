/** Comparison grids as files. */
import { comparisonGridSvg } from '../../../experiments/figures/comparison-grid.ts';
import { pdfFromSvg } from '../../../experiments/figures/figure-pdf.ts';
import { gridCaption } from '../../../experiments/figures/grid-caption.ts';
import type { GridFigure } from '../../../experiments/figures/grid-figure.ts';
import type { RgbaImage } from '../../../experiments/drawing/colouring.ts';
import {
  fittedFigure,
  withTextLengths,
  type FittedFigure,
} from '../../../experiments/figures/fitted-fonts.ts';
import {
  pixelsFromSvg,
  rasteriseSvg,
  rightToLeftAsPaths,
  type RasteriserAssets,
} from '../../../experiments/figures/rasteriser.ts';
import { figureFonts, figureFontSources, pdfFonts, rasteriserAssets } from './figure-assets.ts';

export const figureFormats = ['png', 'svg', 'pdf'] as const;
/** Format of a figure's file. */
export type FigureFormat = (typeof figureFormats)[number];

/** Media type of each format. */
export const figureTypes: Readonly<Record<FigureFormat, string>> = {
  png: 'image/png',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
};

/** A figure as a file, and the letters that no font has: they are boxes in it. */
export interface FigureBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly missing: readonly string[];
}

/** Pixels of an SVG drawing in the figures' typeface, one for each CSS pixel; every letter in a font that has it. */
export function figurePixels(drawing: string): Promise<RgbaImage> {
  const { svg, assets } = fitted(drawing);
  return pixelsFromSvg(svg, assets);
}

function fitted(drawing: string): FittedFigure & { readonly assets: RasteriserAssets } {
  const figure = fittedFigure(drawing, figureFontSources());
  const { wasm, fonts } = rasteriserAssets();
  return { ...figure, assets: { wasm, fonts: [...fonts, ...figure.fonts.map(({ sfnt }) => sfnt)] } };
}

/** Says which letters are boxes; null where none is. */
export function missingLetters(missing: readonly string[]): string | null {
  if (missing.length === 0) return null;
  const [shown, more] = [missing.slice(0, 20).join(' '), missing.length > 20 ? ' and others' : ''];
  return `No font here has these letters, which are boxes in the figure: ${shown}${more}. SVG leaves them to the fonts of whoever looks.`;
}

/** A figure as a file; `scale` is that of PNG, in pixels per CSS pixel. Throws FigureError where it would be too large. */
export async function figureFile(
  figure: GridFigure,
  format: FigureFormat,
  scale: number,
): Promise<FigureBytes> {
  if (format === 'svg') {
    const drawing = withTextLengths(comparisonGridSvg(figure, figureFonts()), figureFontSources()[0]);
    return { bytes: new TextEncoder().encode(drawing), missing: [] };
  }
  const { svg, fonts, missing, assets } = fitted(comparisonGridSvg(figure));
  if (format === 'png') return { bytes: await rasteriseSvg(svg, assets, scale, figure.recipe), missing };
  const { title, provenance } = figure;
  const straight = await rightToLeftAsPaths(svg, assets);
  const bytes = await pdfFromSvg(straight, [...pdfFonts(), ...fonts], {
    title,
    subject: gridCaption(figure),
    creator: provenance.program,
    date: new Date(`${provenance.date}T00:00:00Z`),
  });
  return { bytes, missing };
}
