/** Values of an axis from the ways in which a sweep file gives them. */
import { exponential, logarithm } from '../random/elementary.ts';
import type { AxisValue } from './cell.ts';

interface RatioRange {
  readonly from: number;
  readonly ratio: number;
  readonly count: number;
}

interface SpacedRange {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly spacing: 'linear' | 'log';
}

/** An axis as it stands in a sweep file. */
export type AxisEntry =
  | AxisValue
  | readonly AxisValue[]
  | { readonly value: AxisValue }
  | { readonly values: readonly AxisValue[] }
  | RatioRange
  | SpacedRange;

function isList(entry: AxisEntry): entry is readonly AxisValue[] {
  return Array.isArray(entry);
}

/** Twelve significant digits: hides rounding such as 49.99999999999999, and is the same on every machine. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

function ratioValues({ from, ratio, count }: RatioRange): number[] {
  const values: number[] = [];
  let value = from;
  for (let index = 0; index < count; index++) {
    values.push(value);
    value *= ratio;
  }
  return values;
}

function spacedValues({ from, to, count, spacing }: SpacedRange): number[] {
  return Array.from({ length: count }, (_, index) => {
    const share = count === 1 ? 0 : index / (count - 1);
    if (index === 0) return from;
    if (index === count - 1) return to;
    return spacing === 'linear'
      ? from + share * (to - from)
      : from * exponential(share * logarithm(to / from));
  });
}

/**
 * Values of an axis in order. Generated values are rounded down where the axis is whole, else to twelve digits; they may
 * be out of the axis's range (a logarithm of 0 gives NaN) and are to be checked like written ones.
 */
export function axisValues(entry: AxisEntry, isWhole: boolean): readonly AxisValue[] {
  if (typeof entry !== 'object') return [entry];
  if (isList(entry)) return entry;
  if ('value' in entry) return [entry.value];
  if ('values' in entry) return entry.values;
  const values = 'ratio' in entry ? ratioValues(entry) : spacedValues(entry);
  return values.map((value) => (isWhole ? Math.floor(rounded(value)) : rounded(value)));
}
