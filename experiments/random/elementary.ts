/**
 * Logarithm and exponential by plain arithmetic, the same bits on every machine. Polynomials and reductions are those of
 * fdlibm (Sun Microsystems 1993: e_log.c, e_exp.c); errors stay below 1 ulp of float64.
 */

const bits = new DataView(new ArrayBuffer(8));
const twoTo54 = 18014398509481984;

const ln2High = 6.9314718036912381649e-1;
const ln2Low = 1.90821492927058770002e-10;

/** Natural logarithm of a float64: NaN below 0, -Infinity at 0. */
export function logarithm(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return Infinity;
  let exponent = 0;
  if (x < 2.2250738585072014e-308) {
    exponent = -54;
    x *= twoTo54;
  }
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  // x = 2^exponent * m with sqrt(1/2) < m < sqrt(2)
  const mantissaHigh = high & 0xfffff;
  const carry = (mantissaHigh + 0x95f64) & 0x100000;
  exponent += (high >>> 20) - 1023 + (carry >>> 20);
  bits.setUint32(0, mantissaHigh | (carry ^ 0x3ff00000));
  const f = bits.getFloat64(0) - 1;
  const halfSquare = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const odd =
    z *
    (6.66666666666673513e-1 +
      w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const rest = s * (halfSquare + odd + even) + exponent * ln2Low;
  return exponent * ln2High - (halfSquare - rest - f);
}

const overflow = 709.782712893384;
const underflow = -745.1332191019412;

/** 2^exponent for a whole exponent from -1022 to 1023. */
function powerOfTwo(exponent: number): number {
  bits.setUint32(0, (exponent + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** e to the power of a float64. */
export function exponential(x: number): number {
  if (!(x <= overflow)) return x > overflow ? Infinity : NaN;
  if (x < underflow) return 0;
  const turns = Math.round(x * 1.442695040888963387);
  const high = x - turns * ln2High;
  const low = turns * ln2Low;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t *
              (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  const value = 1 - (low - (r * c) / (2 - c) - high);
  if (turns > 1023) return value * 2 * powerOfTwo(turns - 1);
  return turns >= -1022 ? value * powerOfTwo(turns) : value * powerOfTwo(turns + 54) * powerOfTwo(-54);
}
