import { describe, expect, it } from 'vitest';
import { previewCount } from '../../../renderer/model/cell-series.ts';
import {
  keptBeside,
  latestAt,
  scrubPositions,
  shownMoment,
  timeOfEpoch,
  translatedTime,
} from '../../../renderer/model/time-axis.ts';
import { timeline } from '../samples.ts';

describe('latest-at', () => {
  it.each([
    [[0, 10, 20], -1, -1],
    [[0, 10, 20], 0, 0],
    [[0, 10, 20], 9.9, 0],
    [[0, 10, 20], 10, 1],
    [[0, 10, 20], 1e9, 2],
    [[], 5, -1],
  ])('in %j at %d is snapshot %d', (positions, time, index) => {
    expect(latestAt(positions, time)).toBe(index);
  });
});

describe('time of cells with different steps per epoch', () => {
  const many = timeline('a', [0, 10, 20], { stepsPerEpoch: 5 });
  const few = timeline('b', [0, 10, 20], { stepsPerEpoch: 1 });

  it('has every frame of every cell once, in order', () => {
    expect([...scrubPositions([many, few], 'epoch')]).toEqual([0, 10, 20]);
    expect([...scrubPositions([many, few], 'step')]).toEqual([0, 10, 20, 50, 100]);
  });

  it('shows each cell its own latest snapshot on the step axis', () => {
    expect(shownMoment(many, 'step', 20)?.snapshotEpoch).toBe(0);
    expect(shownMoment(few, 'step', 20)?.snapshotEpoch).toBe(20);
    expect(shownMoment(many, 'step', 60)?.epoch).toBe(10);
  });

  it('means any epoch on the epoch axis, but none after the last snapshot', () => {
    expect(shownMoment(many, 'epoch', 13)).toEqual({ snapshot: 1, preview: 1, snapshotEpoch: 10, epoch: 13 });
    expect(shownMoment(many, 'epoch', 500)).toEqual({
      snapshot: 2,
      preview: 2,
      snapshotEpoch: 20,
      epoch: 20,
    });
    expect(shownMoment(many, 'step', 51)?.epoch).toBe(10);
  });

  it('passes over snapshots that were thinned', () => {
    const thinned = timeline('d', [0, 10, 20, 30, 40], { previews: Uint32Array.of(0, 0, 0, 1, 2) });
    expect([...scrubPositions([thinned], 'epoch')]).toEqual([0, 30, 40]);
    expect(shownMoment(thinned, 'epoch', 25)).toEqual({
      snapshot: 0,
      preview: 0,
      snapshotEpoch: 0,
      epoch: 25,
    });
    expect(shownMoment(thinned, 'epoch', 30)).toMatchObject({ snapshot: 3, preview: 1 });
    expect(translatedTime(thinned, 'epoch', 'seconds', 25)).toBe(0);
    expect([keptBeside(thinned, 0, 1), keptBeside(thinned, 3, -1), keptBeside(thinned, 4, 1)]).toEqual([
      3, 0, -1,
    ]);
    expect(previewCount(thinned)).toBe(3);
  });

  it('shows nothing before the first snapshot', () => {
    expect(shownMoment(timeline('c', [5, 6]), 'epoch', 4)).toBeNull();
  });

  it('keeps the snapshot when the axis changes', () => {
    expect(translatedTime(many, 'epoch', 'step', 10)).toBe(50);
    expect(translatedTime(many, 'step', 'seconds', 99)).toBe(1);
  });

  it('places epochs between snapshots in proportion', () => {
    expect(timeOfEpoch(many, 'step', 15)).toBe(75);
    expect(timeOfEpoch(many, 'step', 99)).toBe(100);
    expect(timeOfEpoch(timeline('d', []), 'step', 1)).toBeNaN();
  });
});
