import { describe, expect, it } from 'vitest';
import {
  operationsPerSecond,
  secondsUntilDone,
  type CellWork,
} from '../../../experiments/sweeps/time-left.ts';

function cell(operations: number, changes: Partial<CellWork> = {}): CellWork {
  return { epoch: 0, epochs: 100, operations, seconds: 0, epochsPerSecond: null, ...changes };
}

describe('time left', () => {
  it('follows what cells have to compute, not how many they are', () => {
    const running = [cell(1000, { epoch: 50, epochsPerSecond: 10 })];
    expect(operationsPerSecond(running)).toBe(100);
    expect(secondsUntilDone(running, [cell(50_000), cell(100)], [], 1)).toBe(5 + 500 + 1);
    expect(secondsUntilDone(running, [cell(50_000, { epoch: 50 })], [], 1)).toBe(5 + 250);
  });

  it('gives what waits to the place that is free first, in order', () => {
    const running = [cell(1000, { epoch: 50, epochsPerSecond: 10 })];
    expect(secondsUntilDone(running, [cell(300), cell(300), cell(1000)], [], 2)).toBe(15);
    expect(secondsUntilDone(running, [cell(1000), cell(300), cell(300)], [], 2)).toBe(11);
  });

  it('is told by what was trained before where nothing trains', () => {
    const finished = [cell(1000, { epoch: 100, seconds: 10 }), cell(3000, { epoch: 100, seconds: 10 })];
    expect(operationsPerSecond(finished)).toBe(200);
    expect(secondsUntilDone([], [cell(1000)], finished, 2)).toBe(5);
    expect(secondsUntilDone([], [cell(1000, { epoch: 50, seconds: 1 })], [], 2)).toBe(1);
  });

  it('is not told by the first epochs of what has just begun', () => {
    expect(secondsUntilDone([cell(1000, { epoch: 1, seconds: 5 })], [cell(1000)], [], 2)).toBeNull();
  });

  it('is unknown before anything has trained, and nothing where nothing is left', () => {
    expect(secondsUntilDone([cell(5)], [cell(5)], [], 2)).toBeNull();
    expect(secondsUntilDone([], [], [cell(5)], 2)).toBe(0);
  });

  it('takes a running cell of unknown speed as one of the others', () => {
    const running = [cell(1000, { epoch: 50, epochsPerSecond: 10 }), cell(400)];
    expect(secondsUntilDone(running, [], [], 2)).toBe(5);
    expect(secondsUntilDone([running[1]], [], [cell(100, { epoch: 100, seconds: 1 })], 0)).toBe(4);
  });
});
