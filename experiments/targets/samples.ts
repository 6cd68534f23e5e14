/** Pictures from decoded samples of any depth. */
import type { Picture } from './picture.ts';

/** Decoded pixels, row-major, channels together: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
export interface DecodedSamples {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Value of full intensity: 255, 65535, or less for fewer bits. */
  readonly maximum: number;
  readonly samples: Uint8Array | Uint16Array;
  /** Colour that counts as transparent, one sample per channel. */
  readonly transparentColour: readonly number[] | null;
}

/** The grey channel alone where all channels are equal everywhere, else the picture itself. */
function withoutEqualChannels(picture: Picture): Picture {
  const { width, height, bytes } = picture;
  if (picture.channels === 1) return picture;
  const grey = new Uint8Array(width * height);
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const red = bytes[3 * pixel];
    if (bytes[3 * pixel + 1] !== red || bytes[3 * pixel + 2] !== red) return picture;
    grey[pixel] = red;
  }
  return { width, height, channels: 1, bytes: grey };
}

/** An 8-bit picture: transparent parts over white, samples rounded, one channel where the colours are all grey. */
export function pictureFromSamples(decoded: DecodedSamples): Picture {
  const { width, height, channels, maximum, samples, transparentColour } = decoded;
  const colours = channels < 3 ? 1 : 3;
  const hasAlpha = channels === 2 || channels === 4;
  const bytes = new Uint8Array(width * height * colours);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * channels;
    let alpha = hasAlpha ? samples[from + colours] : maximum;
    if (transparentColour?.every((sample, colour) => samples[from + colour] === sample) === true) alpha = 0;
    for (let colour = 0; colour < colours; colour++) {
      const overWhite = samples[from + colour] * alpha + maximum * (maximum - alpha);
      bytes[pixel * colours + colour] = Math.round((overWhite * 255) / (maximum * maximum));
    }
  }
  return withoutEqualChannels({ width, height, channels: colours, bytes });
}
