/** Colours and type of the figures, CSS pixels. */
import { textWidth } from './text-width.ts';

export const ink = '#1b1d1f';
export const secondInk = '#5c6166';
export const ruleInk = '#c9cdd1';
export const frameInk = '#7d8287';
export const failureInk = '#a3312a';

export const margin = 28;
export const titleSize = 19;
export const titleLeading = 24;
export const subtitleSize = 12.5;
export const subtitleLeading = 17;
export const axisSize = 11;
export const valueSize = 13;
export const valueLeading = 16;
export const captionSize = 11;
export const captionLeading = 15;

/** Heights in the panel beside the grid: colour scale with ticks and label, one line of the key. */
export const scaleHeight = 46;
export const keyLeading = 15;

/** Type of the figures below a picture. */
export interface CellType {
  readonly size: number;
  readonly leading: number;
}

/** Smaller type in smaller cells. */
export function cellType(cellSize: number): CellType {
  if (cellSize >= 190) return { size: 10.5, leading: 14 };
  if (cellSize >= 150) return { size: 9.5, leading: 13 };
  return { size: 8, leading: 11 };
}

/** Height of the error bar and the figures below a picture. */
export function figuresHeight(type: CellType): number {
  return 17 + 3 * type.leading;
}

/** Columns of the figures below a picture. */
export interface TableShape {
  /** Width of the row titles and of each column. */
  readonly labelWidth: number;
  readonly step: number;
  /** Network first, then the baselines where there is room. */
  readonly labels: readonly string[];
  /** Whether the baselines' marks stand before the labels; else the key beside the grid shows them. */
  readonly hasMarks: boolean;
}

/** Narrower cells print the network's figures alone. */
const narrowestTable = 112;
const markRoom = 12;

/** The table that fits below a picture of that width. */
export function tableShape(width: number, type: CellType): TableShape {
  const labelWidth = textWidth('MSE', type.size);
  const count = width >= narrowestTable ? 4 : 1;
  const step = (width - labelWidth) / count;
  const fits = (label: string, room: number): boolean => textWidth(label, type.size, 600) + room <= step;
  const network = fits('network', markRoom) ? 'network' : 'net';
  return {
    labelWidth,
    step,
    labels: [network, '1-NN', 'kernel', 'const.'].slice(0, count),
    hasMarks: fits('kernel', markRoom) && count > 1,
  };
}
