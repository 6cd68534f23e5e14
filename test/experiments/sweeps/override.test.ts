import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOverride } from '../../../experiments/sweeps/override.ts';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';
import { SweepError } from '../../../experiments/sweeps/sweep-error.ts';
import { ringSweep } from './sweep-files.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';

const lineOf = (text: string, line: number) => text.split('\n')[line - 1];

describe('applyOverride', () => {
  it.each([
    ['epochs=300', 4, 'epochs: 300'],
    ['target=disc', 3, 'target: disc                      # built-in'],
    ['target=my pictures/a, b.png', 3, 'target: "my pictures/a, b.png"                      # built-in'],
    ['parameters.points.count=3', 8, '  points: { from: 5000, ratio: 0.5, count: 3 }   # halves'],
    ['parameters.points=[312, 625]', 8, '  points: [312,625]   # halves'],
    ['parameters.shape=[64,32]', 7, '  shape:  [64,32] # one shape'],
    ['parameters.shape="[64,32]"', 7, '  shape:  "[64,32]" # one shape'],
    ['snapshots={ budget: 3 MB }', 5, 'snapshots: {"budget":"3 MB"}'],
    [
      'training.learning_rate=1e-2',
      10,
      'training: { optimizer: adam, learning_rate: 1e-2, batch_size: 1024, loss: mse }',
    ],
    [
      'training.learning_rate=.inf',
      10,
      'training: { optimizer: adam, learning_rate: .inf, batch_size: 1024, loss: mse }',
    ],
  ])('%s changes one value and leaves every other letter alone', (assignment, line, expected) => {
    const changed = applyOverride(ringSweep, assignment);
    expect(lineOf(changed, line)).toBe(expected);
    const others = (text: string) => text.split('\n').filter((_, index) => index !== line - 1);
    expect(others(changed)).toEqual(others(ringSweep));
  });

  it('changes what parseSweep reads', () => {
    expect(parseSweep(applyOverride(ringSweep, 'parameters.points.count=2')).axes[1].values).toEqual([
      5000, 2500,
    ]);
    expect(
      parseSweep(applyOverride(ringSweep, 'training.learning_rate=0.01')).training.optimizer.learningRate,
    ).toBe(0.01);
  });

  it('adds keys that are not there, and whole sections', () => {
    const inside = applyOverride(ringSweep, 'training.beta1=0.8');
    expect(parseSweep(inside).training.optimizer.beta1).toBe(0.8);
    expect(inside).toContain('# what is asked');
    const without = ringSweep.replace(/training:.*\n/, '');
    expect(parseSweep(applyOverride(without, 'training.schedule.kind=cosine')).training.schedule).toEqual({
      kind: 'cosine',
      epochs: 6000,
      minimum: 0,
    });
    expect(parseSweep(applyOverride(ringSweep, 'slope=0')).slope).toBe(0);
  });

  it('replaces a block by a value', () => {
    const block = ringSweep.replace(/points: .*\n/, 'points:\n    from: 10\n    ratio: 2\n    count: 3\n');
    expect(parseSweep(applyOverride(block, 'parameters.points=77')).axes[1].values).toEqual([77]);
    expect(parseSweep(applyOverride(block, 'parameters.points.ratio=3')).axes[1].values).toEqual([
      10, 30, 90,
    ]);
  });

  it('lets the parser say what is wrong, with the line', () => {
    expect(() => parseSweep(applyOverride(ringSweep, 'parameters.points.count=-3'))).toThrow(
      'line 8: parameters.points.count: must be a whole number from 1 to 100000, is -3',
    );
    expect(() => parseSweep(applyOverride(ringSweep, 'epoch=3'))).toThrow(
      "unknown key 'epoch', did you mean 'epochs'?",
    );
  });

  it.each([
    'epochs',
    'epochs=',
    '=3',
    'a..b=3',
    'epochs.x=3',
    '__proto__.x=3',
    'parameters.points.count.x=1',
    'epochs=[',
    'epochs=*a',
  ])('rejects %s', (assignment) => {
    expect(() => applyOverride(ringSweep, assignment)).toThrow(SweepError);
  });

  it('throws nothing but SweepError', () => {
    const key = fc.constantFrom(
      'epochs',
      'name',
      'parameters.points',
      'parameters.points.count',
      'training.switch',
      'new.key.here',
      'x',
    );
    fc.assert(
      fc.property(
        key,
        fc.string(),
        fc.constantFrom(ringSweep, 'a: [1', '', 'x: { y: 3 }', 'x:\n', 'x: &a 1'),
        (path, value, text) => {
          try {
            parseSweep(applyOverride(text, `${path}=${value}`));
          } catch (error) {
            expect(error).toBeInstanceOf(SweepError);
          }
        },
      ),
      { numRuns: fuzzRuns(300) },
    );
  });
});
