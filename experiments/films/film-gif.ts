/** Animated GIF of a film: one palette for all frames, unchanged pixels left out. */
import { GIFEncoder, nearestColorIndex, quantize } from 'gifenc';
import type { RgbaImage } from '../drawing/colouring.ts';
import type { FilmEncoder } from './film-bytes.ts';

/** Colours of a palette; its last entry stands for "as before". */
const colours = 255;
/** Maximum number of pixels that a palette is made from. */
const sampledPixels = 400_000;

/** An encoder of GIF films. */
export function createGif(frameRate: number, samples: readonly RgbaImage[]): FilmEncoder {
  const palette = paletteOf(samples);
  const indexOf = nearestIndex(palette);
  const encoder = GIFEncoder({ auto: false });
  encoder.writeHeader();
  const full = [...palette];
  while (full.length <= colours) full.push([0, 0, 0]);
  let before: Uint8Array | null = null;
  let frame = 0;
  const taken = (): Uint8Array[] => {
    const bytes = encoder.bytes();
    encoder.reset();
    return [bytes];
  };
  return {
    add(image, { frames }) {
      const indices = indexOf(image);
      const shown = before === null ? indices : changesSince(before, indices);
      const delay = 10 * (hundredths(frame + frames, frameRate) - hundredths(frame, frameRate));
      frame += frames;
      encoder.writeFrame(shown, image.width, image.height, {
        ...(before === null
          ? { palette: full, first: true }
          : { transparent: true, transparentIndex: colours }),
        delay,
        dispose: 1,
      });
      before = indices;
      return taken();
    },
    finish() {
      encoder.finish();
      return taken();
    },
  };
}

/** When a frame begins, hundredths of a second: roundings do not add up. */
function hundredths(frame: number, frameRate: number): number {
  return Math.round((100 * frame) / frameRate);
}

type Rgb = [number, number, number];

/** At most 255 colours: greys evenly where there is nothing else, so that gradients stay smooth. */
function paletteOf(samples: readonly RgbaImage[]): Rgb[] {
  const picked = pickedPixels(samples);
  let isGrey = true;
  for (let at = 0; at < picked.length && isGrey; at += 4) {
    isGrey = spread(picked[at], picked[at + 1], picked[at + 2]) <= 10;
  }
  if (!isGrey) return quantize(picked, colours);
  return Array.from({ length: colours }, (_, at) => {
    const level = Math.round((255 * at) / (colours - 1));
    return [level, level, level];
  });
}

/** Every so many-th pixel of all samples, RGBA. */
function pickedPixels(samples: readonly RgbaImage[]): Uint8Array {
  const pixels = samples.reduce((sum, { width, height }) => sum + width * height, 0);
  const step = Math.max(1, Math.ceil(pixels / sampledPixels));
  const picked = new Uint8Array(4 * samples.reduce((sum, image) => sum + pickedCount(image, step), 0));
  let at = 0;
  for (const image of samples) {
    for (let pixel = 0; pixel < image.width * image.height; pixel += step, at += 4) {
      picked.set(image.bytes.subarray(4 * pixel, 4 * pixel + 4), at);
    }
  }
  return picked;
}

function pickedCount({ width, height }: RgbaImage, step: number): number {
  return Math.ceil((width * height) / step);
}

/** The inks of labels are greys with a breath of blue. */
function spread(...channels: readonly number[]): number {
  return Math.max(...channels) - Math.min(...channels);
}

/** Palette indices of a picture's pixels; each colour is looked up once. */
function nearestIndex(palette: readonly Rgb[]): (image: RgbaImage) => Uint8Array {
  const known = new Map<number, number>();
  return ({ bytes, width, height }) => {
    const indices = new Uint8Array(width * height);
    let lastColour = -1;
    let lastIndex = 0;
    for (let pixel = 0; pixel < indices.length; pixel++) {
      const at = 4 * pixel;
      const colour = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
      if (colour !== lastColour) {
        lastColour = colour;
        lastIndex = known.get(colour) ?? -1;
        if (lastIndex < 0) {
          lastIndex = nearestColorIndex([...palette], [bytes[at], bytes[at + 1], bytes[at + 2]]);
          known.set(colour, lastIndex);
        }
      }
      indices[pixel] = lastIndex;
    }
    return indices;
  };
}

function changesSince(before: Uint8Array, now: Uint8Array): Uint8Array {
  return now.map((index, pixel) => (index === before[pixel] ? colours : index));
}
