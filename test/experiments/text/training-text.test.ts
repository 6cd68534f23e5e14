import { describe, expect, it } from 'vitest';
import { expandSweep } from '../../../experiments/sweeps/sweep-expansion.ts';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';
import { trainingText } from '../../../experiments/text/training-text.ts';

const target = { digest: 'ab', width: 64, height: 64, channels: 1 } as const;

function textOf(lines: string): string {
  const text = `name: t\ntarget: ring\nepochs: 10\nvalidation: 0\n${lines}`;
  return trainingText(
    expandSweep(parseSweep(text), target, 'portable-1', 'portable').map(({ config }) => config),
  );
}

const axes = 'parameters: { shape: "[3]*2", points: 10 }';

describe('training in words', () => {
  it('names the defaults', () => {
    expect(textOf(axes)).toBe('Adam, learning rate 0.001, batch 1024, MSE');
  });

  it('names what was asked for', () => {
    const training =
      'training: { optimizer: rmsprop, learning_rate: 0.01, batch_size: 8, loss: bce, schedule: { kind: cosine } }';
    expect(textOf(`${axes}\nrandom_labels: true\n${training}`)).toBe(
      'RMSprop, learning rate 0.01, cosine schedule, batch 8, BCE, random labels',
    );
  });

  it('leaves out what varies between cells', () => {
    expect(textOf('parameters: { shape: "[3]*2", points: 10, learning_rate: { values: [0.1, 0.2] } }')).toBe(
      'Adam, batch 1024, MSE',
    );
  });
});
