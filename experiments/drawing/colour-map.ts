/** Colour maps as lookup tables: fixed scales, so that a colour means the same over time and across a grid. */
import {
  interpolateCividis,
  interpolatePlasma,
  interpolateRdBu,
  interpolateViridis,
} from 'd3-scale-chromatic';

type Colour = readonly [red: number, green: number, blue: number];

/** Maps for values in [0, 1], in the order in which they are offered: a map is added by a line here. */
const valueMaps = {
  grey: (position: number): Colour => {
    const level = Math.round(255 * position);
    return [level, level, level];
  },
  cividis: (position: number): Colour => channels(interpolateCividis(position)),
  viridis: (position: number): Colour => channels(interpolateViridis(position)),
};

/** Scales with a meaning of their own, which nobody chooses. */
const fixedMaps = {
  error: (position: number): Colour => channels(interpolateRdBu(1 - position)),
  // The upper fifth is too pale to be read as a line on white.
  layers: (position: number): Colour => channels(interpolatePlasma(0.8 * position)),
};

/** Maps for values in [0, 1]. */
export type ValueMapName = keyof typeof valueMaps;

/** 'error' runs from blue (-1) over white (0) to red (+1); 'layers' from the first hidden layer (dark) to the last. */
export type ColourMapName = ValueMapName | keyof typeof fixedMaps;

/** Names of all value maps, in the order in which they are offered. */
export const valueMapNames = Object.keys(valueMaps) as readonly ValueMapName[];

/** The map of values where none is chosen. */
export const defaultValueMap: ValueMapName = 'grey';

const colours: Readonly<Record<ColourMapName, (position: number) => Colour>> = { ...valueMaps, ...fixedMaps };

/** The value map after another one, around in a circle. */
export function nextValueMap(name: ValueMapName): ValueMapName {
  return valueMapNames[(valueMapNames.indexOf(name) + 1) % valueMapNames.length];
}

/** 256 colours, uint8 [256, 3]. */
export type ColourTable = Uint8Array;

const tableSize = 256;
const tables = new Map<ColourMapName, ColourTable>();

/** The table of a map, made once. */
export function colourTable(name: ColourMapName): ColourTable {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const table = new Uint8Array(3 * tableSize);
  for (let index = 0; index < tableSize; index++) {
    table.set(colours[name](index / (tableSize - 1)), 3 * index);
  }
  tables.set(name, table);
  return table;
}

/** Row of a table for a position in [0, 1]; positions outside are clamped. */
export function tableIndex(position: number): number {
  return Math.min(tableSize - 1, Math.max(0, Math.round(position * (tableSize - 1))));
}

/** '#rrggbb' of a map at a position in [0, 1]. */
export function hexColour(name: ColourMapName, position: number): string {
  const at = 3 * tableIndex(position);
  const digits = [...colourTable(name).subarray(at, at + 3)];
  return `#${digits.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** Channels of 'rgb(r, g, b)' or '#rrggbb', the two spellings the interpolators return. */
function channels(text: string): Colour {
  if (text.startsWith('#')) {
    const value = Number.parseInt(text.slice(1), 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  const [red = 0, green = 0, blue = 0] = (text.match(/\d+/g) ?? []).map(Number);
  return [red, green, blue];
}
