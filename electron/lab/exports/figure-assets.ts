/** Fonts and the rasteriser of exported figures, from the packages that carry them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FigureFont } from '../../../experiments/figures/comparison-grid.ts';
import type { PdfFont } from '../../../experiments/figures/figure-pdf.ts';
import type { RasteriserAssets } from '../../../experiments/figures/rasteriser.ts';

const require = createRequire(import.meta.url);

function packageFile(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(require.resolve(path)));
}

/** The two weights of the figures' typeface, for embedding into SVG. */
export function figureFonts(): FigureFont[] {
  const file = (weight: number): string =>
    `@fontsource/source-sans-3/files/source-sans-3-latin-${weight}-normal.woff2`;
  return [
    { weight: 400, woff2: packageFile(file(400)) },
    { weight: 600, woff2: packageFile(file(600)) },
  ];
}

/** The same for PDF, whose library cuts WOFF2 files down wrongly. */
export function pdfFonts(): PdfFont[] {
  return ([400, 600] as const).map((weight) => ({
    weight,
    bytes: packageFile(`@fontsource/source-sans-3/files/source-sans-3-latin-${weight}-normal.woff`),
  }));
}

/** What rasterising an SVG needs. */
export function rasteriserAssets(): RasteriserAssets {
  const fonts = ['latin', 'latin-ext', 'greek'].flatMap((script) =>
    [400, 600].map((weight) =>
      packageFile(`@fontsource/source-sans-3/files/source-sans-3-${script}-${weight}-normal.woff2`),
    ),
  );
  return { wasm: packageFile('@resvg/resvg-wasm/index_bg.wasm'), fonts };
}
