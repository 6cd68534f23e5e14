import { describe, expect, it } from 'vitest';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';
import { cellsOf } from './sweep-files.ts';

const sweep = (epochs: string, training = '{ batch_size: 100 }') => `name: steps
target: ring
epochs: ${epochs}
validation: 0
parameters:
  shape: '[4]*2'
  points: [1000, 250, 100, 7]
training: ${training}
`;

describe('epochs in steps', () => {
  it('are as many whole ones of each cell as make the steps: 10, 3, 1 and 1 step an epoch', () => {
    const goals = cellsOf(sweep('{ steps: 1001 }')).map(({ epochs }) => epochs);
    expect(goals).toEqual([101, 334, 1001, 1001]);
    const exact = cellsOf(sweep('{ steps: 1000 }')).map(({ epochs }) => epochs);
    expect(exact).toEqual([100, 334, 1000, 1000]);
  });

  it('follow the batch size of each cell', () => {
    const text = sweep('{ steps: 60 }', '{ loss: mse }').replace(
      'points: [1000, 250, 100, 7]',
      'points: 60\n  batch_size: [60, 20, 1]',
    );
    expect(cellsOf(text).map(({ epochs }) => epochs)).toEqual([60, 20, 1]);
  });

  it('leave the cells what they are: a goal is no part of their identity', () => {
    const ids = (text: string) => cellsOf(text).map(({ id }) => id);
    expect(ids(sweep('{ steps: 1000 }'))).toEqual(ids(sweep('100')));
  });

  it.each([
    ['{ steps: 0 }', /^line 3: epochs\.steps: must be a whole number from 1 to 1000000000, is 0$/],
    ['{ step: 5 }', /^line 3: unknown key 'step', did you mean 'steps'\?$/],
    ['many', /^line 3: epochs: must be a whole number from 1 to 10000000, is "many"$/],
    ['0', /^line 3: epochs: must be a whole number from 1 to 10000000, is 0$/],
  ])('answer %s with the line', (epochs, words) => {
    expect(() => parseSweep(sweep(epochs))).toThrow(words);
  });

  it('need a length for the cosine, which would differ between cells', () => {
    const cosine = (schedule: string) => sweep('{ steps: 50 }', `{ schedule: ${schedule} }`);
    expect(() => parseSweep(cosine('{ kind: cosine }'))).toThrow(
      /^line 8: training\.schedule\.epochs: is missing/,
    );
    expect(parseSweep(cosine('{ kind: cosine, epochs: 9 }')).training.schedule).toMatchObject({ epochs: 9 });
  });
});
