/** Text that changes with every frame of a film: each character is rasterised once, then stamped where it is needed. */
import type { RgbaImage } from '../drawing/colouring.ts';
import { figureFamily } from './figure-type.ts';
import { element, textLine } from './svg-elements.ts';
import { textWidth, type FontWeight } from './text-width.ts';

/** Characters of numbers and of the words that films print. */
const characters = [...'0123456789,.:–−-+% abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** Turns an SVG text into pixels. */
export type Rasterise = (svg: string) => Promise<RgbaImage>;

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** Characters drawn once, to be put into pictures. */
export interface GlyphSheet {
  /** Width of a text in pixels. */
  width(text: string): number;
  /** Draws a text into opaque RGBA, its baseline at y; characters that the sheet lacks are left out. */
  draw(image: RgbaImage, x: number, y: number, text: string, colour: Colour): void;
}

/** A sheet of one size (pixels) and weight. */
export async function createGlyphSheet(
  rasterise: Rasterise,
  size: number,
  weight: FontWeight,
): Promise<GlyphSheet> {
  const cell = Math.ceil(1.6 * size);
  const baseline = Math.ceil(1.1 * size);
  const inset = Math.ceil(0.3 * size);
  const svg = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: cell * characters.length,
      height: cell,
      'font-family': figureFamily,
    },
    ...characters.map((character, at) =>
      textLine(at * cell + inset, baseline, character, { size, weight, fill: '#000000' }),
    ),
  );
  const sheet = await rasterise(svg);
  const places = new Map(characters.map((character, at) => [character, at * cell]));
  return {
    width: (text) => textWidth(text, size, weight),
    draw(image, x, y, text, colour) {
      let pen = x;
      for (const character of text) {
        const place = places.get(character);
        if (place !== undefined) {
          const corner = { x: Math.round(pen) - inset, y: Math.round(y) - baseline };
          stamp(image, corner, { sheet, place, cell }, colour);
        }
        pen += textWidth(character, size, weight);
      }
    },
  };
}

interface Glyph {
  readonly sheet: RgbaImage;
  /** Left edge of the character's square of `cell` pixels in the sheet. */
  readonly place: number;
  readonly cell: number;
}

function stamp(
  image: RgbaImage,
  corner: { readonly x: number; readonly y: number },
  { sheet, place, cell }: Glyph,
  colour: Colour,
): void {
  for (let row = Math.max(0, -corner.y); row < Math.min(cell, image.height - corner.y); row++) {
    for (let column = Math.max(0, -corner.x); column < Math.min(cell, image.width - corner.x); column++) {
      const opacity = sheet.bytes[4 * (row * sheet.width + place + column) + 3] / 255;
      if (opacity === 0) continue;
      const at = 4 * ((corner.y + row) * image.width + corner.x + column);
      for (let channel = 0; channel < 3; channel++) {
        const below = image.bytes[at + channel];
        image.bytes[at + channel] = Math.round(below + (colour[channel] - below) * opacity);
      }
    }
  }
}
