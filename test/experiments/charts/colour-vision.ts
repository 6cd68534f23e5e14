/**
 * Colours as people with a colour-vision deficiency see them, by the matrices of Machado, Oliveira and Fernandes (2009),
 * "A physiologically-based model for simulation of color vision deficiency", table 1, severity 1.0, in linear RGB.
 */

type Triple = readonly [number, number, number];

export const deficiencies: Readonly<Record<string, readonly [Triple, Triple, Triple]>> = {
  none: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Linear RGB of '#rrggbb', 0 to 1. */
function linear(colour: string): Triple {
  const level = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [level(1), level(3), level(5)];
}

/** Relative luminance as WCAG has it. */
export function luminance(colour: string): number {
  const [red, green, blue] = linear(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function times(matrix: readonly [Triple, Triple, Triple], [r, g, b]: Triple): Triple {
  const row = ([x, y, z]: Triple): number => Math.min(1, Math.max(0, x * r + y * g + z * b));
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

/** CIELAB of linear RGB under D65. */
function lab([r, g, b]: Triple): Triple {
  const curve = (value: number): number =>
    value > 216 / 24389 ? Math.cbrt(value) : ((24389 / 27) * value + 16) / 116;
  const x = curve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = curve(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = curve((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Distance of two colours in CIELAB (CIE 1976) as somebody with a deficiency sees them; about 2.3 is just noticed. */
export function seenDistance(a: string, b: string, deficiency: string): number {
  const [p, q] = [a, b].map((colour) => lab(times(deficiencies[deficiency], linear(colour))));
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}
