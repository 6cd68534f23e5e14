import { describe, expect, it } from 'vitest';
import type { CellTimeline } from '../../../electron/contract/entries.ts';
import { marksOfCell } from '../../../renderer/model/timeline-marks.ts';
import { Scrubber } from '../../../renderer/state/scrubber.svelte.ts';
import { timeline } from '../samples.ts';

function scrubberOver(timelines: CellTimeline[]): Scrubber {
  return new Scrubber('epoch', {
    timelines: () => timelines,
    reference: () => timelines[0],
    marks: () => timelines.flatMap((one) => marksOfCell(one, 'epoch')),
    settled: () => true,
  });
}

const epochs = Array.from({ length: 31 }, (_, at) => 10 * at);

describe('scrubber', () => {
  it('steps by snapshots, ten snapshots, to the ends, and stays within them', () => {
    const scrubber = scrubberOver([timeline('a', epochs)]);
    const seen: number[] = [];
    for (const command of [
      'forward',
      'forward',
      'forward-ten',
      'back',
      'back-ten',
      'back-ten',
      'last',
      'forward',
      'first',
    ] as const) {
      scrubber.perform(command);
      seen.push(scrubber.time);
    }
    expect(seen).toEqual([10, 20, 120, 110, 10, 0, 300, 300, 0]);
  });

  it('reaches any epoch between snapshots, and goes back to the snapshot before it', () => {
    const scrubber = scrubberOver([timeline('a', epochs)]);
    scrubber.seek(20);
    scrubber.perform('forward-epoch');
    expect([scrubber.time, scrubber.index, scrubber.isBetween]).toEqual([21, 2, true]);
    scrubber.perform('back');
    expect(scrubber.time).toBe(20);
    scrubber.perform('back-epoch');
    expect([scrubber.time, scrubber.index]).toEqual([19, 1]);
  });

  it('moves to the next and the last event, never to a key frame', () => {
    const scrubber = scrubberOver([timeline('a', epochs, { spikes: Uint32Array.of(55, 200) })]);
    scrubber.perform('next-event');
    expect(scrubber.time).toBe(55);
    scrubber.perform('next-event');
    expect(scrubber.time).toBe(200);
    scrubber.perform('next-event');
    expect(scrubber.time).toBe(200);
    scrubber.perform('last-event');
    expect(scrubber.time).toBe(55);
  });

  it('knows in which direction time moves, for what is fetched ahead', () => {
    const scrubber = scrubberOver([timeline('a', epochs)]);
    scrubber.seek(100);
    expect(scrubber.direction).toBe(1);
    scrubber.perform('back');
    expect(scrubber.direction).toBe(-1);
  });

  it('shows the same snapshot after the axis changed', () => {
    const scrubber = scrubberOver([timeline('a', epochs, { stepsPerEpoch: 7 })]);
    scrubber.seek(120);
    scrubber.changeAxis('step');
    expect([scrubber.axis, scrubber.time, scrubber.index]).toEqual(['step', 840, 12]);
  });

  it('follows a running sweep until somebody moves time', () => {
    const scrubber = scrubberOver([timeline('a', epochs)]);
    scrubber.start(true);
    expect([scrubber.time, scrubber.isFollowing]).toEqual([300, true]);
    scrubber.perform('back');
    expect(scrubber.isFollowing).toBe(false);
    scrubber.perform('last');
    expect(scrubber.isFollowing).toBe(true);
  });

  it('does nothing without snapshots', () => {
    const scrubber = scrubberOver([]);
    for (const command of ['forward', 'back-ten', 'last', 'next-event', 'play'] as const)
      scrubber.perform(command);
    expect([scrubber.index, scrubber.last, scrubber.isPlaying]).toEqual([-1, 0, false]);
  });
});
