/** Rows of 8-bit samples from decoded ones of any depth. */

/** How pixels are decoded: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
export interface SampleFormat {
  readonly channels: number;
  /** Value of full intensity: 255, 65535, or less for fewer bits. */
  readonly maximum: number;
  /** Colour that counts as transparent, one sample per channel. */
  readonly transparentColour: readonly number[] | null;
}

/** Writes decoded pixels to `row`, 8 bits a sample, 1 or 3 channels: transparent parts over white, samples rounded. */
export function writeOverWhite(
  { channels, maximum, transparentColour }: SampleFormat,
  samples: Uint8Array | Uint16Array,
  row: Uint8Array,
): void {
  const colours = channels < 3 ? 1 : 3;
  const hasAlpha = channels > colours;
  if (!hasAlpha && transparentColour === null && maximum === 255) {
    row.set(samples);
    return;
  }
  const pixels = row.length / colours;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = pixel * channels;
    let alpha = hasAlpha ? samples[from + colours] : maximum;
    if (transparentColour?.every((sample, colour) => samples[from + colour] === sample) === true) alpha = 0;
    for (let colour = 0; colour < colours; colour++) {
      const overWhite = samples[from + colour] * alpha + maximum * (maximum - alpha);
      row[pixel * colours + colour] = Math.round((overWhite * 255) / (maximum * maximum));
    }
  }
}
