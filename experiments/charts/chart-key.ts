/** The key of a chart: colours with their marks, then dashes. */
import { axisSize, ink, secondInk } from '../figures/grid-style.ts';
import { coordinate, element, textLine } from '../figures/svg-elements.ts';
import { textWidth } from '../figures/text-width.ts';
import { fieldText, fieldTitle } from '../selection/fields.ts';
import { valueText } from '../text/axis-text.ts';
import { capital, type ChartData } from './chart-data.ts';
import { lineLooks, markElement, type LineLook } from './chart-look.ts';

const keyLeading = 18;

/** A line of a key: a title, or a look with what it stands for. */
export interface KeyEntry {
  readonly text: string;
  readonly isTitle: boolean;
  readonly look: LineLook | null;
  readonly hasMark: boolean;
}

/** Whether one key stands for all of these charts: colours, dashes and marks mean the same in each. */
export function haveOneKey(charts: readonly ChartData[]): boolean {
  const [first, ...others] = charts.map((data) => JSON.stringify(keyEntries(data)));
  return others.every((key) => key === first);
}

/** The key: colours with their marks, then dashes. */
export function keyEntries(data: ChartData): KeyEntry[] {
  const look = lineLooks(data, false);
  const { lines, dashes } = data.choice;
  const entries: KeyEntry[] = [];
  const title = (text: string): KeyEntry => ({
    text: capital(text),
    isTitle: true,
    look: null,
    hasMark: false,
  });
  if (lines !== null) {
    entries.push(title(fieldTitle(lines)));
    for (const value of data.colourValues) {
      entries.push({
        text: keyText(lines, value),
        isTitle: false,
        look: look({ colourValue: value, dashValue: data.dashValues[0] ?? null }),
        hasMark: true,
      });
    }
  }
  if (dashes !== null) {
    entries.push(title(fieldTitle(dashes)));
    for (const value of data.dashValues) {
      const { dash, mark } = look({ colourValue: data.colourValues[0] ?? null, dashValue: value });
      entries.push({
        text: keyText(dashes, value),
        isTitle: false,
        look: { colour: secondInk, dash, mark },
        hasMark: false,
      });
    }
  }
  return entries;
}

function keyText(
  field: NonNullable<ChartData['choice']['lines']>,
  value: ChartData['colourValues'][number],
): string {
  return field.kind === 'setting' ? valueText(field.name, value) : fieldText(field, value);
}

/** Width of a key with the room on its left, in CSS pixels; 0 where there is none. */
export function keyWidth(entries: readonly KeyEntry[]): number {
  if (entries.length === 0) return 0;
  const widths = entries.map(
    ({ text, isTitle }) => textWidth(text, axisSize + 1, isTitle ? 600 : 400) + (isTitle ? 0 : 34),
  );
  return 24 + Math.max(...widths);
}

/** SVG of a key whose upper left corner is there. */
export function keyElement(entries: readonly KeyEntry[], x: number, top: number): string {
  const lines = entries.map(({ text, isTitle, look, hasMark }, at) => {
    const y = top + 10 + at * keyLeading;
    if (isTitle) return textLine(x, y, text, { size: axisSize + 1, weight: 600, fill: ink });
    if (look === null) return '';
    const { colour, dash, mark } = look;
    const stroke = {
      stroke: colour,
      'stroke-width': 1.9,
      fill: 'none',
      ...(dash === '' ? {} : { 'stroke-dasharray': dash }),
    };
    return (
      element('path', { d: `M${coordinate(x)} ${coordinate(y - 4)}h26`, ...stroke }) +
      (hasMark ? markElement(mark, x + 13, y - 4, 3.6, colour, '#ffffff') : '') +
      textLine(x + 34, y, text, { size: axisSize + 1, fill: ink })
    );
  });
  return element('g', {}, ...lines);
}
