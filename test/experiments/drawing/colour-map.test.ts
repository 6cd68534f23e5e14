import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  colourTable,
  defaultValueMap,
  hexColour,
  nextValueMap,
  valueMapNames,
} from '../../../experiments/drawing/colour-map.ts';

describe('colour maps', () => {
  test('grey is the value itself, the others end where their authors end them', () => {
    expect([...colourTable('grey').subarray(0, 6)]).toEqual([0, 0, 0, 1, 1, 1]);
    expect(hexColour('grey', 1)).toBe('#ffffff');
    expect(hexColour('viridis', 0)).toBe('#440154');
    expect(hexColour('viridis', 1)).toBe('#fde725');
    expect(hexColour('cividis', 0)).toBe('#002051');
    expect(hexColour('cividis', 1)).toBe('#fdea45');
  });

  test('the error map is blue below the truth, red above, nearly white where right', () => {
    const [low, middle, high] = [0, 0.5, 1].map((at) => hexColour('error', at));
    expect(low).toBe('#053061');
    expect(high).toBe('#67001f');
    expect(Number.parseInt(middle.slice(1, 3), 16)).toBeGreaterThan(240);
  });

  test.each([...valueMapNames, 'error', 'layers'] as const)('%s has no jumps', (name) => {
    const table = colourTable(name);
    for (let at = 3; at < table.length; at++) expect(Math.abs(table[at] - table[at - 3])).toBeLessThan(16);
  });

  test('the circle of value maps leads through all of them', () => {
    expect(valueMapNames[0]).toBe(defaultValueMap);
    expect(valueMapNames.map(nextValueMap)).toEqual([...valueMapNames.slice(1), defaultValueMap]);
    expect(nextValueMap('viridis')).toBe('grey');
  });

  test('no other source file names the maps that one may choose', () => {
    const sources = ['experiments', 'electron', 'renderer'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    );
    const naming = sources
      .filter((path) => /\.(ts|mjs|svelte|json)$/.test(path))
      .filter((path) => readFileSync(path, 'utf8').includes('cividis'));
    expect(naming.map((path) => path.replaceAll('\\', '/'))).toEqual(['experiments/drawing/colour-map.ts']);
  });
});
