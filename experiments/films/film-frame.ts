/** One frame of a film: pictures, what changes beside them, and the time line, on a ground that is drawn once. */
import type { RgbaImage } from '../drawing/colouring.ts';
import type { FilmLayout, Rectangle } from './film-layout.ts';
import { createGlyphSheet, type Colour, type GlyphSheet, type Rasterise } from '../figures/glyph-sheet.ts';
import { figureFamily } from '../figures/figure-type.ts';
import { frameInk, ink, ruleInk, secondInk } from '../figures/grid-style.ts';
import { formatCount } from '../text/number-format.ts';
import { element, escapeXml, textLine } from '../figures/svg-elements.ts';
import { shortenText } from '../figures/text-width.ts';

/** Everything of a film that stays the same. */
export interface FilmGround {
  readonly width: number;
  readonly height: number;
  readonly layout: FilmLayout;
  /** False draws no word. */
  readonly hasLabels: boolean;
  readonly title: string;
  readonly subtitle: string;
  /** Places that are in use, with the title over each; `truth` marks the true picture. */
  readonly panels: readonly { readonly row: number; readonly column: number; readonly title: string }[];
  /** Titles left of the rows; empty where rows have none. */
  readonly rowTitles: readonly string[];
  /** Program and date, at the lower right. */
  readonly provenance: string;
}

/** What one frame shows: pictures in the order of the panels, of the layout's rendered size. */
export interface FilmShot {
  /** Null leaves the panel empty. */
  readonly pictures: readonly (RgbaImage | null)[];
  /** Words under each picture. */
  readonly remarks: readonly string[];
  readonly epoch: number;
  /** Last epoch of the film, and how far the film is: 0 to 1. */
  readonly lastEpoch: number;
  readonly share: number;
}

/** Paints the frames of a film. */
export interface FilmPainter {
  /** A frame, opaque RGBA. The pixels belong to the caller. */
  paint(shot: FilmShot): RgbaImage;
}

/** A painter of frames; the ground and the characters are rasterised once. */
export async function createFilmPainter(ground: FilmGround, rasterise: Rasterise): Promise<FilmPainter> {
  const base = await rasterise(groundSvg(ground));
  const { type } = ground.layout;
  const [words, figures] = await Promise.all([
    createGlyphSheet(rasterise, Math.round(0.82 * type), 400),
    createGlyphSheet(rasterise, type, 600),
  ]);
  return {
    paint(shot) {
      const image = { width: base.width, height: base.height, bytes: new Uint8Array(base.bytes) };
      ground.panels.forEach((panel, at) => {
        const place = ground.layout.panel(panel.row, panel.column);
        const picture = shot.pictures[at];
        if (picture !== null) blit(image, picture, place, ground.layout.zoom);
        if (ground.hasLabels) drawRemark(image, words, place, shot.remarks[at], type);
      });
      if (ground.hasLabels) drawTime(image, figures, words, ground.layout, shot);
      return image;
    },
  };
}

function groundSvg(ground: FilmGround): string {
  const { width, height, layout, hasLabels } = ground;
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height, 'font-family': figureFamily },
    element('rect', { width, height, fill: '#ffffff' }),
    ...ground.panels.map(({ row, column }) => rim(layout.panel(row, column))),
    hasLabels ? labelsSvg(ground) : '',
  );
}

function rim({ x, y, width, height }: Rectangle): string {
  const outside = { x: x - 0.5, y: y - 0.5, width: width + 1, height: height + 1 };
  return element('rect', { ...outside, fill: '#f7f8f9', stroke: frameInk, 'stroke-width': 1 });
}

function labelsSvg(ground: FilmGround): string {
  const { layout, width } = ground;
  const { type, timeline } = layout;
  const left = timeline.x;
  const room = width - 2 * left;
  const value = { size: type, weight: 600, fill: ink } as const;
  const titles = ground.panels.map((panel) => {
    const { x, y, width: panelWidth } = layout.panel(panel.row, panel.column);
    const text = shortenText(panel.title, panelWidth, type, 600);
    return textLine(x + panelWidth / 2, y - 0.45 * type, text, { ...value, anchor: 'middle' });
  });
  const rows = ground.rowTitles.map((title, row) => {
    const { y, height } = layout.panel(row, 0);
    return textLine(layout.titleRight, y + height / 2 + type / 3, title, { ...value, anchor: 'end' });
  });
  const titleSize = Math.round(1.35 * type);
  const small = { size: Math.round(0.82 * type), fill: secondInk };
  return [
    textLine(left, 1.9 * type, shortenText(ground.title, room, titleSize, 600), {
      size: titleSize,
      weight: 600,
      fill: ink,
    }),
    textLine(left, 3.1 * type, shortenText(ground.subtitle, room, small.size), small),
    ...titles,
    ...rows,
    element('rect', { ...timeline, fill: ruleInk }),
    textLine(timeline.x + timeline.width, timeline.y - 0.6 * type, ground.provenance, {
      ...small,
      anchor: 'end',
    }),
    element('title', {}, escapeXml(ground.title)),
  ].join('');
}

const darkInk: Colour = [27, 29, 31];
const greyInk: Colour = [92, 97, 102];

function drawRemark(
  image: RgbaImage,
  sheet: GlyphSheet,
  place: Rectangle,
  remark: string,
  type: number,
): void {
  const x = place.x + (place.width - sheet.width(remark)) / 2;
  sheet.draw(image, Math.max(place.x, x), place.y + place.height + 1.05 * type, remark, greyInk);
}

function drawTime(
  image: RgbaImage,
  figures: GlyphSheet,
  words: GlyphSheet,
  { timeline, type }: FilmLayout,
  { epoch, lastEpoch, share }: FilmShot,
): void {
  const y = timeline.y - 0.6 * type;
  const now = `epoch ${formatCount(epoch)}`;
  figures.draw(image, timeline.x, y, now, darkInk);
  const after = timeline.x + figures.width(now) + 0.5 * type;
  words.draw(image, after, y, `of ${formatCount(lastEpoch)}`, greyInk);
  const end = timeline.x + Math.round(share * timeline.width);
  for (let row = timeline.y; row < timeline.y + timeline.height; row++) {
    for (let column = timeline.x; column < end; column++) {
      image.bytes.set(darkInk, 4 * (row * image.width + column));
    }
  }
}

/** Copies a picture, each pixel as a square of `zoom` pixels. */
function blit(image: RgbaImage, picture: RgbaImage, place: Rectangle, zoom: number): void {
  const target = new Uint32Array(image.bytes.buffer, image.bytes.byteOffset, image.width * image.height);
  const source = new Uint32Array(
    picture.bytes.buffer,
    picture.bytes.byteOffset,
    picture.width * picture.height,
  );
  const line = new Uint32Array(picture.width * zoom);
  for (let row = 0; row < picture.height; row++) {
    const from = source.subarray(row * picture.width, (row + 1) * picture.width);
    for (let column = 0; column < line.length; column++) line[column] = from[Math.floor(column / zoom)];
    for (let repeat = 0; repeat < zoom; repeat++) {
      target.set(line, (place.y + row * zoom + repeat) * image.width + place.x);
    }
  }
}
