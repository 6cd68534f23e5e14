/** Student's t distribution for whole degrees of freedom: quantiles by bisection of the regularised incomplete beta function. */
import { exponential, logarithm } from '../random/elementary.ts';

/** B(degrees / 2, 1 / 2), stepwise from B(1/2, 1/2) = pi and B(1, 1/2) = 2. */
function halfBeta(degrees: number): number {
  let value = degrees % 2 === 1 ? Math.PI : 2;
  for (let a = degrees % 2 === 1 ? 0.5 : 1; a < degrees / 2; a++) value *= a / (a + 0.5);
  return value;
}

/** Continued fraction of the incomplete beta function, by Lentz's method (Press et al. 1992, section 6.4). */
function betaFraction(a: number, b: number, x: number): number {
  const away = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return value;
}

/** Chance that |T| exceeds t >= 0. */
function tails(t: number, degrees: number): number {
  const [a, b] = [degrees / 2, 0.5];
  const x = degrees / (degrees + t * t);
  const rest = (t * t) / (degrees + t * t);
  if (rest === 0) return 1;
  const front = (exponential(a * logarithm(x)) * Math.sqrt(rest)) / halfBeta(degrees);
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(a, b, x)) / a
    : 1 - (front * betaFraction(b, a, rest)) / b;
}

/** The value that T with this many degrees of freedom (whole, from 1) stays below with this chance, .5 <= chance < 1. */
export function studentQuantile(chance: number, degrees: number): number {
  const wanted = 2 * (1 - chance);
  let [low, high] = [0, 1];
  while (tails(high, degrees) > wanted) [low, high] = [high, 2 * high];
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return high;
    if (tails(middle, degrees) > wanted) low = middle;
    else high = middle;
  }
}
