import { expect, it } from 'vitest';
import { notesForOutside } from '../../../renderer/model/portable-notes.ts';
import { cell, timeline } from '../samples.ts';

const records = {
  cells: [cell('a', { points: 312, seed: 1 }), cell('b', { points: 312, seed: 2 })],
  axes: [{ name: 'seed', values: [1, 2] }],
  timelines: new Map([['b', timeline('b', [0, 6000], { measures: { iou: Float32Array.of(0, 0.4812) } })]]),
};

it('citations are taken outside as figures with their sources, and say where a claim does not hold', () => {
  const text = 'IoU [[seed 2: IoU @ 6000]], not [[seed 2: IoU @ 6000 = .9]] or [[7: IoU @ 6000]]; [[else]].';
  expect(notesForOutside(text, { id: '0badc0de', title: 'Ring' }, records, []).split('\n')).toEqual([
    'IoU .48[^1], not .48[^2] or 7: IoU @ 6000[^3]; [[else]].',
    '',
    '[^1]: Creasebook entry 0badc0de (“Ring”), cell b, IoU at epoch 6000: .48, as recorded. Check: creasebook verify 0badc0de.',
    '[^2]: Creasebook entry 0badc0de (“Ring”), cell b, IoU at epoch 6000: .48, claimed .9, not what the notes say. Check: creasebook verify 0badc0de.',
    '[^3]: Creasebook entry 0badc0de (“Ring”): 7: IoU @ 6000: no cell has this name.',
    '',
  ]);
  expect(notesForOutside('no citations', { id: '0badc0de', title: 'Ring' }, records, [])).toBe(
    'no citations',
  );
});

it('cited findings are taken outside as verdicts with their sources', () => {
  const claim = {
    verdict: 'holds',
    expected: 'holds',
    isAsExpected: true,
    sentence: 'Holds. 12 seeds.',
  } as const;
  const findings = [{ id: 'points-help', claims: [claim] }];
  const text = 'It [[finding points-help]]; [[finding points-help: fails]], [[finding other]].';
  expect(notesForOutside(text, { id: '0badc0de', title: 'Ring' }, records, findings).split('\n')).toEqual([
    'It holds[^1]; holds[^2], finding other[^3].',
    '',
    '[^1]: Creasebook entry 0badc0de (“Ring”), finding points-help: holds. Holds. 12 seeds. Check: creasebook findings check 0badc0de.',
    '[^2]: Creasebook entry 0badc0de (“Ring”), finding points-help: holds, claimed fails, not what the notes say. Holds. 12 seeds. Check: creasebook findings check 0badc0de.',
    '[^3]: Creasebook entry 0badc0de (“Ring”): finding other: the entry has no finding of this name.',
    '',
  ]);
});
