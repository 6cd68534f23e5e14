/**
 * cells.json: the resolved cells of an entry. What all cells share stands there once; what differs is a list of values
 * to which each cell refers by number, so that a cell takes about a hundred bytes and is read without being parsed again.
 */
import { z } from 'zod';
import { maxCells, type AxisValue, type CellConfig, type SweepCell } from '../sweeps/cell.ts';
import { canonicalJson } from '../records/canonical-json.ts';
import { EntryError } from '../records/entry-error.ts';
import { configSchema } from './entry-schema.ts';

/** Maximum size of a cells.json that is read, in bytes. */
export const maxCellsBytes = 1 << 27;

const version = 1;
/** The number of a value that a cell does not have. */
const absent = -1;

/** A field of the configuration. */
interface Leaf {
  readonly path: readonly string[];
  /** The path with points between its parts. */
  readonly name: string;
}

/** Fields of the configuration; lists and alternatives are fields as a whole. */
const leaves: readonly Leaf[] = leavesOf(configSchema, []);

function leavesOf(schema: z.ZodObject, above: readonly string[]): Leaf[] {
  return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, field]) => {
    const path = [...above, key];
    return field instanceof z.ZodObject ? leavesOf(field, path) : [{ path, name: path.join('.') }];
  });
}

/** Values in the order in which they were first met, each once. */
class ValueList {
  readonly values: unknown[] = [];
  readonly #numbers = new Map<unknown, number>();

  /** Number of a value; undefined counts as absent. */
  numberOf(value: unknown): number {
    if (value === undefined) return absent;
    const key = typeof value === 'object' && value !== null ? canonicalJson(value) : value;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.values.length);
    this.values.push(value);
    return this.values.length - 1;
  }
}

/** Text of cells.json: a line for each list of values, then a line for each cell. */
export function cellsText(cells: readonly SweepCell[]): string {
  const fields = leaves.map(({ name }) => ({ name, list: new ValueList() }));
  const axes = new Map<string, ValueList>();
  for (const cell of cells)
    for (const name of Object.keys(cell.axes)) if (!axes.has(name)) axes.set(name, new ValueList());
  const rows = cells.map(({ id, label, epochs, axes: place, config }) => ({
    start: [id, label, epochs] as const,
    axes: [...axes].map(([name, list]) => list.numberOf(place[name])),
    config: leaves.map(({ path }, at) => fields[at].list.numberOf(valueAt(config, path))),
  }));
  const differs = fields.map((_, at) => new Set(rows.map(({ config }) => config[at])).size > 1);
  const common = fields.filter(({ list }, at) => !differs[at] && list.values.length === 1);
  const differing = fields.filter((_, at) => differs[at]);
  return [
    '{',
    `"format": "creasebook-cells",`,
    `"version": ${version},`,
    `"config": ${JSON.stringify(Object.fromEntries(common.map(({ name, list }) => [name, list.values[0]])))},`,
    `"axes": {${listLines([...axes].map(([name, list]) => ({ name, list })))}},`,
    `"differing": {${listLines(differing)}},`,
    `"cells": [${rows.length === 0 ? '' : '\n'}${rows
      .map(({ start, axes: place, config }) =>
        JSON.stringify([...start, place, config.filter((_, at) => differs[at])]),
      )
      .join(',\n')}`,
    ']}',
    '',
  ].join('\n');
}

function listLines(lists: readonly { readonly name: string; readonly list: ValueList }[]): string {
  return lists.map(({ name, list }) => `\n${JSON.stringify(name)}: ${JSON.stringify(list.values)}`).join(',');
}

function valueAt(config: CellConfig, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], config);
}

/** A cell without its configuration, for lists. */
export type ListedCell = Pick<SweepCell, 'id' | 'label' | 'axes' | 'epochs'>;

/** Lists of values and cells are checked by hand: what tells more about a wrong one of a hundred thousand would cost a second. */
function isList(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length <= maxCells && value.every(isItem);
}

function isAxisValue(value: unknown): boolean {
  return typeof value === 'string' ? value.length <= 1000 : ['number', 'boolean'].includes(typeof value);
}

const axisValues = z.custom<readonly AxisValue[]>((value) => isList(value, isAxisValue));
const anyValues = z.custom<readonly unknown[]>((value) => isList(value, () => true));

const frame = z.strictObject({
  format: z.literal('creasebook-cells'),
  version: z.literal(version),
  config: z.record(z.string().max(100), z.unknown()),
  axes: z.record(z.string().max(100), axisValues),
  differing: z.record(z.string().max(100), anyValues),
  cells: anyValues,
});

type Frame = z.infer<typeof frame>;

/** The cells that the bytes of a cells.json hold, as a list shows them. Throws EntryError 'malformed', 'too-large'. */
export function parseListedCells(bytes: Uint8Array): ListedCell[] {
  return cellsFrom(frameOf(bytes), (cell) => cell);
}

/** The cells that the bytes of a cells.json hold. Throws EntryError 'malformed', 'too-large'. */
export function parseCells(bytes: Uint8Array): SweepCell[] {
  const read = frameOf(bytes);
  if (read.cells.length === 0) return [];
  const config = configBuilder(read);
  return cellsFrom(read, ({ id, label, axes, epochs }, numbers) => ({
    id,
    label,
    axes,
    epochs,
    config: config(id, numbers),
  }));
}

function frameOf(bytes: Uint8Array): Frame {
  if (bytes.length > maxCellsBytes) throw new EntryError('too-large', `cells.json has ${bytes.length} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw malformed('it is not JSON');
  }
  const parsed = frame.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw malformed(`${issue.path.join('.') || 'content'}: ${issue.message}`);
}

/** What `make` makes of each cell and the numbers of its values in the lists of what differs. */
function cellsFrom<Made>(
  { axes, cells, differing }: Frame,
  make: (cell: ListedCell, numbers: readonly unknown[]) => Made,
): Made[] {
  const lists = Object.entries(axes);
  const columns = Object.keys(differing).length;
  const seen = new Set<string>();
  return cells.map((row) => {
    if (!Array.isArray(row) || row.length !== 5) throw malformed('a cell is no list of five');
    const [id, label, epochs, place, config] = row as readonly unknown[];
    if (typeof id !== 'string' || !/^[0-9a-f]{16}$/.test(id) || seen.has(id))
      throw malformed('a cell has no id of its own');
    seen.add(id);
    if (typeof label !== 'string' || label.length > 1000) throw malformed(`cell ${id} has no label`);
    if (!Number.isSafeInteger(epochs) || (epochs as number) < 0) throw malformed(`cell ${id} has no goal`);
    if (!Array.isArray(place) || place.length !== lists.length)
      throw malformed(`cell ${id} lies on other axes`);
    if (!Array.isArray(config) || config.length !== columns)
      throw malformed(`cell ${id} has another configuration`);
    const own: Record<string, AxisValue> = {};
    for (let at = 0; at < lists.length; at++) {
      const [name, values] = lists[at];
      const number: unknown = place[at];
      if (number !== absent) own[name] = listed(values, number, id);
    }
    return make({ id, label, axes: own, epochs: epochs as number }, config);
  });
}

function listed<Value>(values: readonly Value[], number: unknown, id: string): Value {
  const value = typeof number === 'number' ? values[number] : undefined;
  if (value === undefined) throw malformed(`cell ${id} refers to a value that is not listed`);
  return value;
}

/** Makes something of a configuration from the numbers of a cell's values; the id is for errors. */
type Make<Made = unknown> = (id: string, numbers: readonly unknown[]) => Made;

/** A part of a configuration: the same for all cells, or made from the numbers of a cell's values. */
type Part = { readonly shared: unknown } | { readonly columns: readonly number[]; readonly make: Make };

/** Makes configurations from rows; parts that are equal are one object. Throws EntryError where the values are none. */
function configBuilder({ config, differing }: Frame): Make<CellConfig> {
  const columns = Object.keys(differing);
  const known = new Set(leaves.map(({ name }) => name));
  const unknown = [...Object.keys(config), ...columns].find((name) => !known.has(name));
  if (unknown !== undefined) throw malformed(`config.${unknown} is not known`);
  const partOf = (schema: z.ZodType, name: string): Part => {
    if (schema instanceof z.ZodObject) return groupOf(schema, name);
    if (Object.hasOwn(config, name)) return { shared: checked(schema, config[name], name) };
    const column = columns.indexOf(name);
    if (column < 0) return { shared: checked(schema, undefined, name) };
    const values = differing[name].map((value) => checked(schema, value, name));
    const make: Make = (id, numbers) =>
      numbers[column] === absent ? checked(schema, undefined, name) : listed(values, numbers[column], id);
    return { columns: [column], make };
  };
  const groupOf = (schema: z.ZodObject, name: string): Part => {
    const parts = Object.entries(schema.shape as Record<string, z.ZodType>).map(
      ([key, field]) => [key, partOf(field, name === '' ? key : `${name}.${key}`)] as const,
    );
    const used = parts.flatMap(([, part]) => ('columns' in part ? part.columns : []));
    const make: Make = (id, numbers) => {
      const made: Record<string, unknown> = {};
      for (const [key, part] of parts) {
        const value = 'shared' in part ? part.shared : part.make(id, numbers);
        if (value !== undefined) made[key] = value;
      }
      return made;
    };
    if (used.length === 0) return { shared: make('', []) };
    const combinations = used.reduce((product, column) => product * differing[columns[column]].length, 1);
    return { columns: used, make: combinations > maxSharedParts ? make : remembered(used, make) };
  };
  const whole = groupOf(configSchema, '');
  return (id, numbers) => ('shared' in whole ? whole.shared : whole.make(id, numbers)) as CellConfig;
}

/** Parts of which there are more are not looked up: nearly each is another one. */
const maxSharedParts = 1000;

function remembered(columns: readonly number[], make: Make): Make {
  const known = new Map<string, unknown>();
  return (id, numbers) => {
    const key = columns.map((column) => numbers[column]).join();
    const value = known.get(key) ?? make(id, numbers);
    known.set(key, value);
    return value;
  };
}

function checked(schema: z.ZodType, value: unknown, name: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw malformed(`config.${name}: ${parsed.error.issues[0].message}`);
}

function malformed(what: string): EntryError {
  return new EntryError('malformed', `cells.json: ${what}`);
}
