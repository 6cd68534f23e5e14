/** Figures as files. */
import { comparisonGridSvg } from '../../../experiments/figures/comparison-grid.ts';
import { pdfFromSvg } from '../../../experiments/figures/figure-pdf.ts';
import { gridCaption } from '../../../experiments/figures/grid-caption.ts';
import type { GridFigure } from '../../../experiments/figures/grid-figure.ts';
import type { FigureFont } from '../../../experiments/figures/figure-type.ts';
import type { Recipe } from '../../../experiments/formats/recipe.ts';
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
import { machineFontSources } from './machine-fonts.ts';

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
  const figure = fittedFigure(drawing, figureFontSources(), machineFontSources);
  const { wasm, fonts } = rasteriserAssets();
  return { ...figure, assets: { wasm, fonts: [...fonts, ...figure.fonts.map(({ sfnt }) => sfnt)] } };
}

/** Says which letters are boxes; null where none is. */
export function missingLetters(missing: readonly string[]): string | null {
  if (missing.length === 0) return null;
  const [shown, more] = [missing.slice(0, 20).join(' '), missing.length > 20 ? ' and others' : ''];
  return `No font here has these letters, which are boxes in the figure: ${shown}${more}. SVG leaves them to the fonts of whoever looks.`;
}

/** What becomes a file: its SVG, and what files say of it. */
export interface Drawing {
  /** SVG with these fonts embedded. */
  svg(fonts: readonly FigureFont[]): string;
  readonly recipe: Recipe | null;
  readonly title: string;
  readonly subject: string;
  /** Program and version, and the day of drawing, "2026-11-20". */
  readonly program: string;
  readonly date: string;
}

/** A comparison grid as what becomes a file. */
export function gridDrawing(figure: GridFigure): Drawing {
  const { title, recipe, provenance } = figure;
  const svg = (fonts: readonly FigureFont[]): string => comparisonGridSvg(figure, fonts);
  const { program, date } = provenance;
  return { svg, recipe, title, subject: gridCaption(figure), program, date };
}

/** A figure as a file; `scale` is that of PNG, in pixels per CSS pixel. Throws FigureError where it would be too large. */
export async function figureFile(
  drawing: Drawing,
  format: FigureFormat,
  scale: number,
): Promise<FigureBytes> {
  if (format === 'svg') {
    const svg = withTextLengths(drawing.svg(figureFonts()), figureFontSources()[0]);
    return { bytes: new TextEncoder().encode(svg), missing: [] };
  }
  const { svg, fonts, missing, assets } = fitted(drawing.svg([]));
  if (format === 'png') return { bytes: await rasteriseSvg(svg, assets, scale, drawing.recipe), missing };
  const straight = await rightToLeftAsPaths(svg, assets);
  const bytes = await pdfFromSvg(straight, [...pdfFonts(), ...fonts], {
    title: drawing.title,
    subject: drawing.subject,
    creator: drawing.program,
    date: new Date(`${drawing.date}T00:00:00Z`),
  });
  return { bytes, missing };
}
