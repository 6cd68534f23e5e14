/** Evidence of claims about the time to a threshold: a measure over time, one line a seed and group, and the threshold. */
import { claimWords, judgedValue } from '../findings/claim-measures.ts';
import type { ClaimOf } from '../findings/claim-schema.ts';
import type { JudgedCell } from '../findings/judged-cell.ts';
import { liesIn, type Group } from '../findings/seed-table.ts';
import { median } from '../findings/statistics.ts';
import type { Verdict } from '../findings/verdict.ts';
import { groupText, intervalText } from '../findings/verdict-text.ts';
import { seedsOf } from './axis-evidence.ts';
import type { Evidence, EvidencePoint, EvidenceSeed } from './evidence-data.ts';

/** The measure over time of each seed, in one group or in two. */
export function timeEvidence(
  claim: ClaimOf<'reaches'> | ClaimOf<'faster'>,
  verdict: Verdict,
  cells: readonly JudgedCell[],
): Evidence {
  const { measure, axis } = claim;
  const used = cells.filter((cell) => liesIn(cell, claim.where));
  const groups: readonly Group[] = claim.kind === 'faster' ? [claim.a, claim.b] : [{}];
  const lines = groups.map((group) => ({
    name: groupText(group),
    seeds: timeCurves(
      claim,
      used.filter((cell) => liesIn(cell, group)),
    ),
  }));
  const level = claim.above ?? claim.below ?? 0;
  const values = lines.flatMap(({ seeds }) => seeds.flatMap(({ points }) => points.map(({ y }) => y)));
  const isLog = level > 0 && Math.min(...values) > 0 && Math.max(...values) > 30 * Math.min(...values);
  return {
    x: { title: axis, isLog: true, names: null },
    y: { title: claimWords(measure), isLog, names: null },
    lines,
    brackets: claim.kind === 'faster' ? timeBracket(verdict, level) : [],
    levels: [{ y: level, text: `${claim.above === undefined ? 'below' : 'above'} ${level}` }],
    ...{ isJoined: true, time: axis },
  };
}

/** Snapshots from the first step on; the worst of a seed's cells counts, as the last to arrive does. */
function timeCurves(
  { measure, axis, above }: Pick<ClaimOf<'reaches'>, 'measure' | 'axis' | 'above'>,
  cells: readonly JudgedCell[],
): EvidenceSeed[] {
  return seedsOf(cells).map(([seed, own]) => {
    const byTime = new Map<number, EvidencePoint>();
    for (const cell of own) {
      for (const snapshot of cell.snapshots) {
        const [x, y] = [axis === 'epochs' ? snapshot.epoch : snapshot.step, judgedValue(measure, snapshot)];
        if (x === 0 || typeof y !== 'number' || !Number.isFinite(y)) continue;
        const before = byTime.get(x);
        const isWorse = before === undefined || (above === undefined ? y > before.y : y < before.y);
        if (isWorse) byTime.set(x, { x, y, cellId: cell.id });
      }
    }
    return { seed, points: [...byTime.values()].sort((a, b) => a.x - b.x) };
  });
}

/** From the median time of one group to that of the other, where both arrive. */
function timeBracket({ perSeed, parts: [ratio] }: Verdict, level: number): Evidence['brackets'] {
  if (ratio === undefined) return [];
  const [a, b] = [median(perSeed.map((row) => row['a'])), median(perSeed.map((row) => row['b']))];
  if (!Number.isFinite(a) || !Number.isFinite(b)) return [];
  return [{ from: { x: a, y: level }, to: { x: b, y: level }, text: intervalText(ratio) }];
}
