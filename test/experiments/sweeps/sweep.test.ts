import fc from 'fast-check';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';
import { SweepError } from '../../../experiments/sweeps/sweep-error.ts';
import { sweepJsonSchema } from '../../../experiments/sweeps/sweep-schema.ts';
import { ringSweep, sweepText } from './sweep-files.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';

function errorOf(text: string): string {
  try {
    parseSweep(text);
  } catch (error) {
    if (error instanceof SweepError) return error.message;
    throw error;
  }
  return 'no error';
}

const axesOf = (parameters: string) =>
  parseSweep(sweepText(parameters)).axes.map(({ name, values }) => [name, ...values]);

describe('parseSweep', () => {
  it('reads the sweep of the original experiment', () => {
    expect(parseSweep(ringSweep)).toEqual({
      name: 'ring, 5000 to 312 points',
      target: 'ring',
      epochs: 6000,
      snapshots: {
        policy: { kind: 'every', epochs: 10 },
        keyFrameEvery: 25,
        previewSize: 128,
        truthStride: 4,
      },
      slope: 0.01,
      initialization: 'he-normal',
      validation: null,
      labelNoise: 0,
      randomLabels: false,
      decoys: null,
      inputs: null,
      sample: null,
      axes: [
        { name: 'shape', values: ['[30]*30'], line: 7 },
        { name: 'points', values: [5000, 2500, 1250, 625, 312], line: 8 },
        { name: 'seed', values: [1, 2, 3], line: 9 },
      ],
      fixed: null,
      training: {
        optimizer: { name: 'adam', learningRate: 0.001 },
        loss: 'mse',
        batchSize: 1024,
        determinism: 'portable',
        schedule: { kind: 'constant' },
        earlyStop: null,
        switches: [],
      },
    });
  });

  it('keeps the axes in the order of the file and adds seed 1 where there is none', () => {
    expect(axesOf('{ points: 10, learning_rate: [0.1, 0.01], shape: "[3]" }')).toEqual([
      ['points', 10],
      ['learning_rate', 0.1, 0.01],
      ['shape', '[3]'],
      ['seed', 1],
    ]);
  });

  it.each([
    ['7', [7]],
    ['[7, 3]', [7, 3]],
    ['{ value: 7 }', [7]],
    ['{ values: [7, 3] }', [7, 3]],
    ['{ from: 5000, ratio: 0.5, count: 5 }', [5000, 2500, 1250, 625, 312]],
    ['{ from: 10, ratio: 10, count: 4 }', [10, 100, 1000, 10_000]],
    ['{ from: 100000, ratio: 0.1, count: 6 }', [100_000, 10_000, 1000, 100, 10, 1]],
    ['{ from: 100, to: 200, count: 5 }', [100, 125, 150, 175, 200]],
    ['{ from: 10, to: 12, count: 3, spacing: linear }', [10, 11, 12]],
    ['{ from: 1, to: 1000, count: 4, spacing: log }', [1, 10, 100, 1000]],
    ['{ from: 1000, to: 10, count: 3, spacing: log }', [1000, 100, 10]],
    ['{ from: 9, to: 99, count: 1 }', [9]],
  ])('reads the axis %s', (entry, values) => {
    expect(axesOf(`{ shape: "[3]", points: ${entry} }`)[1]).toEqual(['points', ...values]);
  });

  it('does not round axes of real numbers to whole ones', () => {
    expect(
      axesOf(
        '{ shape: "[3]", points: 1, learning_rate: { from: 0.1, to: 0.001, count: 3, spacing: log } }',
      )[2],
    ).toEqual(['learning_rate', 0.1, 0.01, 0.001]);
    expect(axesOf('{ shape: "[3]", points: 1, slope: { from: 0, to: 0.3, count: 4 } }')[2]).toEqual([
      'slope',
      0,
      0.1,
      0.2,
      0.3,
    ]);
  });

  it('reads every part of the training section', () => {
    const { training } = parseSweep(
      sweepText(
        '{ shape: "[3]", points: 1 }',
        `training:
  optimizer: momentum
  momentum: 0.8
  weight_decay: 0.1
  loss: bce
  batch_size: 7
  determinism: device
  schedule: { kind: cosine, minimum: 0.0001 }
  early_stop: { below: 0.001 }
  switch:
    - { epoch: 10, optimizer: sgd, learning_rate: 0.1 }
    - { epoch: 20, optimizer: adamw }
`,
      ),
    );
    expect(training).toEqual({
      optimizer: { name: 'momentum', momentum: 0.8, weightDecay: 0.1 },
      loss: 'bce',
      batchSize: 7,
      determinism: 'device',
      schedule: { kind: 'cosine', epochs: 100, minimum: 0.0001 },
      earlyStop: { metric: 'validation', every: 10, below: 0.001 },
      switches: [
        { epoch: 10, options: { name: 'sgd', learningRate: 0.1 } },
        { epoch: 20, options: { name: 'adamw' } },
      ],
    });
  });

  it.each([
    ['{ every: 3, key_frame_every: 2, preview: 64, truth_stride: 8 }', { kind: 'every', epochs: 3 }],
    ['{ log: 200, key_frame_every: 2, preview: 64, truth_stride: 8 }', { kind: 'log', count: 200 }],
    [
      '{ budget: 1.5 MiB, key_frame_every: 2, preview: 64, truth_stride: 8 }',
      { kind: 'budget', bytes: 1_572_864 },
    ],
    [
      '{ budget: 500MB, key_frame_every: 2, preview: 64, truth_stride: 8 }',
      { kind: 'budget', bytes: 500_000_000 },
    ],
  ])('reads the snapshot policy %s', (entry, policy) => {
    const { snapshots } = parseSweep(sweepText('{ shape: "[3]", points: 1 }', `snapshots: ${entry}`));
    expect(snapshots).toEqual({ policy, keyFrameEvery: 2, previewSize: 64, truthStride: 8 });
  });
});

describe('errors of parseSweep', () => {
  const inRing = (from: string, to: string) => errorOf(ringSweep.replace(from, to));

  it.each([
    [
      'count: 5',
      'count: -3',
      'line 8: parameters.points.count: must be a whole number from 1 to 100000, is -3',
    ],
    ['epochs: 6000', 'epoch: 6000', "line 4: unknown key 'epoch', did you mean 'epochs'?"],
    ['ratio: 0.5', 'ratoi: 0.5', "line 8: unknown key 'ratoi', did you mean 'ratio'?"],
    [
      'learning_rate: 0.001',
      'lerning_rate: 0.001',
      "line 10: unknown key 'lerning_rate', did you mean 'learning_rate'?",
    ],
    ['learning_rate: 0.001', 'zzz: 0.001', "line 10: unknown key 'zzz'"],
    ['epochs: 6000', 'epochs: -1', 'line 4: epochs: must be a whole number from 1 to 10000000, is -1'],
    ['epochs: 6000', 'epochs: 1.5', 'line 4: epochs: must be a whole number from 1 to 10000000, is 1.5'],
    ['epochs: 6000', 'epochs: .nan', 'line 4: epochs: must be a whole number from 1 to 10000000, is NaN'],
    [
      'learning_rate: 0.001',
      'learning_rate: .inf',
      'line 10: training.learning_rate: must be a number above 0, at most 1000, is Infinity',
    ],
    ['"[30]*30"', '"[0]*30"', 'line 7: parameters.shape: width of a layer must be from 1 to 512, is 0'],
    ['[1, 2, 3]', '[1, 2, 1]', 'line 9: parameters.seed: 1 is there twice'],
    [
      '[1, 2, 3]',
      '[1, -2]',
      'line 9: parameters.seed.values[1]: must be a whole number from 0 to 4294967295, is -2',
    ],
    ['count: 5', 'count: 40', 'line 8: parameters.points: must be a whole number from 1 to 16777216, is 0'],
    [
      'adam',
      'adan',
      'line 10: training.optimizer: must be one of adam, adamw, sgd, momentum, rmsprop, is "adan"',
    ],
    ['name: ring, 5000 to 312 points', 'title: x', "line 2: unknown key 'title'"],
    ['target: ring', '#', 'line 2: target: is missing'],
    ['epochs: 6000', 'name: again', 'line 4: name: is there twice, first on line 2'],
    [
      '{ every: 10 }',
      '{ every: 10, log: 3 }',
      "line 5: snapshots: 'log' does not go with the other keys there",
    ],
    [
      '{ every: 10 }',
      '{ budget: much }',
      'line 5: snapshots.budget: must be a size such as 500 MB, is "much"',
    ],
    [
      'loss: mse',
      'schedule: { kind: cosin }',
      'line 10: training.schedule.kind: must be one of constant, cosine, step, is "cosin"',
    ],
    [
      'loss: mse',
      'early_stop: { every: 3 }',
      "line 10: training.early_stop: needs 'below' or 'patience' or both",
    ],
    ['[1, 2, 3]', '&seeds [1, 2]', 'no error'],
    ['[1, 2, 3]', '*seeds', 'line 9: aliases (*name) are not understood in sweep files'],
  ])('%s -> %s: %s', (from, to, message) => {
    expect(inRing(from, to)).toBe(message);
  });

  it.each([
    ['{ points: 3 }', "line 4: parameters: needs one of 'shape' and 'parameters'"],
    ['{ shape: "[3]" }', 'line 4: parameters.points: is missing'],
    [
      '{ shape: "[3]", parameters: { value: 100, depth: 3 }, points: 1 }',
      "line 4: parameters: needs one of 'shape' and 'parameters'",
    ],
    [
      '{ parameters: { values: [100] }, points: 1 }',
      "line 4: parameters.parameters: needs one of 'depth' and 'width', the other one is found",
    ],
    ['{ parameters: 100, points: 1 }', 'line 4: parameters.parameters: must be a map, is 100'],
    [
      '{ shape: "[3]", points: 1, seed: { from: 0, to: 999, count: 1000 }, slope: { from: 0, to: 0.9, count: 101 } }',
      'line 4: parameters: make 101000 cells, a sweep has at most 100000',
    ],
    ['{ shape: "[3]", points: { from: 1, to: 2, count: 3 } }', 'line 4: parameters.points: 1 is there twice'],
    [
      '{ shape: "[3]", points: 1, slope: { from: 0, to: 0.9, count: 3, spacing: log } }',
      'line 4: parameters.slope: must be a number from 0 to less than 1, is NaN',
    ],
    ['[1]', 'line 4: parameters: must be a map, is [1]'],
  ])('parameters: %s', (parameters, message) => {
    expect(errorOf(sweepText(parameters))).toBe(message);
  });

  it('does not let an axis and a setting contradict each other', () => {
    const text = sweepText(
      '{ shape: "[3]", points: 1, learning_rate: [0.1, 0.2] }',
      'training: { learning_rate: 0.3 }',
    );
    expect(errorOf(text)).toBe(
      'line 5: training.learning_rate: is an axis under parameters already, keep one of them',
    );
  });

  it('wants switches in order and early stop on something that exists', () => {
    const parameters = '{ shape: "[3]", points: 1 }';
    expect(errorOf(sweepText(parameters, 'training:\n  switch:\n    - epoch: 5\n    - epoch: 5'))).toBe(
      'line 8: training.switch[1].epoch: must come after the epoch before, is 5',
    );
    expect(errorOf(sweepText(parameters, 'validation: 0\ntraining: { early_stop: { patience: 3 } }'))).toBe(
      'line 6: training.early_stop: watches validation, but validation is 0',
    );
  });

  it.each([
    ['', 'the file is empty'],
    ['# nothing', 'the file is empty'],
    ['- 1', 'line 1: must be a map, is [1]'],
    ['a: &x [1]\nb: *x', 'line 2: aliases (*name) are not understood in sweep files'],
    ['? [a]\n: 3', 'line 1: keys must be words'],
    ['__proto__: { epochs: 3 }', "line 1: unknown key '__proto__'"],
    ['<<: { epochs: 3 }', "line 1: unknown key '<<'"],
    ['a: 1\n---\nb: 2', 'line 2: a second document begins (---), a sweep file is one'],
    [`${'['.repeat(30)}${']'.repeat(30)}`, 'line 1: lists and maps are nested too deeply'],
    ['#'.repeat(200_000), 'the file has 200000 characters, sweep files have at most 65536'],
  ])('%#: is one line', (text, message) => {
    expect(errorOf(text)).toBe(message);
  });

  it.each(['[', '- ', '{a: ', '? ', ': ', '- ? : '])('survives thousands of nested %s', (opening) => {
    for (const depth of [1000, 8000]) {
      expect(errorOf(opening.repeat(depth))).toBe('line 1: lists and maps are nested too deeply');
    }
  });

  it('stays short and harmless to terminals, whatever keys there are', () => {
    expect(errorOf(`${'k'.repeat(1000)}: 1`).length).toBeLessThan(420);
    expect(errorOf('"a\\e[31m\\nb": 1')).toBe("line 1: unknown key 'a [31m b'");
  });

  it('says where the nesting becomes too deep', () => {
    expect(
      errorOf(`name:\n${Array.from({ length: 30 }, (_, depth) => `${' '.repeat(depth + 1)}a:\n`).join('')}`),
    ).toBe('line 16: lists and maps are nested too deeply');
  });

  it('refuses a cascade of aliases without unfolding it', () => {
    const levels = Array.from(
      { length: 20 },
      (_, level) => `a${level}: &a${level} [${level === 0 ? 'x' : `*a${level - 1}, *a${level - 1}`}]`,
    );
    expect(errorOf(levels.join('\n'))).toBe('line 2: aliases (*name) are not understood in sweep files');
  });

  it('is always a SweepError of one line, whatever the file holds', () => {
    const word = fc.constantFrom(
      ...'name target epochs parameters points seed values from ratio count training - : { } [ ] , & * ! | > # % @'.split(
        ' ',
      ),
      '\n',
      '\n  ',
      ' ',
      '"',
      "'",
      '1',
      '-1',
      '.inf',
      'null',
    );
    const yamlLike = fc.array(word, { maxLength: 60 }).map((words) => words.join(' '));
    const mutated = fc
      .tuple(fc.nat(ringSweep.length), fc.nat(12), fc.string({ maxLength: 6 }))
      .map(([at, length, text]) => ringSweep.slice(0, at) + text + ringSweep.slice(at + length));
    const check = (text: string) => {
      try {
        parseSweep(text);
      } catch (error) {
        expect(error).toBeInstanceOf(SweepError);
        expect((error as Error).message).not.toContain('\n');
      }
    };
    fc.assert(fc.property(fc.oneof(fc.string({ maxLength: 200 }), yamlLike, mutated), check), {
      numRuns: fuzzRuns(600),
    });
  });

  it('is always a SweepError for arbitrary values in the place of known keys', () => {
    const key = fc.constantFrom(
      'name',
      'target',
      'epochs',
      'snapshots',
      'parameters',
      'training',
      'slope',
      'validation',
    );
    const inner = fc.constantFrom(
      'shape',
      'parameters',
      'points',
      'seed',
      'values',
      'from',
      'ratio',
      'to',
      'count',
      'switch',
      'schedule',
      'kind',
      'depth',
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(0, 1, -1, 1e308, true, null, '', 'ring', '[3]', 'log'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(inner, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    const file = fc.dictionary(key, value, { noNullPrototype: true });
    fc.assert(
      fc.property(file, (data) => {
        expect(errorOf(JSON.stringify(data))).not.toContain('\n');
      }),
      { numRuns: fuzzRuns(600) },
    );
  });
});

describe('sweep.schema.json', () => {
  // `npx vitest run test/experiments/sweeps/sweep.test.ts -u` writes it anew.
  it('is what the parser uses', async () => {
    const path = 'experiments/sweeps/sweep.schema.json';
    const style = { ...(await resolveConfig(path)), parser: 'json' };
    const written = await format(JSON.stringify(sweepJsonSchema(), null, 2), style);
    await expect(written).toMatchFileSnapshot(`../../../${path}`);
  });
});
