/** From an exact polytope complex to pixels: grounds by region, creases and level sets as smooth lines. */
import { colourTable, tableIndex, type ColourMapName } from '../../experiments/drawing/colour-map.ts';
import { neuronStride, type Complex } from '../../experiments/polytopes/complex.ts';
import { smoothed } from '../../experiments/drawing/crease-ink.ts';
import { affineFunctions } from '../../experiments/polytopes/affine-functions.ts';
import { creaseStrengths, type CreaseStrengths } from '../../experiments/polytopes/crease-opacity.ts';
import { levelSet } from '../../experiments/polytopes/level-set.ts';
import { LineInk } from '../../experiments/drawing/line-ink.ts';
import { regionDensity } from '../../experiments/polytopes/region-density.ts';
import { regionFrame } from '../../experiments/polytopes/region-frame.ts';
import { colourWord, directionColour, inkedPixel, regionColours } from '../paint/pixel-colours.ts';
import { densityRange, type Ground, type PaintStyle } from '../paint/paint-style.ts';
import { steepness } from '../paint/paint.ts';

/** What is drawn of a complex. */
export interface ComplexStyle extends PaintStyle {
  /** Whether the level set at 0.5 is drawn. */
  readonly hasLevelSet: boolean;
}

/** Whether the polygons alone tell a ground; of the others only the lines are drawn, on nothing. */
export function isExactGround(ground: Ground): boolean {
  return ground !== 'error' && ground !== 'change';
}

/** Share of ink around a crease at which its opacity has fallen to half. */
const crowding = 0.3;
const leastOpacity = 0.02;
const levelColour = [224, 86, 27] as const;

type Colour = readonly [number, number, number];

/** A complex with all that its pictures share, computed once each. */
export class PaintedComplex {
  readonly complex: Complex;
  #functions: Float64Array | null = null;
  #strengths: CreaseStrengths | null = null;
  #frame: { readonly width: number; readonly height: number; readonly regions: Int32Array } | null = null;

  constructor(complex: Complex) {
    this.complex = complex;
  }

  /** Affine functions of the regions, see affineFunctions. */
  get functions(): Float64Array {
    return (this.#functions ??= affineFunctions(this.complex));
  }

  get strengths(): CreaseStrengths {
    return (this.#strengths ??= creaseStrengths(this.complex, this.functions));
  }

  /** The picture of the complex's view, one word a pixel; lines are `lineWidth` pixels wide. */
  paint(width: number, height: number, style: ComplexStyle, lineWidth: number): Uint32Array<ArrayBuffer> {
    const pixels = new Uint32Array(width * height);
    const { ground } = style;
    if (ground === 'layers') pixels.fill(colourWord(255, 255, 255));
    else if (isExactGround(ground)) this.#paintGround(pixels, width, height, style);
    if (ground === 'layers') this.#paintLayers(pixels, width, height, lineWidth);
    else if (style.creases) this.#paintCreases(pixels, width, height, lineWidth, isExactGround(ground));
    if (style.hasLevelSet) this.#paintLevelSet(pixels, width, height, lineWidth);
    return pixels;
  }

  #regionsAt(width: number, height: number): Int32Array {
    if (this.#frame?.width !== width || this.#frame.height !== height) {
      const regions = regionFrame(this.complex, width, height);
      // A centre on a crease may be missed by both sides' rounding: it takes its neighbour's region.
      for (let at = 1; at < regions.length; at++) if (regions[at] < 0) regions[at] = regions[at - 1];
      this.#frame = { width, height, regions };
    }
    return this.#frame.regions;
  }

  #paintGround(pixels: Uint32Array, width: number, height: number, style: ComplexStyle): void {
    const regions = this.#regionsAt(width, height);
    if (style.ground === 'density') return this.#paintDensity(pixels, regions, width, height);
    if (style.ground === 'prediction') return this.#paintValues(pixels, regions, width, height, style);
    const words = this.#regionWords(style.ground);
    for (let at = 0; at < pixels.length; at++) pixels[at] = words[regions[at]];
  }

  /** One colour a region. */
  #regionWords(ground: Ground): Uint32Array {
    const { complex, functions } = this;
    const { outputs } = complex.network.shape;
    const words = new Uint32Array(complex.regionCount);
    const viridis = colourTable('viridis');
    for (let region = 0; region < words.length; region++) {
      if (ground === 'regions') {
        const [low, high] = [complex.hashes[2 * region], complex.hashes[2 * region + 1]];
        words[region] = tableWord(regionColours, ((low >>> 7) ^ (high >>> 13)) & 255);
        continue;
      }
      const at = 3 * outputs * region;
      if (ground === 'direction') {
        const [gx, gy] = [functions[at], functions[at + 1]];
        words[region] = colourWord(...directionColour(gx, gy, steepness(Math.hypot(gx, gy))));
        continue;
      }
      let squares = 0;
      for (let output = 0; output < outputs; output++)
        squares += functions[at + 3 * output] ** 2 + functions[at + 3 * output + 1] ** 2;
      words[region] = tableWord(viridis, tableIndex(steepness(Math.sqrt(squares / outputs))));
    }
    return words;
  }

  #paintValues(
    pixels: Uint32Array,
    regions: Int32Array,
    width: number,
    height: number,
    { map }: ComplexStyle,
  ): void {
    const { complex, functions } = this;
    const { view, network } = complex;
    const { outputs } = network.shape;
    const words = mapWords(map);
    const isSigmoid = network.output === 'sigmoid';
    const level = (at: number, x: number, y: number): number => {
      const z = functions[at] * x + functions[at + 1] * y + functions[at + 2];
      const value = isSigmoid ? 1 / (1 + Math.exp(-z)) : z;
      return value > 0 ? (value < 1 ? (255 * value + 0.5) | 0 : 255) : 0;
    };
    const stepX = (view.x1 - view.x0) / width;
    for (let row = 0, pixel = 0; row < height; row++) {
      const y = view.y0 + ((row + 0.5) / height) * (view.y1 - view.y0);
      for (let column = 0; column < width; column++, pixel++) {
        const x = view.x0 + (column + 0.5) * stepX;
        const at = 3 * outputs * regions[pixel];
        pixels[pixel] =
          outputs === 3
            ? colourWord(level(at, x, y), level(at + 3, x, y), level(at + 6, x, y))
            : words[level(at, x, y)];
      }
    }
  }

  #paintDensity(pixels: Uint32Array, regions: Int32Array, width: number, height: number): void {
    const density = smoothed(regionDensity(this.complex, regions, width, height), width, height, 2);
    const words = mapWords('viridis');
    const range = Math.log(densityRange.most / densityRange.least);
    for (let at = 0; at < pixels.length; at++)
      pixels[at] = words[tableIndex(Math.log(density[at] / densityRange.least) / range)];
  }

  /** Ink of all creases, thinned out in crowds; with `layers`, ink times the crease's place among the layers too. */
  #creaseInk(
    width: number,
    height: number,
    lineWidth: number,
    hasLayers: boolean,
  ): { ink: Float32Array; layers: Float32Array } {
    const { edgeCount, edgeLabels, edgeVertices, positions, view, network } = this.complex;
    const { opacities } = this.strengths;
    const ink = new LineInk(width, height);
    const byLayer = new LineInk(hasLayers ? width : 0, hasLayers ? height : 0);
    const scaleX = width / (view.x1 - view.x0);
    const scaleY = height / (view.y1 - view.y0);
    const last = Math.max(1, network.shape.hidden.length - 1);
    for (let edge = 0; edge < edgeCount; edge++) {
      const opacity = opacities[edge];
      if (opacity < leastOpacity) continue;
      const a = 2 * edgeVertices[2 * edge];
      const b = 2 * edgeVertices[2 * edge + 1];
      const x0 = clamped((positions[a] - view.x0) * scaleX, width);
      const y0 = clamped((positions[a + 1] - view.y0) * scaleY, height);
      const x1 = clamped((positions[b] - view.x0) * scaleX, width);
      const y1 = clamped((positions[b + 1] - view.y0) * scaleY, height);
      ink.add(x0, y0, x1, y1, lineWidth * opacity);
      if (!hasLayers) continue;
      const layer = Math.max(0, Math.floor(edgeLabels[edge] / neuronStride)) / last;
      byLayer.add(x0, y0, x1, y1, lineWidth * opacity * layer);
    }
    return { ink: ink.plane(), layers: byLayer.plane() };
  }

  #paintCreases(
    pixels: Uint32Array,
    width: number,
    height: number,
    lineWidth: number,
    hasGround: boolean,
  ): void {
    const { ink } = this.#creaseInk(width, height, lineWidth, false);
    thinCrowds(ink, width, height);
    for (let at = 0; at < pixels.length; at++) {
      if (ink[at] < leastOpacity / 2) continue;
      pixels[at] = hasGround ? inkedPixel(pixels[at], ink[at]) : withAlpha(colourWord(16, 16, 16), ink[at]);
    }
  }

  #paintLayers(pixels: Uint32Array, width: number, height: number, lineWidth: number): void {
    const { ink, layers } = this.#creaseInk(width, height, lineWidth, true);
    for (let at = 0; at < pixels.length; at++) if (ink[at] > 0) layers[at] /= ink[at];
    thinCrowds(ink, width, height, 1);
    const table = colourTable('layers');
    for (let at = 0; at < pixels.length; at++) {
      if (ink[at] < leastOpacity / 2) continue;
      const from = 3 * tableIndex(layers[at]);
      pixels[at] = mixedWord(
        [255, 255, 255],
        [table[from], table[from + 1], table[from + 2]],
        Math.min(1, ink[at]),
      );
    }
  }

  #paintLevelSet(pixels: Uint32Array, width: number, height: number, lineWidth: number): void {
    const { view } = this.complex;
    const { segments } = levelSet(this.complex, 0.5);
    const lines = new LineInk(width, height);
    const scaleX = width / (view.x1 - view.x0);
    const scaleY = height / (view.y1 - view.y0);
    for (let at = 0; at < segments.length; at += 4)
      lines.add(
        clamped((segments[at] - view.x0) * scaleX, width),
        clamped((segments[at + 1] - view.y0) * scaleY, height),
        clamped((segments[at + 2] - view.x0) * scaleX, width),
        clamped((segments[at + 3] - view.y0) * scaleY, height),
        2 * lineWidth,
      );
    const ink = lines.plane();
    for (let at = 0; at < pixels.length; at++) {
      const opacity = Math.min(1, ink[at]);
      if (opacity < leastOpacity) continue;
      pixels[at] =
        pixels[at] === 0
          ? withAlpha(colourWord(...levelColour), opacity)
          : mixedWord(channelsOf(pixels[at]), levelColour, opacity);
    }
  }
}

/** Pixels each way that share a measure of how crowded they are. */
const crowdCell = 4;

/** Lone lines keep their ink, crowds of them turn to an even tint; in place. */
function thinCrowds(ink: Float32Array, width: number, height: number, half = crowding): void {
  const columns = Math.ceil(width / crowdCell);
  const rows = Math.ceil(height / crowdCell);
  const cells = new Float32Array(columns * rows);
  for (let row = 0, at = 0; row < height; row++) {
    const to = Math.floor(row / crowdCell) * columns;
    for (let column = 0; column < width; column++, at++) {
      if (ink[at] > 1) ink[at] = 1;
      cells[to + ((column / crowdCell) | 0)] += ink[at] / crowdCell ** 2;
    }
  }
  const radius = Math.max(1, Math.round(Math.min(width, height) / 64 / crowdCell));
  const crowd = smoothed(cells, columns, rows, radius);
  const across = crowdPlaces(width, columns);
  const down = crowdPlaces(height, rows);
  for (let row = 0, at = 0; row < height; row++) {
    const upper = down.cells[row] * columns;
    const lower = Math.min(rows - 1, down.cells[row] + 1) * columns;
    for (let column = 0; column < width; column++, at++) {
      if (ink[at] === 0) continue;
      const left = across.cells[column];
      const right = Math.min(columns - 1, left + 1);
      const share = across.shares[column];
      const above = crowd[upper + left] + (crowd[upper + right] - crowd[upper + left]) * share;
      const below = crowd[lower + left] + (crowd[lower + right] - crowd[lower + left]) * share;
      ink[at] /= 1 + (above + (below - above) * down.shares[row]) / half;
    }
  }
}

/** For every pixel of a side the cell before its centre, and its share of the way to the next one. */
function crowdPlaces(pixels: number, cells: number): { cells: Int32Array; shares: Float32Array } {
  const places = Float64Array.from({ length: pixels }, (_, at) =>
    Math.min(cells - 1, Math.max(0, (at + 0.5) / crowdCell - 0.5)),
  );
  return {
    cells: Int32Array.from(places, Math.floor),
    shares: Float32Array.from(places, (place) => place - Math.floor(place)),
  };
}

/** Words of a map. */
function mapWords(name: ColourMapName): Uint32Array {
  const table = colourTable(name);
  return Uint32Array.from({ length: 256 }, (_, row) => tableWord(table, row));
}

function clamped(place: number, size: number): number {
  return Math.min(size, Math.max(0, place));
}

function tableWord(table: Uint8Array, row: number): number {
  return colourWord(table[3 * row], table[3 * row + 1], table[3 * row + 2]);
}

const bytes = new Uint8Array(4);
const word = new Uint32Array(bytes.buffer);

function channelsOf(pixel: number): Colour {
  word[0] = pixel;
  return [bytes[0], bytes[1], bytes[2]];
}

function withAlpha(pixel: number, opacity: number): number {
  word[0] = pixel;
  bytes[3] = Math.round(255 * opacity);
  return word[0];
}

function mixedWord(ground: Colour, line: Colour, opacity: number): number {
  const mixed = (channel: 0 | 1 | 2): number =>
    Math.round(ground[channel] + (line[channel] - ground[channel]) * opacity);
  return colourWord(mixed(0), mixed(1), mixed(2));
}
