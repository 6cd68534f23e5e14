/** Colours bound to the values of the axis that matters: the same value has one colour in chart, grid and table. */
import { interpolateViridis } from 'd3-scale-chromatic';
import type { AxisValue } from '../sweeps/cell.ts';
import type { SweptAxis } from '../sweeps/swept-axes.ts';

/** A colour for light and one for dark ground. */
export interface SweptColour {
  readonly light: string;
  readonly dark: string;
}

const plain: SweptColour = { light: '#33628f', dark: '#86b7e6' };

/** For values without an order: distinct in hue and lightness, legible on both grounds. */
const distinct: readonly SweptColour[] = [
  { light: '#33628f', dark: '#86b7e6' },
  { light: '#b4541a', dark: '#f0a268' },
  { light: '#2f7d5b', dark: '#45a87c' },
  { light: '#8a3d7c', dark: '#dd9bd0' },
  { light: '#7a6a12', dark: '#d9c75a' },
  { light: '#a3312a', dark: '#f08f86' },
  { light: '#4b5563', dark: '#b3bac4' },
  { light: '#1b7f8c', dark: '#6cced9' },
];

const preferredAxes = ['points', 'parameters', 'shape'];

/** The axis whose values carry colour: points, else parameters or shape, else the first; null without axes. */
export function colourAxis(axes: readonly SweptAxis[]): SweptAxis | null {
  for (const name of preferredAxes) {
    const axis = axes.find((candidate) => candidate.name === name);
    if (axis !== undefined) return axis;
  }
  return axes[0] ?? null;
}

/** The colour of each value of an axis; numbers run along a scale in their own order. */
export function sweptColours(axis: SweptAxis | null): (value: AxisValue | undefined) => SweptColour {
  if (axis === null) return () => plain;
  const colours = new Map<AxisValue, SweptColour>();
  const isScale = axis.values.every((value) => typeof value === 'number') && axis.name !== 'seed';
  const ordered = isScale ? [...axis.values].sort((a, b) => Number(a) - Number(b)) : axis.values;
  ordered.forEach((value, at) => {
    const share = ordered.length > 1 ? at / (ordered.length - 1) : 0.5;
    const onScale = {
      light: hexFromText(interpolateViridis(0.04 + 0.55 * share)),
      dark: hexFromText(interpolateViridis(0.36 + 0.6 * share)),
    };
    colours.set(value, isScale ? onScale : distinct[at % distinct.length]);
  });
  return (value) => (value === undefined ? plain : (colours.get(value) ?? plain));
}

/** '#rrggbb' of 'rgb(r, g, b)' or '#rrggbb'. */
function hexFromText(text: string): string {
  if (text.startsWith('#')) return text;
  const digits = (text.match(/\d+/g) ?? []).map((channel) => Number(channel).toString(16).padStart(2, '0'));
  return `#${digits.join('')}`;
}
