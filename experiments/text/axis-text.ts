/** Axes of sweeps and their values in words. */
import { formatCount } from './number-format.ts';
import type { AxisValue } from '../sweeps/cell.ts';

const axisNames: Readonly<Record<string, string>> = {
  points: 'training points',
  parameters: 'parameters',
  random_labels: 'random labels',
};

/** An axis in words: "training points", "learning rate". */
export function axisWords(name: string): string {
  return axisNames[name] ?? name.replaceAll('_', ' ');
}

/** A value of an axis as a heading prints it. */
export function valueWords(axis: string, value: AxisValue): string {
  if (typeof value !== 'number') return String(value);
  return axis === 'points' || axis === 'parameters' ? formatCount(value) : String(value);
}

/** A value with its axis: "312 points", "seed 3". */
export function namedValue(axis: string, value: AxisValue): string {
  const text = valueWords(axis, value);
  if (axis === 'points' || axis === 'parameters') return `${text} ${axis}`;
  return axis === 'shape' ? text : `${axisWords(axis)} ${text}`;
}
