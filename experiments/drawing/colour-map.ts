/** Colour maps as lookup tables: fixed scales, so that a colour means the same over time and across a grid. */
import {
  interpolateCividis,
  interpolatePlasma,
  interpolateRdBu,
  interpolateViridis,
} from 'd3-scale-chromatic';

/** Maps for values in [0, 1]. */
export type ValueMapName = 'grey' | 'cividis' | 'viridis';

/** 'error' runs from blue (-1) over white (0) to red (+1); 'layers' from the first hidden layer (dark) to the last. */
export type ColourMapName = ValueMapName | 'error' | 'layers';

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
    table.set(colourAt(name, index / (tableSize - 1)), 3 * index);
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

function colourAt(name: ColourMapName, position: number): [number, number, number] {
  switch (name) {
    case 'grey': {
      const level = Math.round(255 * position);
      return [level, level, level];
    }
    case 'cividis':
      return channels(interpolateCividis(position));
    case 'viridis':
      return channels(interpolateViridis(position));
    case 'error':
      return channels(interpolateRdBu(1 - position));
    case 'layers':
      // The upper fifth is too pale to be read as a line on white.
      return channels(interpolatePlasma(0.8 * position));
  }
}

/** Channels of 'rgb(r, g, b)' or '#rrggbb', the two spellings the interpolators return. */
function channels(text: string): [number, number, number] {
  if (text.startsWith('#')) {
    const value = Number.parseInt(text.slice(1), 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  const [red = 0, green = 0, blue = 0] = (text.match(/\d+/g) ?? []).map(Number);
  return [red, green, blue];
}
