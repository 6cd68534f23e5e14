import { describe, expect, it } from 'vitest';
import { Arguments } from '../../../electron/commands/arguments.ts';
import { UserError } from '../../../electron/commands/user-error.ts';

const options = { size: 'text', view: 'text', set: 'texts', dry: 'flag', engine: 'text' } as const;
const read = (...args: string[]): Arguments => new Arguments('frame', args, options, { min: 0, max: 1 });

describe('command-line arguments', () => {
  it('reads flags, texts, repeated texts and positionals', () => {
    const args = read('ENTRY', '--size', '512', '--set', 'a=1', '--set=b=2', '--dry', '--json');
    expect(args.positional(0)).toBe('ENTRY');
    expect(args.whole('size', 1, 1000)).toBe(512);
    expect(args.texts('set')).toEqual(['a=1', 'b=2']);
    expect([args.flag('dry'), args.flag('json')]).toEqual([true, true]);
  });

  it('takes a view with a negative corner', () => {
    expect(read('--view', '-1,-0.5,1,1').view()).toEqual({ x0: -1, y0: -0.5, x1: 1, y1: 1 });
    expect(read().view()).toEqual({ x0: 0, y0: 0, x1: 1, y1: 1 });
  });

  it.each([
    [['--sise', '3'], /--sise/],
    [['a', 'b'], /unexpected argument 'b'/],
  ])('refuses %j in one line', (args, message) => {
    expect(() => read(...args)).toThrow(UserError);
    expect(() => read(...args)).toThrow(message);
  });

  it.each(['0', '-3', '1e3', '4.5', '', 'x', '1001'])('refuses the size %j', (size) => {
    expect(() => read(`--size=${size}`).whole('size', 1, 1000)).toThrow(
      /--size must be a whole number from 1 to 1000/,
    );
  });

  it.each(['0,0,1', '0,0,0,1', '1,0,0,1', 'a,b,c,d', '0,0,,1', '0,0,Infinity,1'])(
    'refuses the view %j',
    (view) => {
      expect(() => read(`--view=${view}`).view()).toThrow(/--view must be/);
    },
  );

  it('refuses a word outside a choice', () => {
    expect(() => read('--engine', 'gpu').choice('engine', ['auto', 'wasm'])).toThrow(/one of auto, wasm/);
  });
});
