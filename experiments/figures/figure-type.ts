/** The typeface of figures, and how it is embedded. */
import { base64 } from './svg-elements.ts';
import type { FontWeight } from './text-width.ts';

/** Typeface of the figures; other sans-serifs step in where it is neither embedded nor installed. */
export const figureFamily = 'Source Sans 3';

/** The typeface and what steps in for it, as an attribute. */
export const families = `'${figureFamily}', 'Source Sans Pro', 'Helvetica Neue', Arial, sans-serif`;

/** A font file of the figures' typeface in WOFF2. */
export interface FigureFont {
  readonly weight: FontWeight;
  readonly woff2: Uint8Array;
}

/** A rule of CSS that embeds a font. */
export function fontFace({ weight, woff2 }: FigureFont): string {
  const source = `url(data:font/woff2;base64,${base64(woff2)}) format("woff2")`;
  return `@font-face{font-family:"${figureFamily}";font-weight:${weight};src:${source}}`;
}
