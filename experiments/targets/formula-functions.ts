/** What formulas may call and name, by arithmetic that gives the same bits on every machine. */
import { angleOf, arctangent, cosine, largestAngle, sine } from '../random/angles.ts';
import { exponential, logarithm } from '../random/elementary.ts';
import { TargetError } from './target-error.ts';

/** A function of formulas: of one number, of two, or of two that more of them fold into. */
type FormulaFunction =
  | { readonly takes: 'one'; readonly of: (a: number) => number }
  | { readonly takes: 'two' | 'two or more'; readonly of: (a: number, b: number) => number };

const one = (of: (a: number) => number): FormulaFunction => ({ takes: 'one', of });
const two = (of: (a: number, b: number) => number): FormulaFunction => ({ takes: 'two', of });
const fold = (of: (a: number, b: number) => number): FormulaFunction => ({ takes: 'two or more', of });

/** A function of an angle that refuses what is too large to be told from another one. */
function ofAngle(name: string, of: (angle: number) => number): FormulaFunction {
  return one((angle) => {
    if (Number.isFinite(angle) && Math.abs(angle) > largestAngle) {
      throw new TargetError(`${name} is asked for an angle of ${angle}, angles are at most ${largestAngle}`);
    }
    return of(angle);
  });
}

/** What is left after whole multiples of `b`, with the sign of `b`. */
function modulo(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

const largestRepeated = 1024;

/** A power: by squaring where the exponent is whole and up to 1024 either way, else e to the power of b log a. */
export function power(a: number, b: number): number {
  if (Number.isInteger(b) && Math.abs(b) <= largestRepeated) {
    const whole = repeated(a, Math.abs(b));
    return b < 0 ? 1 / whole : whole;
  }
  if (a === 0) return b > 0 ? 0 : b < 0 ? Infinity : NaN;
  if (a > 0) return exponential(b * logarithm(a));
  if (!Number.isInteger(b)) return NaN;
  const size = exponential(b * logarithm(-a));
  return b % 2 === 0 ? size : -size;
}

function repeated(a: number, times: number): number {
  let value = 1;
  let square = a;
  for (let left = times; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) value *= square;
    square *= square;
  }
  return value;
}

const rest = (a: number) => Math.sqrt((1 - a) * (1 + a));

/** Functions by the names that formulas give them. */
export const formulaFunctions: ReadonlyMap<string, FormulaFunction> = new Map([
  ['sin', ofAngle('sin', sine)],
  ['cos', ofAngle('cos', cosine)],
  ['tan', ofAngle('tan', (angle) => sine(angle) / cosine(angle))],
  ['asin', one((a) => angleOf(a, rest(a)))],
  ['acos', one((a) => angleOf(rest(a), a))],
  ['atan', one(arctangent)],
  ['atan2', two(angleOf)],
  ['exp', one(exponential)],
  ['log', one(logarithm)],
  ['sqrt', one(Math.sqrt)],
  ['hypot', two((a, b) => Math.sqrt(a * a + b * b))],
  ['abs', one(Math.abs)],
  ['sign', one(Math.sign)],
  ['floor', one(Math.floor)],
  ['ceil', one(Math.ceil)],
  ['round', one(Math.round)],
  ['mod', two(modulo)],
  ['min', fold(Math.min)],
  ['max', fold(Math.max)],
]);

/** Numbers by the names that formulas give them. */
export const formulaConstants: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
]);
