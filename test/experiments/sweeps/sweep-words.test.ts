import { describe, expect, it } from 'vitest';
import { SweepError } from '../../../experiments/sweeps/sweep-error.ts';
import { sweepText } from '../../../experiments/sweeps/sweep-text.ts';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';

/** A sweep file with these lines below `parameters`. */
const withParameters = (...lines: string[]) =>
  ['name: t', 'target: ring', 'epochs: 10', 'parameters:', ...lines.map((line) => `  ${line}`), ''].join(
    '\n',
  );

function errorOf(text: string): string {
  try {
    parseSweep(text);
  } catch (error) {
    expect(error).toBeInstanceOf(SweepError);
    return (error as Error).message;
  }
  return 'no error';
}

describe('words that help with usual mistakes', () => {
  it.each([
    ['shape: [30, 30]', "parameters.shape: write shapes in quotes, as in '[30, 30]'"],
    ['shape: 30', "parameters.shape: write shapes in quotes, as in '[30]'"],
    ['shape: { value: [64, 32] }', "write shapes in quotes, as in '[64, 32]'"],
    ['shape: { values: [[30, 30], [20]] }', "write shapes in quotes, as in '[30, 30]'"],
    ['shape: [30]*30', "write shapes in quotes, as in '[30]*30'"],
    ['shape: { values: [[8] * 2, [4]*3] }', "write shapes in quotes, as in '[8]*2'"],
    ['points: { min: 10, max: 100 }', "unknown key 'min', write a range as { from: 10, to: 100, count: 4 }"],
    ['points: { distribution: uniform }', "unknown key 'distribution', values here are listed or spaced"],
  ])('%s', (line, words) => {
    const rest = line.startsWith('shape') ? 'points: 100' : "shape: '[4]'";
    expect(errorOf(withParameters(line, rest))).toContain(words);
    expect(errorOf(withParameters(line, rest))).toMatch(/^line 5: /);
  });

  it('leaves quoted shapes alone where something else is wrong', () => {
    expect(errorOf(withParameters("shape: '[30]*30' *x"))).toMatch(/^line 5: not YAML: (?!write shapes)/);
  });

  it.each(['!!omap', '!!pairs', '!!set', '!mine', '!!binary'])('names the tag %s', (tag) => {
    const value = tag === '!!set' ? '{ a }' : tag === '!!omap' || tag === '!!pairs' ? '[a: 1]' : 'YQ==';
    expect(errorOf(withParameters(`shape: ${tag} ${value}`, 'points: 1'))).toBe(
      `line 5: tags (${tag}) are not understood in sweep files`,
    );
  });

  it('still reads tags that say what is there anyway', () => {
    expect(parseSweep(withParameters("shape: !!str '[4]'", 'points: !!int 100')).axes).toHaveLength(3);
  });

  it('maps all keys of a sweep of Weights & Biases in one message', () => {
    const text = [
      'program: train.py',
      'method: bayes',
      'metric: { name: loss, goal: minimize }',
      'early_terminate: { type: hyperband }',
      'parameters:',
      '  learning_rate: { distribution: log_uniform_values, min: 0.0001, max: 0.1 }',
      '  batch_size: { values: [32, 64] }',
      '  epochs: { value: 20 }',
    ].join('\n');
    const message = errorOf(text);
    expect(message).toMatch(/^line 1: a sweep of Weights & Biases/);
    for (const key of [
      'program',
      'method',
      'metric',
      'early_terminate',
      'epochs',
      'values',
      'min, max',
      'distribution',
    ])
      expect(message).toContain(`${key}`);
    expect(message).toContain('to be added: name, target, epochs');
    expect(message).not.toContain('...');
  });

  it('refuses a slope of 1, which no engine computes, wherever it stands', () => {
    const words = /slope.*: must be a number from 0 to less than 1, is 1/;
    expect(errorOf(`${withParameters("shape: '[4]'", 'points: 100')}slope: 1\n`)).toMatch(words);
    expect(errorOf(withParameters("shape: '[4]'", 'points: 100', 'slope: [0, 1]'))).toMatch(words);
  });

  it('refuses control characters in the name of a picture', () => {
    const text = withParameters("shape: '[4]'", 'points: 100').replace('target: ring', 'target: "a\\0b.png"');
    expect(errorOf(text)).toMatch(/^line 2: target: must be .* without control characters/);
  });

  it('names a Git LFS pointer', () => {
    expect(errorOf('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n')).toContain(
      'Git LFS pointer',
    );
  });
});

describe('sweepText', () => {
  const bytes = (...values: number[]) =>
    Uint8Array.from([...new TextEncoder().encode('a: 1\nname: '), ...values]);

  it('reads UTF-8, with or without its mark', () => {
    expect(sweepText(bytes(0xc3, 0x9c))).toBe('a: 1\nname: \u00dc');
    expect(sweepText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('a');
  });

  it.each([[[0xdc]], [[0x61, 0xff]], [[0xc3]], [[0xed, 0xa0, 0x80]]])(
    'refuses %j, and says where',
    (values) => {
      expect(() => sweepText(bytes(...values))).toThrow(
        'line 2: the file is not UTF-8 text, save it as UTF-8',
      );
    },
  );
});
