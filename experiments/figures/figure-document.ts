/** The outermost element of every figure: size, words for those who do not see it, recipe, fonts, white paper. */
import { encodeRecipe, type Recipe } from '../formats/recipe.ts';
import { families, fontFace, type FigureFont } from './figure-type.ts';
import { coordinate, element, escapeXml } from './svg-elements.ts';

/** What a figure says of itself; sides in pixels. */
export interface FigureFacts {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Its caption, for those who do not see it. */
  readonly description: string;
  readonly recipe: Recipe | null;
  /** Embedded for browsers; may be none. */
  readonly fonts: readonly FigureFont[];
}

/** SVG of a figure with `parts` on white paper. */
export function figureDocument(facts: FigureFacts, ...parts: readonly string[]): string {
  const { width, height, title, description, recipe, fonts } = facts;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${coordinate(width)} ${coordinate(height)}`,
      'font-family': families,
      role: 'img',
    },
    element('title', {}, escapeXml(title)),
    element('desc', {}, escapeXml(description)),
    recipe === null ? '' : element('metadata', {}, escapeXml(encodeRecipe(recipe))),
    fonts.length === 0 ? '' : element('style', {}, fonts.map(fontFace).join('')),
    element('rect', { width, height, fill: '#ffffff' }),
    ...parts,
  );
}
