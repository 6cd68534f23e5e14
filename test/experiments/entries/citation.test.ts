import { describe, expect, it } from 'vitest';
import {
  citationText,
  maybeCitation,
  resolvedCitation,
  withCitations,
} from '../../../experiments/entries/citation.ts';
import { forMeasures } from '../../../experiments/records/measures.ts';

const axes = [
  { name: 'points', values: [5000, 312] },
  { name: 'seed', values: [1, 2] },
];
const cells = [
  { id: 'a', axes: { points: 5000, seed: 1 } },
  { id: 'b', axes: { points: 312, seed: 1 } },
  { id: 'c', axes: { points: 312, seed: 2 } },
];
const timeline = {
  epochs: Uint32Array.of(0, 6000),
  measures: {
    ...forMeasures(() => Float32Array.of(NaN, NaN)),
    iou: Float32Array.of(0, 0.4812),
    truthMse: Float32Array.of(0.5, 0.0321),
    coarseTruthMse: Float32Array.of(0.5, 0.0333),
    trainMse: Float32Array.of(0.5, 0.000123),
    distinctHashes: Float32Array.of(100, 6100),
  },
};
const records = { cells, axes, timelines: new Map([['b', timeline]]) };

function resolved(text: string): string {
  const citation = maybeCitation(text);
  if (citation === null) return 'none';
  const result = resolvedCitation(citation, records);
  return result.state === 'unknown' ? `? ${result.why}` : `${result.state} ${result.value}`;
}

describe('citations in notes', () => {
  it.each(['yes', 'true', 'random labels yes', 'random labels true', 'Random Labels True'])(
    'names a cell by a flag that says %s',
    (word) => {
      const flagged = [true, false].map((flag) => ({ id: String(flag), axes: { random_labels: flag } }));
      const citation = maybeCitation(`${word}: IoU @ last`);
      const timelines = new Map([['true', timeline]]);
      expect(
        citation &&
          resolvedCitation(citation, { cells: flagged, axes: [{ name: 'random_labels' }], timelines }),
      ).toMatchObject({ state: 'shown', cellId: 'true' });
    },
  );

  it.each([
    ['312/seed 1: IoU @ 6000', 'shown .48'],
    ['312 points / seed 1: iou @ 6,000 = .48', 'holds .48'],
    ['312/seed 1: IoU @ last = 0.481', 'holds .48'],
    ['312/seed 1: IoU @ 6000 = .49', 'broken .48'],
    ['312/seed 1: regions @ 6000', 'shown 6,100'],
    ['312/seed 1: regions @ last = 6,101', 'broken 6,100'],
    ['312/seed 1: true error @ 6000 = .032', 'holds 0.0321'],
    // What notes of older versions cite: the same measure on the pixels of the preview.
    ['312/seed 1: true error @ 6000 = 0.0333', 'holds 0.0321'],
    ['312/seed 1: true error @ 6000 = 0.0340', 'broken 0.0321'],
    ['312/seed 1: train error @ 6000 = 1.2e-4', 'holds 1.2e−4'],
    ['312/seed 1: validation error @ 6000 = 0', 'broken –'],
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
    const text = citationText(cells[1], axes, 'iou', 6000);
    expect(text).toBe('[[312/seed 1: IoU @ 6000]]');
    expect(resolved(text.slice(2, -2))).toBe('shown .48');
  });

  it('are found in prose, not in code', () => {
    const notes =
      'A [[312/seed 1: IoU @ 6000]] b `[[code: IoU @ 1]]` [[x]]\n\n```\n[[fenced: IoU @ 1]]\n```\nand [[7: regions @ last]] `unclosed [[8: IoU @ 2]]';
    const found: string[] = [];
    const same = withCitations(notes, (cited, { epoch }) => {
      found.push(`${cited} ${epoch}`);
      return null;
    });
    expect(same).toBe(notes);
    expect(found).toEqual(['312/seed 1: IoU @ 6000 6000', '7: regions @ last last', '8: IoU @ 2 2']);
    expect(withCitations(notes, () => 'F')).toBe(
      'A F b `[[code: IoU @ 1]]` [[x]]\n\n```\n[[fenced: IoU @ 1]]\n```\nand F `unclosed F',
    );
  });
});
