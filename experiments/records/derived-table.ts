/** The file that keeps a family of derived measures of one cell: CSV, a row an epoch, under a digest of all of it. */
import {
  derivedMeasures,
  namesOfFamily,
  type DerivedValues,
  type MeasureFamily,
} from './derived-measures.ts';
import { digestedText, maybeDigestedText } from './digested-text.ts';

/** Versions of the definitions: another one is computed anew. */
const versions: Readonly<Record<MeasureFamily, number>> = {
  function: 1,
  sample: 1,
  nearest: 1,
  curvature: 1,
  spectrum: 1,
  geometry: 1,
  sides: 1,
  flicker: 1,
};

/** Values by epoch. */
export type DerivedTable = ReadonlyMap<number, DerivedValues>;

function title(family: MeasureFamily): string {
  return `creasebook measures ${family} ${versions[family]}`;
}

function columnLine(family: MeasureFamily): string {
  const columns = namesOfFamily(family).map((name) => derivedMeasures[name].column);
  return `${['epoch', ...columns].join(',')}\n`;
}

/** The table as CSV, ascending epochs; numbers as ECMAScript prints them, nothing where a measure is undefined. */
export function derivedCsv(family: MeasureFamily, table: DerivedTable): string {
  const rows = [...table]
    .sort(([a], [b]) => a - b)
    .map(([epoch, values]) => {
      const fields = namesOfFamily(family).map((name) => values[name] ?? '');
      return `${[epoch, ...fields].join(',')}\n`;
    });
  return digestedText(title(family), columnLine(family) + rows.join(''));
}

/** The table of a text; null where it is none, whole and of this version: it is then computed anew. */
export function maybeDerivedTable(family: MeasureFamily, text: string): DerivedTable | null {
  const body = maybeDigestedText(title(family), text);
  const columns = columnLine(family);
  if (body === null || !body.startsWith(columns) || !body.endsWith('\n')) return null;
  const names = namesOfFamily(family);
  const table = new Map<number, DerivedValues>();
  let before = -1;
  for (const line of body.slice(columns.length).split('\n').slice(0, -1)) {
    const [epoch, ...fields] = line.split(',');
    const at = Number(epoch);
    const values = fields.map((field) => (field === '' ? null : Number(field)));
    const isWhole = values.every((value, index) => value === null || String(value) === fields[index]);
    if (!/^\d+$/.test(epoch) || at <= before || values.length !== names.length || !isWhole) return null;
    table.set(at, Object.fromEntries(names.map((name, index) => [name, values[index]])));
    before = at;
  }
  return table;
}
