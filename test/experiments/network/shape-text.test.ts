import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatShape, parseShape, ShapeError } from '../../../experiments/network/shape-text.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';

describe('parseShape', () => {
  it.each([
    ['[30]*3', [30, 30, 30]],
    ['[64,32,16]', [64, 32, 16]],
    [' [ 64 , 32 ] * 2 ', [64, 32, 64, 32]],
    ['[64]*2+[32]', [64, 64, 32]],
    ['[512]', [512]],
    ['[1]*100', new Array(100).fill(1)],
  ])('reads %s', (text, hidden) => {
    expect(parseShape(text)).toEqual(hidden);
  });

  it.each([
    ['[0]*30', 'width of a layer must be from 1 to 512, is 0'],
    ['[-3]', 'width of a layer must be from 1 to 512, is -3'],
    ['[513]', 'width of a layer must be from 1 to 512, is 513'],
    ['[30]*101', 'number of layers must be from 1 to 100, is 101'],
    ['[30]*60+[30]*60', 'a network has at most 100 hidden layers, this has more'],
    ['[1,2]*100', 'a network has at most 100 hidden layers, this has more'],
    ['[]', 'a shape needs at least one hidden layer'],
    ['[30', "a shape looks like [30]*30 or [64,32,16], this is '[30'"],
    ['[1.5]', "width of a layer must be a whole number, is '1.5'"],
    ['[1e2]', "width of a layer must be a whole number, is '1e2'"],
    ['[30]*process.exit()', "number of layers must be a whole number, is 'process.exit()'"],
    ['', "a shape looks like [30]*30 or [64,32,16], this is ''"],
    ['[1]+'.repeat(300), 'a shape has at most 1000 characters'],
  ])('rejects %s', (text, message) => {
    expect(() => parseShape(text)).toThrow(new ShapeError(message));
  });

  it('throws nothing but ShapeError, whatever it is given', () => {
    const shapeLike = fc
      .array(fc.constantFrom(...'[]*+,0123456789- x'), { maxLength: 40 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string(), shapeLike), (text) => {
        try {
          const hidden = parseShape(text);
          expect(hidden.length).toBeGreaterThan(0);
          expect(hidden.length).toBeLessThanOrEqual(100);
          expect(hidden.every((width) => Number.isInteger(width) && 1 <= width && width <= 512)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ShapeError);
        }
      }),
      { numRuns: fuzzRuns(2000) },
    );
  });
});

describe('formatShape', () => {
  it('is read back as the same shape', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 100 }), (hidden) => {
        expect(parseShape(formatShape(hidden))).toEqual(hidden);
      }),
    );
  });

  it('is short for equal layers', () => {
    expect(formatShape(new Array<number>(30).fill(30))).toBe('[30]*30');
    expect(formatShape([64, 32, 16])).toBe('[64,32,16]');
    expect(formatShape([64])).toBe('[64]');
  });
});
