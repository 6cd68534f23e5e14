/** Evidence of claims that read one number off each seed, or one off each of two groups of cells. */
import { claimWords } from '../findings/claim-measures.ts';
import type { Claim, ClaimOf } from '../findings/claim-schema.ts';
import type { JudgedCell } from '../findings/judged-cell.ts';
import { liesIn, type Group } from '../findings/seed-table.ts';
import { mean } from '../findings/statistics.ts';
import type { Verdict } from '../findings/verdict.ts';
import { groupText, intervalText } from '../findings/verdict-text.ts';
import { exponential } from '../random/elementary.ts';
import type { Evidence, EvidenceAxis, EvidencePoint } from './evidence-data.ts';

/** What is drawn of claims with one number a seed. */
interface SeedNumber {
  /** Its name among the numbers of a seed. */
  readonly name: string;
  readonly y: EvidenceAxis;
  readonly levels: Evidence['levels'];
}

/** The number of each seed beside the bounds. */
export function boundEvidence(
  claim: Claim,
  verdict: Verdict,
  cells: readonly JudgedCell[],
  { name, y, levels }: SeedNumber,
): Evidence {
  const unscaled = y.isLog ? exponential : (value: number): number => value;
  const seeds = verdict.perSeed.map((row) => ({
    seed: row.seed,
    points: pointOf(0, unscaled(row[name]), row.seed, {}, claim, cells),
  }));
  const [part] = verdict.parts;
  const names = [part === undefined ? '' : intervalText(part)];
  return {
    ...{ x: { title: 'Seeds', isLog: false, names }, y, levels },
    ...{ lines: [{ name: '', seeds }], brackets: [], isJoined: true, time: null },
  };
}

/** Both groups of a difference side by side, one line a seed, and the difference between their means. */
export function differenceEvidence(
  claim: ClaimOf<'difference'>,
  verdict: Verdict,
  cells: readonly JudgedCell[],
): Evidence {
  const { a, b, measure, scale } = claim;
  const y = { title: claimWords(measure), isLog: scale === 'log', names: null };
  if (b === undefined) {
    const bound = claim.below ?? claim.above ?? claim.margin ?? 0;
    const level = y.isLog ? exponential(bound) : bound;
    return boundEvidence({ ...claim, where: { ...claim.where, ...a } }, verdict, cells, {
      ...{ name: 'a', y, levels: [{ y: level, text: numberOf(level) }] },
    });
  }
  const unscaled = y.isLog ? exponential : (value: number): number => value;
  const sides: readonly (readonly [Group, 'a' | 'b'])[] = [
    [b, 'b'],
    [a, 'a'],
  ];
  const seeds = verdict.perSeed.map((row) => ({
    seed: row.seed,
    points: sides.flatMap(([group, side], x) =>
      pointOf(x, unscaled(row[side]), row.seed, group, claim, cells),
    ),
  }));
  const middle = (side: 'a' | 'b'): number => unscaled(mean(verdict.perSeed.map((row) => row[side])));
  const [part] = verdict.parts;
  const brackets =
    part === undefined
      ? []
      : [{ from: { x: 0, y: middle('b') }, to: { x: 1, y: middle('a') }, text: intervalText(part) }];
  return {
    x: { title: '', isLog: false, names: sides.map(([group]) => groupText(group)) },
    ...{ y, lines: [{ name: '', seeds }], brackets, levels: [], isJoined: true, time: null },
  };
}

function numberOf(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** A point of a seed at a group; none where the value is no number. */
function pointOf(
  x: number,
  y: number,
  seed: number,
  group: Group,
  claim: Claim,
  cells: readonly JudgedCell[],
): EvidencePoint[] {
  const cell = cells.find(
    (candidate) => candidate.seed === seed && liesIn(candidate, claim.where) && liesIn(candidate, group),
  );
  return cell === undefined || !Number.isFinite(y) ? [] : [{ x, y, cellId: cell.id }];
}
