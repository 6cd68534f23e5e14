/** Pictures that ship with the app, drawn by arithmetic that gives the same bytes on every machine. */
import { sine } from '../random/angles.ts';
import { isInLetters } from './letters.ts';
import type { Picture } from './picture.ts';

/** Sides of every built-in picture in pixels. */
const size = 1024;
const centre = size / 2;

/** Radii in pixels of the ring: black where inner <= r < outer. */
const ringInner = 224.5;
const ringOuter = 256.5;

/** Whether a point, in pixels, is black. */
type Region = (x: number, y: number) => boolean;

/** Whether inner <= |(x, y) - (centreX, centreY)| < outer; compares squares, which are exact here. */
function isInAnnulus(
  x: number,
  y: number,
  centreX: number,
  centreY: number,
  inner: number,
  outer: number,
): boolean {
  const square = (x - centreX) * (x - centreX) + (y - centreY) * (y - centreY);
  return inner * inner <= square && square < outer * outer;
}

/**
 * Places (larger distance first) from the pixel (512, 512) of the original's ring that are white although their distance
 * is within it: what drew it rounded there.
 */
const originalGaps: ReadonlySet<number> = new Set(
  [
    [168, 149],
    [174, 142],
    [191, 118],
    [192, 170],
    [194, 113],
    [198, 163],
    [199, 104],
    [200, 102],
    [201, 100],
    [202, 98],
    [202, 158],
    [205, 154],
    [208, 150],
    [209, 82],
    [213, 71],
    [237, 98],
  ].map(([larger, smaller]) => larger * size + smaller),
);

/** The ring of the original experiments, pixel for pixel: centred on the pixel (512, 512), half a pixel from the middle. */
function isInOriginalRing(x: number, y: number): boolean {
  const across = Math.abs(Math.floor(x) - centre);
  const down = Math.abs(Math.floor(y) - centre);
  const square = across * across + down * down;
  const isWithin = 50_401 <= square && square <= 65_777;
  return isWithin && !originalGaps.has(Math.max(across, down) * size + Math.min(across, down));
}

/** Half the width of the spiral's stroke, the distance between its turns, the number of its half turns. */
const spiralHalfStroke = 16;
const spiralPitch = 96;
const spiralHalfTurns = 7;

/** A spiral of half circles: those above the middle line are centred in the picture, those below half a pitch to the right. */
function isInSpiral(x: number, y: number): boolean {
  const isUpper = y < centre;
  const arcCentre = isUpper ? centre : centre + spiralPitch / 2;
  for (let half = isUpper ? 1 : 2; half <= spiralHalfTurns; half += 2) {
    const radius = (half * spiralPitch) / 2;
    if (
      isInAnnulus(x, y, arcCentre, centre, Math.max(0, radius - spiralHalfStroke), radius + spiralHalfStroke)
    ) {
      return true;
    }
  }
  return false;
}

const checkerSide = size / 4;

/** Cycles across `season` and `stripes`: four, of sin(8 pi x). */
function fourCycles(x: number): number {
  return sine(8 * Math.PI * (x / size));
}

const regions = {
  ring: (x, y) => isInAnnulus(x, y, centre, centre, ringInner, ringOuter),
  disc: (x, y) => isInAnnulus(x, y, centre, centre, 0, ringOuter),
  'two-rings': (x, y) =>
    isInAnnulus(x, y, centre, centre, ringInner, ringOuter) || isInAnnulus(x, y, centre, centre, 96.5, 128.5),
  spiral: isInSpiral,
  checkerboard: (x, y) => (Math.floor(x / checkerSide) + Math.floor(y / checkerSide)) % 2 === 0,
  letters: (x, y) => isInLetters(x / size, y / size),
  'original-ring': isInOriginalRing,
  season: (x, y) => y / size < 0.5 + 0.3 * fourCycles(x),
  stripes: (x) => fourCycles(x) > 0,
} as const satisfies Record<string, Region>;

/** Three outputs: a red plane with a green ring around a blue disc. */
const colouredRing = 'ring-rgb';

/** Name of a picture that ships with the app. */
export type BuiltInTargetName = keyof typeof regions | typeof colouredRing;

/** Names of all built-in pictures, the ring first. */
export const builtInTargetNames: readonly BuiltInTargetName[] = [
  ...(Object.keys(regions) as (keyof typeof regions)[]),
  colouredRing,
];

/** Whether a target is a built-in picture and not a file. */
export function isBuiltInTargetName(name: string): name is BuiltInTargetName {
  return builtInTargetNames.some((builtIn) => builtIn === name);
}

function greyPicture(isBlack: Region): Picture {
  const bytes = new Uint8Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      bytes[row * size + column] = isBlack(column + 0.5, row + 0.5) ? 0 : 255;
    }
  }
  return { width: size, height: size, channels: 1, bytes };
}

function colouredRingPicture(): Picture {
  const bytes = new Uint8Array(3 * size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const x = column + 0.5;
      const y = row + 0.5;
      let channel = 0;
      if (isInAnnulus(x, y, centre, centre, ringInner, ringOuter)) channel = 1;
      else if (isInAnnulus(x, y, centre, centre, 0, ringInner)) channel = 2;
      bytes[3 * (row * size + column) + channel] = 255;
    }
  }
  return { width: size, height: size, channels: 3, bytes };
}

/** A built-in picture, 1024 x 1024 pixels: black shapes on white, or RGB with three outputs for `ring-rgb`. */
export function builtInPicture(name: BuiltInTargetName): Picture {
  return name === colouredRing ? colouredRingPicture() : greyPicture(regions[name]);
}
