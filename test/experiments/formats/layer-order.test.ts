import { describe, expect, test } from 'vitest';
import { ImportError } from '../../../experiments/formats/import-error.ts';
import { orderedLayers } from '../../../experiments/formats/layer-order.ts';

/** Layers of the widths between them, under these names. */
function layersOf(names: readonly string[], widths: readonly number[]) {
  return names.map((name, at) => ({ name, weight: { shape: [widths[at + 1], widths[at]] }, bias: null }));
}

/** Names in the order that is found; the layers are given in another one. */
function orderOf(names: readonly string[], widths: readonly number[]): string[] {
  return orderedLayers(layersOf(names, widths).reverse()).map(({ name }) => name);
}

describe('the order of layers', () => {
  test.each([
    ['numbers', ['layers.0', 'layers.2', 'layers.10', 'layers.11']],
    ['numbers of blocks, then inside of them', ['b.0.up', 'b.1.fc1', 'b.1.fc2', 'b.2.down']],
    ['a first layer without a number', ['dense', 'dense_1', 'dense_2', 'dense_3']],
    ['fc, fc2', ['fc', 'fc2', 'fc3', 'fc4']],
    ['words for the ends', ['input', 'hidden', 'hidden2', 'output']],
    ['numbers in words', ['fc_in', 'hidden_one', 'hidden_two', 'out']],
    ['humps', ['fcIn', 'hiddenOne', 'hiddenTwo', 'fcOut']],
    ['encoder before decoder', ['encoder.0', 'encoder.1', 'decoder.0', 'decoder.1']],
    ['a head behind a trunk', ['trunk.0', 'trunk.1', 'head.0', 'head.1']],
  ])('%s prove it where all layers are square', (_, names) => {
    expect(orderOf(names, [2, 2, 2, 2, 2])).toEqual(names);
  });

  test('shapes decide where only one order chains, whatever the names', () => {
    expect(orderOf(['zeta', 'alpha', 'up', 'down'], [2, 3, 4, 5, 1])).toEqual([
      'zeta',
      'alpha',
      'up',
      'down',
    ]);
    expect(orderOf(['layers.3', 'layers.1', 'layers.2'], [2, 7, 5, 1])).toEqual([
      'layers.3',
      'layers.1',
      'layers.2',
    ]);
  });

  test('names order what shapes leave open, and only that', () => {
    expect(orderOf(['a', 'mid.0', 'mid.1', 'b'], [2, 4, 4, 4, 1])).toEqual(['a', 'mid.0', 'mid.1', 'b']);
  });

  test.each([
    ['lower', 'higher'],
    ['blocks.0.up', 'blocks.0.down'],
    ['pts_linears.1', 'views_linears.0'],
    ['hidden_a', 'hidden_b'],
    ['fc', 'fc0'],
  ])('%s and %s prove nothing: both are named', (one, other) => {
    const layers = layersOf(['in', one, other, 'out'], [2, 4, 4, 4, 1]);
    expect(() => orderedLayers(layers)).toThrow(ImportError);
    expect(() => orderedLayers(layers)).toThrow(
      new RegExp(`neither shapes nor names.*'(?:${one}|${other})'.*'(?:${one}|${other})'.*number the names`),
    );
  });

  test('two orders of different shapes are not guessed either', () => {
    // 2 to 3 to 2 to 4 to 2 to 1, or the other way round.
    const layers = layersOf(['a', 'b', 'c', 'd', 'e'], [2, 3, 2, 4, 2, 1]);
    expect(() => orderedLayers(layers)).toThrow(ImportError);
  });

  test('layers that cannot follow each other come back by their names', () => {
    expect(orderOf(['fc2', 'fc10', 'fc1'], [2, 9, 9, 700])).toEqual(['fc1', 'fc2', 'fc10']);
  });

  test('a hundred equal layers without numbers, and hostile names, are answered at once', () => {
    const names = Array.from({ length: 101 }, (_, at) => String.fromCodePoint(0x4e00 + at));
    expect(() => orderedLayers(layersOf(names, Array<number>(102).fill(2)))).toThrow(ImportError);
    const dead = layersOf(names, [2, ...Array<number>(100).fill(3), 9]);
    expect(() => orderedLayers(dead)).toThrow(ImportError);
  });
});

describe('an order that a person gives', () => {
  const layers = layersOf(['up', 'left', 'right', 'down'], [2, 3, 3, 3, 1]);

  test('is kept to where neither shapes nor names decide', () => {
    expect(() => orderedLayers(layers)).toThrow(/give the order of 'up', 'left', 'right', 'down'/);
    for (const names of [
      ['up', 'left', 'right', 'down'],
      ['up', 'right', 'left', 'down'],
    ])
      expect(orderedLayers(layers, names).map(({ name }) => name)).toEqual(names);
  });

  test.each([
    ['up,left,right'],
    ['up,left,right,down,down'],
    ['up,left,left,down'],
    ['up,left,right,out'],
    [''],
  ])('has to name each layer once: "%s"', (names) => {
    expect(() => orderedLayers(layers, names.split(','))).toThrow(
      /name each layer once; the layers are 'up', 'left', 'right', 'down'/,
    );
  });
});
