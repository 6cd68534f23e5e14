/** Uniform and normal variates of a stream; variate i always consumes words 2i and 2i + 1. */
import { logarithm } from './elementary.ts';
import { streamWords } from './philox.ts';

const twoTo26 = 67108864;
const twoTo52 = 4503599627370496;
const twoTo53 = 9007199254740992;

/** 53-bit integer from two words: the upper 27 bits of the first, the upper 26 of the second. */
function integer53(words: Uint32Array, variate: number): number {
  return (words[2 * variate] >>> 5) * twoTo26 + (words[2 * variate + 1] >>> 6);
}

/** Uniforms start .. start + count - 1 of a stream in [0, 1), multiples of 2^-53: float64 [count]. */
export function uniformVariates(
  seed: number,
  streamId: number,
  subsequence: number,
  start: number,
  count: number,
): Float64Array {
  const words = streamWords(seed, streamId, subsequence, 2 * start, 2 * count);
  return Float64Array.from({ length: count }, (_, index) => integer53(words, index) / twoTo53);
}

/** Coefficients of a polynomial, highest power first. */
type Polynomial = readonly number[];

function evaluatePolynomial(coefficients: Polynomial, x: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}

const centre: { over: Polynomial; under: Polynomial } = {
  over: [
    2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
    1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.387132872796366608,
  ],
  under: [
    5.226495278852854561e3, 2.8729085735721942674e4, 3.930789580009271061e4, 2.1213794301586595867e4,
    5.3941960214247511077e3, 6.871870074920579083e2, 4.2313330701600911252e1, 1,
  ],
};
const tail: { over: Polynomial; under: Polynomial } = {
  over: [
    7.7454501427834140764e-4, 2.27238449892691845833e-2, 2.4178072517745061177e-1, 1.27045825245236838258,
    3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
  ],
  under: [
    1.05075007164441684324e-9, 5.475938084995344946e-4, 1.51986665636164571966e-2, 1.4810397642748007459e-1,
    6.8976733498510000455e-1, 1.6763848301838038494, 2.05319162663775882187, 1,
  ],
};
const farTail: { over: Polynomial; under: Polynomial } = {
  over: [
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.2426609473880784386e-3, 2.6532189526576123093e-2,
    2.9656057182850489123e-1, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
  ],
  under: [
    2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
    1.48753612908506148525e-2, 1.3692988092273580531e-1, 5.9983220655588793769e-1, 1,
  ],
};

/** Quantile whose distance from the median's probability is q and whose tail probability is `tailShare`. */
function quantile(q: number, tailShare: number): number {
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * evaluatePolynomial(centre.over, r)) / evaluatePolynomial(centre.under, r);
  }
  const r = Math.sqrt(-logarithm(tailShare));
  const { over, under } = r <= 5 ? tail : farTail;
  const argument = r <= 5 ? r - 1.6 : r - 5;
  const magnitude = evaluatePolynomial(over, argument) / evaluatePolynomial(under, argument);
  return q < 0 ? -magnitude : magnitude;
}

/** Standard normal quantile of a probability in (0, 1): Wichura's algorithm AS 241, PPND16 (1988), relative error about 1e-16. */
export function normalQuantile(probability: number): number {
  return quantile(probability - 0.5, probability < 0.5 ? probability : 1 - probability);
}

/** Standard normals start .. start + count - 1 of a stream, by the inverse distribution function: float64 [count]. */
export function normalVariates(
  seed: number,
  streamId: number,
  subsequence: number,
  start: number,
  count: number,
): Float64Array {
  const words = streamWords(seed, streamId, subsequence, 2 * start, 2 * count);
  return Float64Array.from({ length: count }, (_, index) => {
    // Cell centres (n + 1/2) / 2^53: symmetric about 1/2, and q and both tails are exact.
    const n = integer53(words, index);
    const q = (n - twoTo52 + 0.5) / twoTo53;
    return quantile(q, (n < twoTo52 ? n + 0.5 : twoTo53 - n - 0.5) / twoTo53);
  });
}
