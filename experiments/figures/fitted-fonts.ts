/** Fonts for the letters of a figure: each stretch of a text in the first font that has it. */
import { coordinate, escapeXml } from './svg-elements.ts';
import type { FontWeight } from './text-width.ts';
import { openFont, type FontFile } from './font-file.ts';

/** A family of fonts that is read when a text needs it. */
export interface FontSource {
  /** A name of our own, without quotes. */
  readonly family: string;
  /** Bytes of its font file in a weight. */
  file(weight: FontWeight): Uint8Array;
}

/** A font that a figure needs beside its typeface. */
export interface FittedFont {
  readonly family: string;
  readonly weight: FontWeight;
  /** TrueType or OpenType file. */
  readonly sfnt: Uint8Array<ArrayBuffer>;
}

/** A figure whose texts name the fonts that have their letters. */
export interface FittedFigure {
  readonly svg: string;
  readonly fonts: readonly FittedFont[];
  /** Letters that no font has: they are drawn as boxes. */
  readonly missing: readonly string[];
}

/** Letters that show nothing by themselves: marks of direction, soft hyphens, spaces without width, variants. */
const invisible = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]|\u034f|[\ufe00-\ufe0f]/gu;
const textElement = /<text((?: [a-z-]+="[^"]*")*)>([^<]*)<\/text>/g;

/**
 * The figure with the first of some sources for each letter; the first one is its own typeface. `machine` names fonts that
 * may step in where none of them has a letter; it is asked once, when a letter needs it, and what cannot be read as a font
 * is passed over.
 */
export function fittedFigure(
  svg: string,
  sources: readonly FontSource[],
  machine: () => readonly FontSource[] = () => [],
): FittedFigure {
  const opened = new Map<string, FontFile>();
  const fontOf = (source: FontSource, weight: FontWeight): FontFile => {
    const key = `${source.family} ${weight}`;
    const font = opened.get(key) ?? openFont(source.file(weight));
    opened.set(key, font);
    return font;
  };
  let ofMachine: readonly FontSource[] | null = null;
  const machineSourceOf = (code: number, weight: FontWeight): FontSource | undefined => {
    ofMachine ??= machine();
    return ofMachine.find((source) => {
      try {
        return fontOf(source, weight).has(code);
      } catch {
        return false;
      }
    });
  };
  const fonts = new Map<string, FittedFont>();
  const missing = new Set<string>();
  const sourceOf = (letter: string, weight: FontWeight, before: FontSource): FontSource => {
    const code = letter.codePointAt(0) ?? 0;
    // Marks and spaces stay in the font of the letter before them where that has them.
    const order = /[\p{M}\p{Z}\u200c\u200d]/u.test(letter) ? [before, ...sources] : sources;
    const known = order.find((source) => fontOf(source, weight).has(code));
    const isJoiner = /[\u200c\u200d]/.test(letter);
    const found = known ?? (isJoiner ? undefined : machineSourceOf(code, weight));
    if (found === undefined && !isJoiner) missing.add(letter);
    return found ?? before;
  };
  const nameOf = (source: FontSource, weight: FontWeight): string | null => {
    if (source === sources[0]) return null;
    const key = `${source.family} ${weight}`;
    if (!fonts.has(key)) fonts.set(key, { family: key, weight, sfnt: fontOf(source, weight).sfnt(key) });
    return key;
  };
  const fitted = svg.replaceAll(textElement, (whole, attributes: string, escaped: string) => {
    const weight: FontWeight = attributes.includes(' font-weight="600"') ? 600 : 400;
    const text = plainText(escaped).replaceAll(invisible, '');
    const runs = runsOf(text, (letter, before) => sourceOf(letter, weight, before ?? sources[0]));
    if (runs.every(({ source }) => source === sources[0]))
      return text === escaped ? whole : textElementOf(attributes, text);
    const width = (run: Run): number => widthOf(run.text, fontOf(run.source, weight));
    return runs
      .map((run, at) => {
        const before = runs.slice(0, at).reduce((sum, one) => sum + width(one), 0);
        const all = runs.reduce((sum, one) => sum + width(one), 0);
        return textAt(attributes, run, nameOf(run.source, weight), { before, own: width(run), all });
      })
      .join('');
  });
  return { svg: fitted, fonts: [...fonts.values()], missing: [...missing] };
}

/**
 * The figure with the width of every text that its typeface has the letters of: where another font stands in for it, the
 * letters are drawn narrower or wider, and captions keep their room.
 */
export function withTextLengths(svg: string, typeface: FontSource): string {
  const fonts = new Map<FontWeight, FontFile>();
  return svg.replaceAll(textElement, (whole, attributes: string, escaped: string) => {
    const weight: FontWeight = attributes.includes(' font-weight="600"') ? 600 : 400;
    const font = fonts.get(weight) ?? openFont(typeface.file(weight));
    fonts.set(weight, font);
    const text = plainText(escaped);
    const size = Number(/ font-size="([^"]*)"/.exec(attributes)?.[1] ?? NaN);
    if (Number.isNaN(size) || [...text].length < 2) return whole;
    if (![...text].every((letter) => font.has(letter.codePointAt(0) ?? 0))) return whole;
    const length = coordinate(size * widthOf(text, font));
    return `<text${attributes} textLength="${length}" lengthAdjust="spacingAndGlyphs">${escaped}</text>`;
  });
}

/** Letters of scripts that run from right to left. */
export const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Arabic letters take about so much of their width when they are joined. */
const joined = 0.72;

/** Letters side by side that are set in one font. */
interface Run {
  readonly source: FontSource;
  readonly text: string;
}

function runsOf(
  text: string,
  sourceOf: (letter: string, before: FontSource | undefined) => FontSource,
): Run[] {
  const runs: Run[] = [];
  for (const letter of text) {
    const last = runs.at(-1);
    const source = sourceOf(letter, last?.source);
    if (last?.source === source) runs[runs.length - 1] = { source, text: last.text + letter };
    else runs.push({ source, text: letter });
  }
  return runs;
}

function widthOf(text: string, font: FontFile): number {
  const advance = (letter: string): number =>
    /[\u200c\u200d]/.test(letter) ? 0 : font.advance(letter.codePointAt(0) ?? 0);
  return [...text].reduce(
    (sum, letter) => sum + advance(letter) * (/\p{Script=Arabic}/u.test(letter) ? joined : 1),
    0,
  );
}

/**
 * A run as a text of its own, widths in ems. Renderers that find letters of several fonts in one text expect the same
 * number of glyphs from each, which accents break. What runs from right to left joins its letters and becomes narrower: it
 * stands in the middle of its room.
 */
function textAt(
  attributes: string,
  run: Run,
  family: string | null,
  { before, own, all }: { readonly before: number; readonly own: number; readonly all: number },
): string {
  const numberOf = (name: string): number =>
    Number(new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1] ?? 0);
  const anchor = / text-anchor="([a-z]+)"/.exec(attributes)?.[1] ?? 'start';
  const share = anchor === 'end' ? 1 : anchor === 'middle' ? 0.5 : 0;
  const isTurned = rightToLeft.test(run.text);
  const x = numberOf('x') + numberOf('font-size') * (before + (isTurned ? own / 2 : 0) - share * all);
  const others = attributes.replaceAll(/ (?:x|text-anchor)="[^"]*"/g, '');
  const middle = isTurned ? ' text-anchor="middle"' : '';
  const font = family === null ? '' : ` font-family="${family}"`;
  return textElementOf(` x="${coordinate(x)}"${others}${middle}${font} xml:space="preserve"`, run.text);
}

function textElementOf(attributes: string, text: string): string {
  return `<text${attributes}>${escapeXml(text)}</text>`;
}

/** Text of an element as escapeXml wrote it. */
function plainText(escaped: string): string {
  return escaped.replaceAll(/&#(\d+);/g, (_whole, code: string) => String.fromCodePoint(Number(code)));
}
