import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pictureDigest } from '../../../experiments/targets/digest.ts';
import { formulaPicture } from '../../../experiments/targets/formula-picture.ts';
import { parseFormula } from '../../../experiments/targets/formula.ts';
import { TargetError } from '../../../experiments/targets/target-error.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';

function errorOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof TargetError) return error.message;
    throw error;
  }
  return 'no error';
}

const mistake = (text: string) => errorOf(() => parseFormula(text));
const at = (text: string, x = 0.3, y = 0.7) => parseFormula(text).of(x, y);
const { PI, E } = Math;

describe('parseFormula', () => {
  it.each<[string, (x: number, y: number) => number]>([
    ['1 + 2 * 3 - 4 / 8', () => 6.5],
    ['2 - 3 - 4', () => -5],
    ['16 / 4 / 2', () => 2],
    ['-2 ^ 2', () => -4],
    ['2 ^ -1', () => 0.5],
    ['2 ^ 3 ^ 2', () => 512],
    ['(2 ^ 3) ^ 2', () => 64],
    ['-(x - -y)', (x, y) => -(x + y)],
    ['1.5e-1 + .5 + 2.', () => 2.65],
    ['sin(8 * pi * x) * cos(3 * y) + tan(x)', (x, y) => Math.sin(8 * PI * x) * Math.cos(3 * y) + Math.tan(x)],
    ['exp(-x) * log(y + e)', (x, y) => Math.exp(-x) * Math.log(y + E)],
    ['asin(x) + acos(y) + atan(7 * x)', (x, y) => Math.asin(x) + Math.acos(y) + Math.atan(7 * x)],
    ['atan2(y - 0.9, x - 0.5)', (x, y) => Math.atan2(y - 0.9, x - 0.5)],
    ['hypot(x, y) - sqrt(x)', (x, y) => Math.hypot(x, y) - Math.sqrt(x)],
    ['min(x, y, 0.1) + max(x, y)', (x, y) => Math.min(x, y, 0.1) + Math.max(x, y)],
    ['mod(-7, 3) + mod(7, -3) + mod(x, 0.25)', (x) => 2 - 2 + (x - 0.25)],
    ['floor(2.5) + ceil(2.5) + round(2.5) + sign(-3) + abs(-x)', (x) => 2 + 3 + 3 - 1 + x],
    ['x ^ 2.5 + y ^ -3 + (x - 1) ^ 3', (x, y) => x ** 2.5 + y ** -3 + (x - 1) ** 3],
  ])('values %s as mathematics does', (text, expected) => {
    expect(at(text)).toBeCloseTo(expected(0.3, 0.7), 13);
  });

  it.each<[string, boolean]>([
    ['x < y', true],
    ['x >= y', false],
    ['0.2 < x < 0.4', true],
    ['0.2 < x < 0.25', false],
    ['0.4 > x > 0.35', false],
    ['x == 0.3 and y != 0.3', true],
    ['x < 1 or y < 0 and y < 0', true],
    ['(x < 1 or y < 0) and y < 0', false],
    ['not x < 0.1 and not (y < 0.1)', true],
    ['sqrt(x - 1) < 5', false],
    ['sqrt(x - 1) != 5', false],
  ])('%s holds or not', (text, holds) => {
    expect(at(text)).toBe(holds);
  });

  it.each([
    ['', /^character 1: expected a number.*found the end/],
    ['x +', /^character 4: expected .*found the end/],
    ['2x < 1', /^character 2: expected an operator, as in '2 \* x', found 'x'/],
    ['(x < 1', /^character 7: expected '\)', found the end/],
    ['x < 1)', /^character 6: expected an operator, found '\)'/],
    ['x = 1', /^character 3: '=' is not known, write '=='/],
    ['x < 1 && y < 1', /^character 7: '&' is not known, write 'and'/],
    ['x ** 2', /^character 4: expected a number/],
    ['sin x', /^character 5: expected '\(', found 'x'/],
    ['sin(x, y)', /^character 4: sin takes one value, 2 found/],
    ['min(x)', /^character 4: min takes two or more values, 1 found/],
    ['mod(x, y, 1)', /^character 4: mod takes two values, 3 found/],
    ['z < 1', /^character 1: 'z' is not known; known are x, y, pi, e, sin/],
    ['constructor(x)', /^character 1: 'constructor' is not known/],
    ['x and y < 1', /^character 1: 'and' needs conditions, this is a value/],
    ['not x', /^character 5: 'not' needs conditions/],
    ['1 + (x < 1)', /^character 5: '\+' needs values, this is a condition/],
    ['x < (y < 1)', /needs values, this is a condition/],
    ['1e999 < x', /^character 1: 1e999 is too large a number/],
    [`${'('.repeat(60)}x${')'.repeat(60)}`, /more than 40 brackets/],
    [`${'-'.repeat(60)}x`, /more than 40 brackets, calls, signs/],
    [`x${'^2'.repeat(60)}`, /more than 40/],
    [`x${'+x'.repeat(300)}`, /more than 200 operations/],
    ['x'.repeat(1001), /has 1001 characters, formulas have at most 1000/],
  ])('says where %j is wrong', (text, words) => {
    expect(mistake(text)).toMatch(words);
  });

  it('ends every text with a formula or one error, whatever it is', () => {
    const words =
      'x y pi e sin( min( mod( atan2( ( ) , + - * / ^ < <= == != > >= and or not 1 .5 2e3 1e z = &'.split(
        ' ',
      );
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((list) => list.join(' ')),
      fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(text, (formula) => {
        const message = errorOf(() => at(formula));
        expect(message).not.toBe('');
      }),
      { numRuns: fuzzRuns(1500) },
    );
  });
});

describe('formulaPicture', () => {
  it('is black where a condition holds at the centre of a pixel, x to the right and y down', () => {
    const { width, height, channels, bytes } = formulaPicture('y < 0.5 + 0.3 * sin(8 * pi * x)');
    expect([width, height, channels]).toEqual([1024, 1024, 1]);
    for (let row = 0; row < height; row += 3) {
      for (let column = 0; column < width; column += 5) {
        const [x, y] = [(column + 0.5) / width, (row + 0.5) / height];
        const distance = y - (0.5 + 0.3 * Math.sin(8 * PI * x));
        if (Math.abs(distance) < 1e-12) continue;
        if (bytes[row * width + column] !== (distance < 0 ? 0 : 255)) expect.fail(`pixel ${column}, ${row}`);
      }
    }
  });

  it('takes a value from 0 to 1 as the grey level', () => {
    const { bytes } = formulaPicture('0.5 + 0.5 * cos(2 * pi * x) * y');
    expect(bytes[700 * 1024 + 300]).toBe(
      Math.round(255 * (0.5 + 0.5 * Math.cos((2 * PI * 300.5) / 1024) * (700.5 / 1024))),
    );
    expect(bytes[0]).toBe(128);
  });

  it('keeps its bits', () => {
    expect(pictureDigest(formulaPicture('y < 0.5 + 0.3 * sin(8 * pi * x)'))).toMatchInlineSnapshot(
      `"2bebb2c2b2b8cb57ed98bf14f9db6066c813d40b65cb6d0d73bccca0d63c907b"`,
    );
    expect(pictureDigest(formulaPicture('exp(-8 * hypot(x - 0.5, y - 0.5) ^ 1.5)'))).toMatchInlineSnapshot(
      `"a33a3492c4ce036014c3f36fa7e313f1feaef3cd67cad1ea4e942e0d96b51efc"`,
    );
  });

  it('refuses values that are no grey level, and angles that cannot be told apart', () => {
    expect(errorOf(() => formulaPicture('2 * x'))).toMatch(
      /^target.formula: it is 1\.00\d+ at x = 0\.50\d+, y = 0\.0004\d+; a value must be from 0/,
    );
    expect(errorOf(() => formulaPicture('log(x - 0.5)'))).toMatch(/it has no value at x = 0\.0004/);
    expect(errorOf(() => formulaPicture('sin(1e9 * y) < 0'))).toMatch(
      /sin is asked for an angle of .*, angles are at most 823549/,
    );
  });
});
