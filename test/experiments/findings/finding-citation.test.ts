import { describe, expect, it } from 'vitest';
import {
  maybeFindingCitation,
  resolvedFinding,
  type CitedFinding,
} from '../../../experiments/findings/finding-citation.ts';

const claim = {
  verdict: 'holds',
  expected: 'holds',
  isAsExpected: true,
  sentence: 'Holds. 12 seeds.',
} as const;
const control = { ...claim, verdict: 'undecided', expected: 'not holds' } as const;
const findings: CitedFinding[] = [
  { id: 'points-help', claims: [claim, control] },
  { id: 'bad-control', claims: [claim, { ...control, verdict: 'holds', isAsExpected: false }] },
];
const resolved = (text: string) => resolvedFinding(maybeFindingCitation(text)!, findings);

describe('findings that notes cite', () => {
  it.each([
    ['finding points-help', { finding: 'points-help', says: null }],
    ['finding points-help: not measured', { finding: 'points-help', says: 'not measured' }],
    [' finding  points-help :holds ', { finding: 'points-help', says: 'holds' }],
    ['312/seed 1: IoU @ 6000', null],
    ['findings', null],
    ['finding', null],
    ['finding a: b: c', null],
  ])('are read from %s', (text, citation) => {
    expect(maybeFindingCitation(text)).toEqual(citation);
  });

  it('say what their first claim says, unless a control does not come out as it must', () => {
    expect(resolved('finding points-help')).toEqual({
      state: 'shown',
      word: 'holds',
      sentence: 'Holds. 12 seeds.',
    });
    expect(resolved('finding bad-control')).toMatchObject({ word: 'not trusted' });
  });

  it('hold or not, as the notes say', () => {
    expect(resolved('finding points-help: holds').state).toBe('holds');
    expect(resolved('finding points-help: fails').state).toBe('broken');
    expect(resolved('finding bad-control: holds').state).toBe('broken');
    expect(resolved('finding other: holds')).toMatchObject({ state: 'unknown', word: null });
  });
});
