import { expect, it } from 'vitest';
import { coresFor, CoreShare } from '../../../electron/compute/core-share.ts';

it('cores are shared out among the cells that train, and no cell has less than one', async () => {
  const share = new CoreShare(8);
  const cores = (): number => share.cores[0];
  const ends: (() => void)[] = [];
  const begin = (): Promise<void> => share.whileTraining(new Promise<void>((resolve) => ends.push(resolve)));
  expect(cores()).toBe(1);
  const running = [begin()];
  expect(cores()).toBe(8);
  for (const each of [4, 2, 2, 1, 1, 1, 1, 1]) {
    running.push(begin());
    expect(cores()).toBe(each);
  }
  for (const end of ends) end();
  await Promise.all(running);
  // Between cells a thread's speed is measured, which has its core alone.
  expect(cores()).toBe(1);
});

it('a cell that fails gives its cores back', async () => {
  const share = new CoreShare(4);
  await expect(share.whileTraining(Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(share.cores[0]).toBe(1);
});

it('a thread that nobody told of cores has one', () => {
  expect(coresFor(1e9)).toBe(1);
});
