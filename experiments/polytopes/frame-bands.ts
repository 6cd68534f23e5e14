/** Joining the bands of a frame that several threads rendered. */
import type { Frame } from '../engines/engine.ts';

/** The frame that bands cut from top to bottom make up. Throws where they do not follow one another. */
export function joinBands(bands: readonly Frame[]): Frame {
  const first = bands[0];
  const last = bands.at(-1);
  if (first === undefined || last === undefined) throw new Error('A frame needs at least one band.');
  if (bands.length === 1) return first;
  bands.forEach((band, at) => {
    const before = bands[at - 1];
    if (before !== undefined && before.rows.end !== band.rows.start)
      throw new Error('The bands of a frame do not join.');
  });
  const planes = {
    ...joinPlane('hashes', bands, (length) => new Uint32Array(length)),
    ...joinPlane('firstLayers', bands, (length) => new Uint16Array(length)),
    ...joinPlane('gradient', bands, (length) => new Float32Array(length)),
    ...joinPrefixes(bands),
  };
  return {
    width: first.width,
    rows: { start: first.rows.start, end: last.rows.end },
    outputs: first.outputs,
    values: concatenated(
      bands.map((band) => band.values),
      (length) => new Float32Array(length),
    ),
    ...planes,
  };
}

interface Plane<Self> {
  readonly length: number;
  set(values: Self, offset: number): void;
}

function concatenated<Values extends Plane<Values>>(
  parts: readonly Values[],
  create: (length: number) => Values,
): Values {
  const whole = create(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function joinPlane<Key extends 'hashes' | 'firstLayers' | 'gradient', Values extends Plane<Values>>(
  key: Key,
  bands: readonly { readonly [K in Key]?: Values }[],
  create: (length: number) => Values,
): { [K in Key]?: Values } {
  const parts = bands
    .map((band) => band[key])
    .filter((part): part is NonNullable<typeof part> => part !== undefined);
  if (parts.length !== bands.length) return {};
  return { [key]: concatenated(parts as Values[], create) } as { [K in Key]?: Values };
}

/** Prefix planes lie layer after layer, so bands interleave. */
function joinPrefixes(bands: readonly Frame[]): { prefixes?: Uint32Array } {
  const parts = bands.map((band) => band.prefixes).filter((part) => part !== undefined);
  if (parts.length !== bands.length) return {};
  const total = bands.reduce((sum, band) => sum + band.values.length / band.outputs, 0);
  const prefixes = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let pixel = 0;
  bands.forEach((band, at) => {
    const part = parts[at];
    if (part === undefined) return;
    const pixels = band.values.length / band.outputs;
    const layers = part.length / (2 * pixels);
    for (let layer = 0; layer < layers; layer++) {
      prefixes.set(part.subarray(2 * pixels * layer, 2 * pixels * (layer + 1)), 2 * (total * layer + pixel));
    }
    pixel += pixels;
  });
  return { prefixes };
}
