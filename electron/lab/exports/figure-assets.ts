/** Fonts and the rasteriser of exported figures, from the packages that carry them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FigureFont } from '../../../experiments/figures/figure-type.ts';
import type { PdfFont } from '../../../experiments/figures/figure-pdf.ts';
import type { FontSource } from '../../../experiments/figures/fitted-fonts.ts';
import type { FontWeight } from '../../../experiments/figures/text-width.ts';
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

/** Where letters come from that the figures' typeface does not have in its Latin file, in order. */
const scripts: readonly (readonly [path: string, weights: readonly FontWeight[]])[] = [
  ...['latin', 'latin-ext', 'greek', 'cyrillic', 'vietnamese', 'greek-ext', 'cyrillic-ext'].map(
    (script) => [`source-sans-3/files/source-sans-3-${script}`, [400, 600]] as const,
  ),
  ['noto-sans-hebrew/files/noto-sans-hebrew-hebrew', [400, 600]],
  ['noto-sans-arabic/files/noto-sans-arabic-arabic', [400, 600]],
  ['noto-sans-math/files/noto-sans-math-latin', [400]],
  ['noto-sans-symbols/files/noto-sans-symbols-symbols', [400, 600]],
];

/** Fonts for the letters of a figure; each file is read when a text needs it. */
export function figureFontSources(): FontSource[] {
  return scripts.map(([path, weights], at) => ({
    family: `figure ${at}`,
    file: (weight) =>
      packageFile(`@fontsource/${path}-${weights.includes(weight) ? weight : weights[0]}-normal.woff`),
  }));
}

/** What rasterising an SVG needs. */
export function rasteriserAssets(): RasteriserAssets {
  const fonts = [400, 600].map((weight) =>
    packageFile(`@fontsource/source-sans-3/files/source-sans-3-latin-${weight}-normal.woff2`),
  );
  return { wasm: packageFile('@resvg/resvg-wasm/index_bg.wasm'), fonts };
}
