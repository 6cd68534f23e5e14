import { describe, expect, it } from 'vitest';
import {
  shapeForParameterCount,
  uniformParameterCount,
} from '../../../experiments/network/parameter-count.ts';
import { parameterCount } from '../../../experiments/network/shape.ts';
import { ShapeError } from '../../../experiments/network/shape-text.ts';

const layers = (width: number, depth: number) => new Array<number>(depth).fill(width);

describe('uniformParameterCount', () => {
  it('is the number of parameters of the layout', () => {
    for (const [width, depth, outputs] of [
      [30, 30, 1],
      [100, 20, 1],
      [100, 10, 1],
      [1, 1, 3],
      [7, 5, 2],
    ]) {
      expect(uniformParameterCount(width, depth, outputs)).toBe(
        parameterCount({ hidden: layers(width, depth), outputs }),
      );
    }
    expect(uniformParameterCount(30, 30, 1)).toBe(27_091);
  });
});

describe('shapeForParameterCount', () => {
  it('finds the width at a fixed depth and the depth at a fixed width', () => {
    expect(shapeForParameterCount(27_091, { depth: 30 }, 1).hidden).toEqual(layers(30, 30));
    expect(shapeForParameterCount(27_500, { depth: 30 }, 1).hidden).toEqual(layers(30, 30));
    expect(shapeForParameterCount(192_301, { width: 100 }, 1).hidden).toEqual(layers(100, 20));
  });

  it('is nearer to the target than its neighbours', () => {
    for (const target of [1, 100, 1234, 50_000, 1_000_000]) {
      const { hidden } = shapeForParameterCount(target, { depth: 6 }, 3);
      const distance = (width: number) => Math.abs(uniformParameterCount(width, 6, 3) - target);
      expect(distance(hidden[0])).toBeLessThanOrEqual(distance(hidden[0] + 1));
      if (hidden[0] > 1) expect(distance(hidden[0])).toBeLessThanOrEqual(distance(hidden[0] - 1));
    }
  });

  it('stays within the largest widths and depths', () => {
    expect(shapeForParameterCount(1e8, { depth: 3 }, 1).hidden).toEqual(layers(512, 3));
    expect(shapeForParameterCount(1e8, { width: 3 }, 1).hidden).toEqual(layers(3, 100));
  });

  it('rejects what cannot be reached', () => {
    expect(() => shapeForParameterCount(0, { depth: 3 }, 1)).toThrow(ShapeError);
    expect(() => shapeForParameterCount(NaN, { depth: 3 }, 1)).toThrow(ShapeError);
    expect(() => shapeForParameterCount(100, { depth: 0 }, 1)).toThrow(
      'depth must be a whole number from 1 to 100, is 0',
    );
    expect(() => shapeForParameterCount(100, { width: 513 }, 1)).toThrow(
      'width must be a whole number from 1 to 512, is 513',
    );
  });
});
