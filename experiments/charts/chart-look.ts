/** How lines of charts are told apart: colour by one setting, dash by another, a mark for each line; and the ink around them. */
import type { AxisValue } from '../sweeps/cell.ts';
import { element, coordinate } from '../figures/svg-elements.ts';
import { sweptColours } from './swept-colours.ts';
import type { ChartData, ChartLine } from './chart-data.ts';

/** Ink of a chart on light or dark ground. */
export interface ChartInk {
  readonly ink: string;
  readonly second: string;
  readonly rule: string;
  readonly ground: string;
  readonly isDark: boolean;
}

/** Ink of figures. */
export const lightInk: ChartInk = {
  ink: '#1b1d1f',
  second: '#5c6166',
  rule: '#dfe2e5',
  ground: '#ffffff',
  isDark: false,
};

/** Ink of charts on dark ground. */
export const darkInk: ChartInk = {
  ink: '#e9e7e2',
  second: '#b2b6bc',
  rule: '#343a42',
  ground: '#1b1e22',
  isDark: true,
};

/** Dashes, the solid line first; lengths in line widths apart enough to be told at a glance. */
const dashes: readonly string[] = ['', '7 3', '1.5 3', '9 3 1.5 3', '4 2 4 2 1.5 2'];

/** Marks at points; a line has one of them, so that no colour has to be told from another. */
const markNames = ['circle', 'square', 'triangle', 'diamond', 'cross', 'down'] as const;
/** Name of a mark. */
export type MarkName = (typeof markNames)[number];

/** How a line is drawn. */
export interface LineLook {
  readonly colour: string;
  readonly dash: string;
  readonly mark: MarkName;
}

/** Most lines of a panel that can be told apart; what is beyond is to be filtered, or to become panels. */
export const mostLines = 12;

/** The look of every line of a chart. */
export function lineLooks(
  { choice, colourValues, dashValues }: ChartData,
  isDark: boolean,
): (line: Pick<ChartLine, 'colourValue' | 'dashValue'>) => LineLook {
  const name = choice.lines?.name ?? '';
  const axis = choice.lines === null ? null : { name, values: colourValues };
  const colours = sweptColours(axis);
  const place = (values: readonly AxisValue[], value: AxisValue | null): number =>
    value === null ? 0 : Math.max(0, values.indexOf(value));
  return ({ colourValue, dashValue }) => {
    const { light, dark } = colours(colourValue ?? undefined);
    return {
      colour: isDark ? dark : light,
      dash: dashes[place(dashValues, dashValue) % dashes.length],
      mark: markNames[place(colourValues, colourValue) % markNames.length],
    };
  };
}

/** A mark around a point; open marks are filled with the ground. */
export function markElement(
  mark: MarkName,
  x: number,
  y: number,
  size: number,
  colour: string,
  ground: string,
): string {
  const fill = { fill: colour, stroke: ground, 'stroke-width': 0.9 };
  const corners = (points: readonly (readonly [number, number])[]): string =>
    element('path', {
      d: `M${points.map(([dx, dy]) => `${coordinate(x + dx * size)} ${coordinate(y + dy * size)}`).join('L')}Z`,
      ...fill,
    });
  switch (mark) {
    case 'circle':
      return element('circle', { cx: x, cy: y, r: size, ...fill });
    case 'square':
      return corners([
        [-0.9, -0.9],
        [0.9, -0.9],
        [0.9, 0.9],
        [-0.9, 0.9],
      ]);
    case 'triangle':
      return corners([
        [0, -1.25],
        [1.15, 0.8],
        [-1.15, 0.8],
      ]);
    case 'down':
      return corners([
        [0, 1.25],
        [1.15, -0.8],
        [-1.15, -0.8],
      ]);
    case 'diamond':
      return corners([
        [0, -1.3],
        [1.3, 0],
        [0, 1.3],
        [-1.3, 0],
      ]);
    case 'cross': {
      const [a, b] = [0.38, 1.15];
      return corners([
        [-a, -b],
        [a, -b],
        [a, -a],
        [b, -a],
        [b, a],
        [a, a],
        [a, b],
        [-a, b],
        [-a, a],
        [-b, a],
        [-b, -a],
        [-a, -a],
      ]);
    }
  }
}
