import { describe, expect, it } from 'vitest';
import {
  extendedTimeline,
  gradientRatios,
  lastEpochOf,
  snapshotCount,
} from '../../../renderer/model/cell-series.ts';
import {
  markersFromNotes,
  marksOfCell,
  marksOfEntry,
  nextEvent,
  notesWithMarker,
} from '../../../renderer/model/timeline-marks.ts';
import { timeline } from '../samples.ts';

describe('timelines that grow', () => {
  it('equal the timeline read at once', () => {
    const whole = timeline('a', [0, 4, 8, 12, 16], { spikes: Uint32Array.of(3, 14) });
    const first = timeline('a', [0, 4, 8], { spikes: Uint32Array.of(3) });
    const second = timeline('a', [12, 16], {
      from: 3,
      spikes: Uint32Array.of(14),
      trained: {
        epochs: Uint32Array.of(9, 10, 11, 12, 13, 14, 15, 16),
        losses: Float32Array.from([9, 10, 11, 12, 13, 14, 15, 16], (epoch) => 1 / epoch),
        gradientNorms: new Float32Array(8).fill(1),
      },
      gradientNorms: Float32Array.of(7, 8, 9, 10),
      keyFrames: Uint8Array.of(1, 0),
    });
    expect(extendedTimeline(first, second)).toEqual(whole);
  });

  it('take overlapping blocks once and ignore what they have or cannot join', () => {
    const known = timeline('a', [0, 4, 8]);
    expect(snapshotCount(extendedTimeline(known, timeline('a', [8, 12], { from: 2 })))).toBe(4);
    const spiky = (...spikes: number[]) => ({ spikes: Uint32Array.from(spikes) });
    const overlapping = timeline('a', [8, 12], { from: 2, ...spiky(7, 11) });
    expect([...extendedTimeline(timeline('a', [0, 4, 8], spiky(7)), overlapping).spikes]).toEqual([7, 11]);
    expect(extendedTimeline(known, timeline('a', [4, 8], { from: 1 }))).toBe(known);
    expect(extendedTimeline(known, timeline('a', [20], { from: 5 }))).toBe(known);
    const anew = timeline('a', [0, 2]);
    expect(extendedTimeline(known, anew)).toBe(anew);
    expect(extendedTimeline(undefined, known)).toBe(known);
  });

  it('know their last epoch', () => {
    expect(lastEpochOf(timeline('a', [0, 30]))).toBe(30);
    expect(lastEpochOf(timeline('a', []))).toBe(-1);
  });

  it('have a ratio of gradients, and none where the last layer has no gradient', () => {
    const ratios = gradientRatios(timeline('a', [0, 1], { gradientNorms: Float32Array.of(2, 4, 3, 0) }));
    expect([...ratios]).toEqual([0.5, NaN]);
  });
});

describe('marks of the timeline', () => {
  const one = timeline('a', [0, 10, 20, 30], {
    spikes: Uint32Array.of(15),
    measures: { distinctHashes: Float32Array.of(100, 110, 400, 390) },
    stepsPerEpoch: 2,
  });

  it('are spikes, jumps of the region count and key frames, on the chosen axis', () => {
    expect(marksOfCell(one, 'step').map(({ kind, time }) => `${kind} ${time}`)).toEqual([
      'spike 30',
      'key frame 0',
      'jump 40',
      'key frame 60',
    ]);
  });

  it('do not take noise of tiny counts for jumps', () => {
    const tiny = timeline('a', [0, 10, 20], { measures: { distinctHashes: Float32Array.of(1, 4, 12) } });
    expect(marksOfCell(tiny, 'epoch').filter(({ kind }) => kind === 'jump')).toEqual([]);
  });

  it('lead from event to event, past key frames', () => {
    const marks = marksOfCell(one, 'epoch');
    expect(nextEvent(marks, 0, false)).toBe(15);
    expect(nextEvent(marks, 15, false)).toBe(20);
    expect(nextEvent(marks, 20, false)).toBeNull();
    expect(nextEvent(marks, 20, true)).toBe(15);
  });

  it('of an entry are those of its cells and the markers of its notes, where these have a time', () => {
    const notes = '- Epoch 20: the ring closes\n- Epoch 25: between\n';
    const markers = (reference: typeof one | undefined, axis: 'epoch' | 'step') =>
      marksOfEntry([one], reference, axis, notes)
        .filter(({ kind }) => kind === 'marker')
        .map(({ time, epoch, text }) => `${time} ${epoch} ${text}`);
    expect(markers(one, 'epoch')).toEqual(['20 20 the ring closes', '25 25 between']);
    expect(markers(one, 'step')[0]).toBe('40 20 the ring closes');
    expect(markers(undefined, 'epoch')).toEqual([]);
    expect(marksOfEntry([one], one, 'step', '')).toEqual(marksOfCell(one, 'step'));
  });

  it('are read from notes and written into them', () => {
    const notes = notesWithMarker('# Ring\n\nsome words', '1,200');
    expect(notes).toBe('# Ring\n\nsome words\n- Epoch 1,200: \n');
    expect(
      markersFromNotes(`${notes}- epoch 40\n* Epoch 7: it closes\nEpoch 9: no list\n- Epochs 5`),
    ).toEqual([
      { epoch: 1200, text: '' },
      { epoch: 40, text: '' },
      { epoch: 7, text: 'it closes' },
    ]);
  });
});
