import { describe, expect, it } from 'vitest';
import { citationText, maybeCitation, resolvedCitation } from '../../renderer/model/citation.ts';
import { notesForOutside } from '../../renderer/model/outside-notes.ts';
import { cell, timeline } from './samples.ts';

const axes = [
  { name: 'points', values: [5000, 312] },
  { name: 'seed', values: [1, 2] },
];
const cells = [
  cell('a', { points: 5000, seed: 1 }),
  cell('b', { points: 312, seed: 1 }),
  cell('c', { points: 312, seed: 2 }),
];
const records = {
  cells,
  axes,
  timelines: new Map([['b', timeline('b', [0, 6000], { iou: Float32Array.of(0, 0.4812) })]]),
};

function resolved(text: string): string {
  const citation = maybeCitation(text);
  if (citation === null) return 'none';
  const result = resolvedCitation(citation, records);
  return result.state === 'unknown' ? `? ${result.why}` : `${result.state} ${result.value}`;
}

describe('receipts in notes', () => {
  it.each([
    ['312/seed 1: IoU @ 6000', 'shown .48'],
    ['312 points / seed 1: iou @ 6,000 = .48', 'holds .48'],
    ['312/seed 1: IoU @ last = 0.481', 'holds .48'],
    ['312/seed 1: IoU @ 6000 = .49', 'broken .48'],
    ['312/seed 1: regions @ 6000', 'shown 6,100'],
    ['312: IoU @ 6000', '? 2 cells have this name'],
    ['7: IoU @ 6000', '? no cell has this name'],
    ['312/seed 1: IoU @ 5', '? there is no snapshot of epoch 5'],
    ['312/seed 2: IoU @ 6000', '? nothing is recorded yet'],
    ['312/seed 1: beauty @ 6000', 'none'],
    ['312/seed 1: constructor @ 6000', 'none'],
    ['just words', 'none'],
  ])('%s: %s', (text, words) => {
    expect(resolved(text)).toBe(words);
  });

  it('are written so that they name the cell they were written for', () => {
    const text = citationText(cells[1], axes, 'IoU', 6000);
    expect(text).toBe('[[312/seed 1: IoU @ 6000]]');
    expect(resolved(text.slice(2, -2))).toBe('shown .48');
  });

  it('are taken outside as figures with their sources, and say where a claim does not hold', () => {
    const text =
      'IoU [[312/seed 1: IoU @ 6000]], not [[312/seed 1: IoU @ 6000 = .9]] or [[7: IoU @ 6000]]; [[else]].';
    expect(notesForOutside(text, { id: '0badc0de', title: 'Ring' }, records).split('\n')).toEqual([
      'IoU .48[^1], not .48[^2] or 7: IoU @ 6000[^3]; [[else]].',
      '',
      '[^1]: Creasebook entry 0badc0de (“Ring”), cell b, IoU at epoch 6000: .48, as recorded. Check: creasebook verify 0badc0de.',
      '[^2]: Creasebook entry 0badc0de (“Ring”), cell b, IoU at epoch 6000: .48, claimed .9, not what the notes say. Check: creasebook verify 0badc0de.',
      '[^3]: Creasebook entry 0badc0de (“Ring”): 7: IoU @ 6000: no cell has this name.',
      '',
    ]);
    expect(notesForOutside('no receipts', { id: '0badc0de', title: 'Ring' }, records)).toBe('no receipts');
  });
});
