import { describe, expect, it } from 'vitest';
import type { PlainValue } from '../../../electron/contract/sweeps.ts';
import { checkClaims, parseClaims } from '../../../experiments/findings/claims-file.ts';
import { measureWords } from '../../../experiments/findings/claim-measures.ts';
import {
  claimOfKind,
  claimPlaces,
  formKinds,
  measureChoices,
  newFinding,
  type ClaimField,
} from '../../../renderer/model/claim-form.ts';

const axes = [
  { name: 'parameters', values: [39, 117] },
  { name: 'label_noise', values: [0.2, 0] },
  { name: 'points', values: [5000, 1250, 312] },
];
const cells = axes[2]!.values.flatMap((points) =>
  axes[1]!.values.flatMap((noise) =>
    [1, 2].map((seed) => ({ id: '', seed, axes: { parameters: 39, label_noise: noise, points } })),
  ),
);
const kinds = Object.keys(formKinds) as (keyof typeof formKinds)[];
const isSound = (claim: PlainValue): void =>
  checkClaims(parseClaims(JSON.stringify({ findings: [{ id: 'a', claims: [claim] }] })), cells);

describe('the form of claims', () => {
  it.each(kinds)('begins a claim of kind %s that fits the entry as it is', (kind) => {
    expect(() => isSound(claimOfKind(kind, axes))).not.toThrow();
  });

  it.each(kinds.flatMap((from) => kinds.map((to) => [from, to] as const)))(
    'makes a sound claim of kind %s into one of kind %s',
    (from, to) => {
      const before = claimOfKind(from, axes, { measure: 'IoU', where: { label_noise: 0.2 } });
      const after = claimOfKind(to, axes, before);
      expect(() => isSound(after)).not.toThrow();
      expect(after).toMatchObject({ kind: to, measure: 'IoU', where: { label_noise: 0.2 } });
    },
  );

  it('keeps a bound on its side', () => {
    const after = claimOfKind('reaches', axes, { ...claimOfKind('rank', axes), above: 0.7 });
    expect(after['above']).toBe(0.7);
    const { above, ...below } = { ...claimOfKind('difference', axes), below: 0.1 } as Record<
      string,
      PlainValue
    >;
    expect(above).toBe(0);
    expect(claimOfKind('reaches', axes, below)).toMatchObject({ below: 0.1 });
    expect(claimOfKind('reaches', axes, below)).not.toHaveProperty('above');
  });

  it('begins findings with ids of their own, also where nothing but the seed varies', () => {
    const finding = newFinding(['question-1', 'question-3'], []) as { id: string };
    expect(finding.id).toBe('question-2');
    expect(() => parseClaims(JSON.stringify({ findings: [finding] }))).not.toThrow();
    expect(claimPlaces({ findings: [finding, finding] })).toEqual([
      { finding: 0, claim: 0 },
      { finding: 1, claim: 0 },
    ]);
    expect(claimPlaces('no map')).toEqual([]);
  });

  it('offers every measure that claims know, once', () => {
    const offered = measureChoices.flatMap(({ words }) => words.map((word) => word.toLowerCase()));
    expect([...offered].sort()).toEqual([...measureWords.keys()].sort());
    const fields: ClaimField[] = Object.values(formKinds).flatMap(({ fields: own }) => [...own]);
    expect(new Set(fields).size).toBeGreaterThan(9);
  });
});
