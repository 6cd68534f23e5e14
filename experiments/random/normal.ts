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

// Coefficients of PPND16 as the float64 nearest to each.
const centre: { over: Polynomial; under: Polynomial } = {
  over: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
    1971.5909503065513, 133.14166789178438, 3.3871328727963665,
  ],
  under: [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
    687.1870074920579, 42.31333070160091, 1,
  ],
};
const tail: { over: Polynomial; under: Polynomial } = {
  over: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  under: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
};
const farTail: { over: Polynomial; under: Polynomial } = {
  over: [
    2.0103343992922881e-7, 0.000027115555687434876, 0.0012426609473880784, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  under: [
    2.0442631033899397e-15, 1.421511758316446e-7, 0.000018463183175100548, 0.0007868691311456133,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
  ],
};

/**
 * Standard normal quantile: Wichura's algorithm AS 241, PPND16 (1988), relative error about 1e-16. `q` is the probability
 * less 1/2, `tailShare` the probability or 1 less it, whichever is smaller: given both, neither is rounded.
 */
export function normalQuantile(q: number, tailShare: number): number {
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
    return normalQuantile(q, (n < twoTo52 ? n + 0.5 : twoTo53 - n - 0.5) / twoTo53);
  });
}
