/** Axes of sweeps and their values in words, the same on screens, in figures and in notes. */
import type { AxisValue } from '../sweeps/cell.ts';
import { formatCount } from './number-format.ts';

const countAxes: readonly string[] = ['points', 'parameters'];

/** An axis in words: "training points", "learning rate". */
export function axisText(axis: string): string {
  return axis === 'points' ? 'training points' : axis.replaceAll('_', ' ');
}

/** A value of an axis as a heading prints it: counts with thousands separators, flags as yes and no. */
export function valueText(axis: string, value: AxisValue): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' && countAxes.includes(axis) ? formatCount(value) : String(value);
}

/** A value with its axis: "312 points", "seed 3", "random labels yes"; shapes say themselves. */
export function namedValueText(axis: string, value: AxisValue): string {
  const text = valueText(axis, value);
  if (countAxes.includes(axis)) return `${text} ${axis}`;
  return axis === 'shape' ? text : `${axisText(axis)} ${text}`;
}
