/** Comparison grids as files. */
import { comparisonGridSvg } from '../../../experiments/figures/comparison-grid.ts';
import { pdfFromSvg } from '../../../experiments/figures/figure-pdf.ts';
import { gridCaption } from '../../../experiments/figures/grid-caption.ts';
import type { GridFigure } from '../../../experiments/figures/grid-figure.ts';
import { rasteriseSvg } from '../../../experiments/figures/rasteriser.ts';
import { figureFonts, pdfFonts, rasteriserAssets } from './figure-assets.ts';

export const figureFormats = ['png', 'svg', 'pdf'] as const;
/** Format of a figure's file. */
export type FigureFormat = (typeof figureFormats)[number];

/** Media type of each format. */
export const figureTypes: Readonly<Record<FigureFormat, string>> = {
  png: 'image/png',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
};

/** Bytes of a figure; `scale` is that of PNG, in pixels per CSS pixel. Throws FigureError where it would be too large. */
export async function figureFile(
  figure: GridFigure,
  format: FigureFormat,
  scale: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (format === 'svg') return new TextEncoder().encode(comparisonGridSvg(figure, figureFonts()));
  const svg = comparisonGridSvg(figure);
  if (format === 'png') return rasteriseSvg(svg, rasteriserAssets(), scale, figure.recipe);
  const { title, provenance } = figure;
  return pdfFromSvg(svg, pdfFonts(), {
    title,
    subject: gridCaption(figure),
    creator: provenance.program,
    date: new Date(`${provenance.date}T00:00:00Z`),
  });
}
