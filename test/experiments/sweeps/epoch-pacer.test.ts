import { describe, expect, it } from 'vitest';
import { createPace } from '../../../experiments/sweeps/epoch-pacer.ts';

describe('pace', () => {
  it('grows chunks of epochs to about half a second, by at most four at a time', () => {
    const pace = createPace(() => 0);
    const chunks: number[] = [];
    for (let turn = 0; turn < 6; turn++) {
      chunks.push(pace.epochs());
      pace.record(pace.epochs(), pace.epochs() * 0.005);
    }
    expect(chunks).toEqual([1, 4, 16, 64, 100, 100]);
  });

  it('shrinks at once when epochs become slower, to no less than one', () => {
    const pace = createPace(() => 0);
    pace.record(1, 0);
    pace.record(4, 0);
    expect(pace.epochs()).toBe(16);
    pace.record(16, 4);
    expect(pace.epochs()).toBe(2);
    pace.record(2, 60);
    expect(pace.epochs()).toBe(1);
  });

  it('asks for progress at once and then every half second', () => {
    let now = 10;
    const pace = createPace(() => now);
    expect(pace.isProgressDue()).toBe(true);
    now = 10.4;
    expect(pace.isProgressDue()).toBe(false);
    now = 10.5;
    expect(pace.isProgressDue()).toBe(true);
    expect(pace.isProgressDue()).toBe(false);
  });
});
