import { expect, it } from 'vitest';
import type { Recipe } from '../../../experiments/formats/recipe.ts';
import { picturePlace } from '../../../renderer/model/picture-place.ts';

const cell = { id: '0123456789abcdef', label: 'one', epoch: 30 };
const frame: Recipe = {
  format: 'creasebook recipe',
  version: 1,
  program: 'Creasebook 0.1.0',
  drawing: { kind: 'frame', options: { size: 64, x0: 0.25, y0: 0, x1: 0.5, y1: 0.25 } },
  entry: { id: '0badc0de', title: 'ring' },
  cells: [cell],
  sweep: null,
};
const grid: Recipe = {
  ...frame,
  drawing: { kind: 'grid', options: { map: 'grey' } },
  cells: [cell, { ...cell, epoch: 40 }, { ...cell, epoch: null }],
};
const place = {
  entryId: '0badc0de',
  cellId: cell.id,
  epoch: 30,
  view: { x0: 0.25, y0: 0, x1: 0.5, y1: 0.25 },
};

it.each<[string, Recipe, unknown]>([
  ['a frame', frame, place],
  ['a grid', grid, { ...place, cellId: null, epoch: 40, view: null }],
  ['a grid of one cell', { ...grid, cells: [cell] }, { ...place, cellId: null, view: null }],
  ['nothing trained', { ...grid, cells: [] }, { ...place, cellId: null, epoch: null, view: null }],
  ['foreign weights', { ...frame, entry: null }, null],
  ['an entry whose id is none', { ...frame, entry: { id: '../etc', title: '' } }, null],
  [
    'a cell whose id is none',
    { ...frame, cells: [{ ...cell, id: '#/x' }] },
    { ...place, cellId: null, view: null },
  ],
])('the place of %s', (_what, recipe, expected) => {
  expect(picturePlace(recipe)).toEqual(expected);
});

it.each<[string, Record<string, string | number>]>([
  ['the unit square', { x0: 0, y0: 0, x1: 1, y1: 1 }],
  ['nothing', {}],
  ['words', { x0: '0', y0: 0, x1: 0.5, y1: 1 }],
  ['a view inside out', { x0: 0.5, y0: 0, x1: 0.25, y1: 1 }],
  ['no numbers', { x0: NaN, y0: 0, x1: 0.5, y1: 1 }],
  ['a place far outside', { x0: 0, y0: 0, x1: 1e300, y1: 1 }],
])('asks for no view where the recipe tells %s', (_what, options) => {
  expect(picturePlace({ ...frame, drawing: { kind: 'frame', options } })?.view).toBeNull();
});
