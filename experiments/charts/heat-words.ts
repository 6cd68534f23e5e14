/** What a heat map says in words: its title, its caption, a sentence for those who do not see it, its table. */
import { fieldText, fieldTitle } from '../selection/fields.ts';
import type { AxisValue } from '../sweeps/cell.ts';
import { formatCount } from '../text/number-format.ts';
import { axisText } from '../text/axis-text.ts';
import { capital, differingWithin } from './chart-data.ts';
import { listText, placeText, valueWithName } from './chart-words.ts';
import { cellsOfSquare, type HeatData } from './heat-data.ts';

/** "True error over parameters and training points". */
export function heatTitle({ choice: { x, y, value } }: HeatData): string {
  const side = (field: typeof x): string => fieldTitle(field).toLowerCase();
  return `${capital(fieldTitle(value))} over ${side(x)} and ${side(y)}`;
}

/** What stands below a figure: when values were taken, what squares of several cells show, what is left out. */
export function heatCaption(data: HeatData, filter: string): string {
  const { choice, counts, starts } = data;
  let most = 0;
  for (let square = 0; square + 1 < starts.length; square++)
    most = Math.max(most, starts[square + 1] - starts[square]);
  const rule = { median: 'median', mean: 'mean', worst: 'worst' }[choice.seeds];
  const count = (cells: number): string => (cells === 1 ? '1 cell' : `${formatCount(cells)} cells`);
  return [
    `${fieldTitle(choice.value)}, ${placeText(choice.place)}.`,
    most > 1
      ? `Each square: the ${rule} over ${listText(pooledSettings(data).map(axisText))} of up to ${count(most)}.`
      : 'One square a cell.',
    filter.trim() === '' ? '' : `Cells with ${filter.trim()}.`,
    counts.diverged === 0 ? '' : `${count(counts.diverged)} diverged.`,
    counts.missing === 0 ? '' : `${count(counts.missing)} without a value there.`,
    counts.diverged + counts.missing === 0 ? '' : 'Grey: no value.',
  ]
    .filter((text) => text !== '')
    .join(' ');
}

/** Settings that differ between cells of one square. */
function pooledSettings(data: HeatData): readonly string[] {
  const known = pooled.get(data.order) ?? pooledIn(data);
  pooled.set(data.order, known);
  return known;
}

/** By the order of the cells, which is the same object as long as they lie where they are. */
const pooled = new WeakMap<Uint32Array, readonly string[]>();

function pooledIn(data: HeatData): string[] {
  const groups = [...data.values.keys()].map((square) => cellsOfSquare(data, square));
  return differingWithin(groups.filter((cells) => cells.length > 1));
}

/** A square in words: "27,091 parameters, 312 points: true error 0.0123, 3 cells". */
export function squareText(data: HeatData, column: number, row: number): string {
  const { choice, columns, rows, values, starts } = data;
  const square = row * columns.length + column;
  const cells = starts[square + 1] - starts[square];
  const place = `${valueWithName(choice.x, columns[column])}, ${valueWithName(choice.y, rows[row])}`;
  if (cells === 0) return `${place}: no cell`;
  const value = fieldText(choice.value, values[square]);
  return `${place}: ${fieldTitle(choice.value)} ${value}${cells === 1 ? '' : `, ${choice.seeds} of ${cells} cells`}`;
}

/** Where a heat map is least and where it is greatest. */
export function heatSummary(data: HeatData): string {
  const { columns, values } = data;
  let [least, most] = [-1, -1];
  for (let square = 0; square < values.length; square++) {
    const value = values[square];
    if (Number.isNaN(value)) continue;
    if (least < 0 || value < values[least]) least = square;
    if (most < 0 || value > values[most]) most = square;
  }
  if (least < 0) return 'Nothing is recorded here.';
  const at = (square: number): string =>
    squareText(data, square % columns.length, Math.floor(square / columns.length));
  return `${columns.length} columns, ${data.rows.length} rows. Least: ${at(least)}. Greatest: ${at(most)}.`;
}

/** The heat map as a table: a row for each square that has cells, numbers in full precision. */
export function heatTable(data: HeatData): {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (AxisValue | null)[])[];
} {
  const { choice, columns, values, starts } = data;
  const rows: (AxisValue | null)[][] = [];
  for (let square = 0; square < values.length; square++) {
    const cells = starts[square + 1] - starts[square];
    if (cells === 0) continue;
    const value = values[square];
    rows.push([
      columns[square % columns.length],
      data.rows[Math.floor(square / columns.length)],
      Number.isNaN(value) ? null : value,
      cells,
      cellsOfSquare(data, square)
        .map(({ id }) => id)
        .join(' '),
    ]);
  }
  const head = [
    fieldTitle(choice.x),
    fieldTitle(choice.y),
    `${fieldTitle(choice.value)} (${choice.seeds})`,
    'cells',
    'ids',
  ];
  return { head, rows };
}
