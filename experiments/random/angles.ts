/**
 * Sine, cosine and angles by plain arithmetic, the same bits on every machine. Polynomials and reductions are those of
 * fdlibm (Sun Microsystems 1993: k_sin.c, k_cos.c, s_atan.c, e_rem_pio2.c); errors stay below 1 ulp of float64.
 */

/** The largest angle, either way, whose sine and cosine can be had: 2^19 quarter turns, in radians. */
export const largestAngle = 823549;

const twoOverPi = 6.36619772367581382433e-1;

/** Parts of pi / 2 of 33 bits, and what is left after each. */
const first = 1.57079632673412561417;
const second = 6.0771005063039659766e-11;
const secondRest = 2.02226624879595063154e-21;
const third = 2.0222662487111664558e-21;
const thirdRest = 8.47842766036889956997e-32;

/** An angle less whole quarter turns: quarter turns modulo 4, and the rest as a sum of two numbers. */
const reduced = { quarter: 0, high: 0, low: 0 };

function reduce(angle: number): void {
  const quarters = Math.round(angle * twoOverPi);
  let before = angle - quarters * first;
  let part = quarters * second;
  let rest = before - part;
  part = quarters * secondRest - (before - rest - part);
  if (Math.abs(rest - part) < Math.abs(angle) * 2 ** -49) {
    before = rest;
    part = quarters * third;
    rest = before - part;
    part = quarters * thirdRest - (before - rest - part);
  }
  reduced.quarter = quarters & 3;
  reduced.high = rest - part;
  reduced.low = rest - reduced.high - part;
}

/** Sine of `high + low`, at most about pi / 4 either way. */
function smallSine(high: number, low: number): number {
  const z = high * high;
  const cube = z * high;
  const tail =
    8.33333333332248946124e-3 +
    z *
      (-1.98412698298579493134e-4 +
        z * (2.75573137070700676789e-6 + z * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10)));
  return high - (z * (0.5 * low - cube * tail) - low - cube * -1.66666666666666324348e-1);
}

/** Cosine of `high + low`, at most about pi / 4 either way. */
function smallCosine(high: number, low: number): number {
  const z = high * high;
  const tail =
    z *
    (4.16666666666666019037e-2 +
      z *
        (-1.38888888888741095749e-3 +
          z *
            (2.48015872894767294178e-5 +
              z *
                (-2.75573143513906633035e-7 +
                  z * (2.0875723212981748279e-9 + z * -1.13596475577881948265e-11)))));
  const half = 0.5 * z;
  const most = 1 - half;
  return most + (1 - most - half + (z * tail - high * low));
}

/** Sine of an angle in radians; NaN beyond `largestAngle`. */
export function sine(angle: number): number {
  return shiftedSine(angle, 0);
}

/** Cosine of an angle in radians; NaN beyond `largestAngle`. */
export function cosine(angle: number): number {
  return shiftedSine(angle, 1);
}

/** Sine of an angle and so many quarter turns. */
function shiftedSine(angle: number, shift: number): number {
  if (!(Math.abs(angle) <= largestAngle)) return NaN;
  reduce(angle);
  const { high, low } = reduced;
  const quarter = (reduced.quarter + shift) & 3;
  const value = quarter % 2 === 0 ? smallSine(high, low) : smallCosine(high, low);
  return quarter < 2 ? value : -value;
}

/** Angles of which differences are taken: up to which size, and the angle as a sum of two numbers. */
const halfAngle = { high: 4.63647609000806093515e-1, low: 2.26987774529616870924e-17 };
const oneAngle = { high: 7.85398163397448278999e-1, low: 3.06161699786838301793e-17 };
const oneAndHalfAngle = { high: 9.82793723247329054082e-1, low: 1.39033110312309984516e-17 };
const rightAngle = { high: Math.PI / 2, low: 6.123233995736766e-17 };

/** The share of its argument that the arctangent of a small number falls short of it. */
function shortfall(t: number): number {
  const z = t * t;
  const w = z * z;
  const odd =
    z *
    (3.33333333333329318027e-1 +
      w *
        (1.42857142725034663711e-1 +
          w *
            (9.09088713343650656196e-2 +
              w *
                (6.66107313738753120669e-2 +
                  w * (4.97687799461593236017e-2 + w * 1.62858201153657823623e-2)))));
  const even =
    w *
    (-1.99999999998764832476e-1 +
      w *
        (-1.1111110405462355788e-1 +
          w *
            (-7.69187620504482999495e-2 + w * (-5.83357013379057348645e-2 + w * -3.6531572744216915527e-2))));
  return odd + even;
}

/** Arctangent of a number: -pi / 2 to pi / 2. */
export function arctangent(x: number): number {
  const size = Math.abs(x);
  if (size < 0.4375) return x - x * shortfall(x);
  const [t, angle] =
    size < 0.6875
      ? [(2 * size - 1) / (2 + size), halfAngle]
      : size < 1.1875
        ? [(size - 1) / (size + 1), oneAngle]
        : size < 2.4375
          ? [(size - 1.5) / (1 + 1.5 * size), oneAndHalfAngle]
          : [-1 / size, rightAngle];
  const value = angle.high - (t * shortfall(t) - angle.low - t);
  return x < 0 ? -value : value;
}

/** Angle of the point (x, y) from the x axis: -pi to pi. */
export function angleOf(y: number, x: number): number {
  const isLeft = x < 0 || (y === 0 && Object.is(x, -0));
  const acute = y === 0 ? 0 : arctangent(Math.abs(y / x));
  const size = isLeft ? Math.PI - (acute - 1.2246467991473532e-16) : acute;
  return y < 0 || Object.is(y, -0) ? -size : size;
}
