import { expect, it } from 'vitest';
import { ItemProgress } from '../../../../electron/lab/queue/item-progress.ts';

it('tells no speed from the first slow epochs, then one without them', () => {
  const progress = new ItemProgress(1000);
  progress.note(0, 0, null);
  progress.note(1, 1, 0.5);
  expect(progress.figures).toMatchObject({ epoch: 1, epochsPerSecond: null, secondsLeft: null });
  progress.note(20, 2, 0.4);
  expect(progress.figures).toMatchObject({ epochsPerSecond: 10, secondsLeft: 98 });
  progress.note(420, 22, 0.1);
  progress.note(440, 23, 0.1);
  expect(progress.figures).toMatchObject({ epochsPerSecond: 20, secondsLeft: 28 });
});

it('keeps a history of losses that does not grow without end', () => {
  const progress = new ItemProgress(1e6);
  for (let epoch = 0; epoch < 5000; epoch++) progress.note(epoch, epoch, epoch);
  expect(progress.losses.length).toBeLessThanOrEqual(120);
  expect(progress.losses.length).toBeGreaterThan(50);
  expect([...progress.losses]).toEqual([...progress.lossEpochs]);
});
