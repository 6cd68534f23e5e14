/** Colours as the 32-bit words that canvases take, and tables of them. */
import { colourTable, type ColourMapName } from '../../experiments/drawing/colour-map.ts';

/** Whether the least significant byte of a word comes first, as on every machine that browsers run on today. */
const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** An opaque pixel. */
export function colourWord(red: number, green: number, blue: number): number {
  return littleEndian
    ? (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0
    : ((red << 24) | (green << 16) | (blue << 8) | 0xff) >>> 0;
}

/** Steps of the opacity of creases. */
export const inkLevels = 16;

/** Lines are nearly black on light ground and nearly white on dark ground, as in exported figures. */
const darkLine = 16;
const lightLine = 240;

type Colour = readonly [number, number, number];

/** A colour with a crease of some opacity (0 to 1) on it. */
export function inkedWord([red, green, blue]: Colour, opacity: number): number {
  const line = 299 * red + 587 * green + 114 * blue > 127_500 ? darkLine : lightLine;
  const mixed = (channel: number): number => Math.round(channel + (line - channel) * opacity);
  return colourWord(mixed(red), mixed(green), mixed(blue));
}

/** The same for a pixel instead of a colour. */
export function inkedPixel(pixel: number, opacity: number): number {
  const first = littleEndian ? pixel & 255 : pixel >>> 24;
  const second = littleEndian ? (pixel >>> 8) & 255 : (pixel >>> 16) & 255;
  const third = littleEndian ? (pixel >>> 16) & 255 : (pixel >>> 8) & 255;
  const line = 299 * first + 587 * second + 114 * third > 127_500 ? darkLine : lightLine;
  return colourWord(
    (first + (line - first) * opacity + 0.5) | 0,
    (second + (line - second) * opacity + 0.5) | 0,
    (third + (line - third) * opacity + 0.5) | 0,
  );
}

const tables = new Map<ColourMapName, Uint32Array>();

/** Words of a map for every 8-bit level and every level of ink: [inkLevels, 256]. Ink level 0 is no ink. */
export function inkedTable(map: ColourMapName): Uint32Array {
  const known = tables.get(map);
  if (known !== undefined) return known;
  const colours = colourTable(map);
  const words = new Uint32Array(inkLevels * 256);
  for (let ink = 0; ink < inkLevels; ink++) {
    for (let level = 0; level < 256; level++) {
      const colour = [colours[3 * level], colours[3 * level + 1], colours[3 * level + 2]] as const;
      words[ink * 256 + level] = inkedWord(colour, ink / (inkLevels - 1));
    }
  }
  tables.set(map, words);
  return words;
}

/** 256 soft colours that neighbouring numbers do not share: hues in golden steps at two lightnesses. */
export const regionColours: Uint8Array = softColours();

function softColours(): Uint8Array {
  const colours = new Uint8Array(3 * 256);
  for (let index = 0; index < 256; index++) {
    const hue = 2 * Math.PI * ((index * 0.618034) % 1);
    const lightness = 0.72 + 0.2 * ((index * 0.7548777) % 1);
    colours.set(oklabColour(lightness, 0.09 * Math.cos(hue), 0.09 * Math.sin(hue)), 3 * index);
  }
  return colours;
}

/**
 * Colour of a slope: the hue of the direction in which the value rises, the darker the steeper. `steepness` is the place
 * on the logarithmic scale of slopes, in [0, 1].
 */
export function directionColour(gradientX: number, gradientY: number, steepness: number): Colour {
  const length = Math.hypot(gradientX, gradientY);
  const place = Math.min(1, Math.max(0, steepness));
  if (!(length > 0)) return oklabColour(0.96, 0, 0);
  const chroma = 0.03 + 0.1 * Math.min(1, 2 * place);
  return oklabColour(0.96 - 0.5 * place, (chroma * gradientX) / length, (chroma * gradientY) / length);
}

/** sRGB of an OKLab colour (Ottosson 2020), clipped. */
function oklabColour(lightness: number, a: number, b: number): Colour {
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channel = (linear: number): number => {
    const clipped = Math.min(1, Math.max(0, linear));
    const curved = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
    return Math.round(255 * curved);
  };
  return [
    channel(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    channel(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    channel(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}
