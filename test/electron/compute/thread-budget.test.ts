import { expect, it } from 'vitest';
import { threadBudget } from '../../../electron/compute/thread-budget.ts';

it.each([1, 2, 8, 12, 32, 64, 128, 256])(
  'in Electron %i cores leave room for all memories and heaps',
  (cores) => {
    const { training, drawing, trainingHeapMb, drawingHeapMb } = threadBudget(cores, true);
    // One for each thread that trains; frames and polytopes in threads that draw; a film and a picture at the same time.
    expect(training + 2 * drawing + 2 * drawing).toBeLessThan(100);
    expect(training * trainingHeapMb + drawing * drawingHeapMb).toBeLessThan(3500);
    expect(Math.min(trainingHeapMb, drawingHeapMb)).toBeGreaterThan(40);
    expect([training, drawing]).toEqual([Math.min(cores, 26), Math.min(cores, 8)]);
  },
);

it('elsewhere every core counts', () => {
  expect(threadBudget(64, false)).toEqual({
    training: 64,
    drawing: 64,
    trainingHeapMb: 1024,
    drawingHeapMb: 1024,
  });
});
