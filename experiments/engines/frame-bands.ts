/** Joining the bands of a frame that several threads rendered. */
import type { Frame } from './engine.ts';

type PlaneValues = Float32Array | Uint32Array | Uint16Array;

/** The frame that bands cut from top to bottom make up. Throws where they do not follow one another. */
export function joinBands(bands: readonly Frame[]): Frame {
  const first = bands[0];
  const last = bands.at(-1);
  if (first === undefined || last === undefined) throw new Error('A frame needs at least one band.');
  if (bands.length === 1) return first;
  bands.forEach((band, at) => {
    const before = bands[at - 1];
    if (before !== undefined && before.rows.end !== band.rows.start) {
      throw new Error('The bands of a frame do not join.');
    }
  });
  const pixels = bands.map((band) => band.values.length / band.outputs);
  const { outputs } = first;
  const f32 = (length: number): Float32Array => new Float32Array(length);
  const u32 = (length: number): Uint32Array => new Uint32Array(length);
  const u16 = (length: number): Uint16Array => new Uint16Array(length);
  const part = (
    name: 'hashes' | 'firstLayers' | 'prefixes' | 'gradient',
    plane: object | undefined,
  ): object => (plane === undefined ? {} : { [name]: plane });
  return {
    width: first.width,
    rows: { start: first.rows.start, end: last.rows.end },
    outputs,
    values:
      joinPlane(
        bands.map((band) => band.values),
        pixels,
        outputs,
        f32,
      ) ?? f32(0),
    ...part(
      'hashes',
      joinPlane(
        bands.map((band) => band.hashes),
        pixels,
        2,
        u32,
      ),
    ),
    ...part(
      'firstLayers',
      joinPlane(
        bands.map((band) => band.firstLayers),
        pixels,
        1,
        u16,
      ),
    ),
    ...part(
      'prefixes',
      joinPlane(
        bands.map((band) => band.prefixes),
        pixels,
        2,
        u32,
      ),
    ),
    ...part(
      'gradient',
      joinPlane(
        bands.map((band) => band.gradient),
        pixels,
        2 * outputs,
        f32,
      ),
    ),
  };
}

/** One plane of all bands: [layers, pixels, perPixel], so that bands interleave where there are several layers. */
function joinPlane<Values extends PlaneValues>(
  parts: readonly (Values | undefined)[],
  pixels: readonly number[],
  perPixel: number,
  create: (length: number) => Values,
): Values | undefined {
  const total = pixels.reduce((sum, count) => sum + count, 0);
  const sample = parts[0];
  if (sample === undefined) return undefined;
  const layers = sample.length / ((pixels[0] ?? 1) * perPixel);
  const whole = create(layers * total * perPixel);
  let start = 0;
  parts.forEach((part, at) => {
    const length = (pixels[at] ?? 0) * perPixel;
    for (let layer = 0; part !== undefined && layer < layers; layer++) {
      whole.set(part.subarray(layer * length, (layer + 1) * length), layer * total * perPixel + start);
    }
    start += length;
  });
  return whole;
}
