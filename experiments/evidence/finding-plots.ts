/** What a finding's claims are about, in one picture: reach over distance, seen beside unseen, complexity beside the error. */
import {
  claimWords,
  nearestMeasures,
  isReach,
  reachMeasures,
  type ClaimMeasure,
} from '../findings/claim-measures.ts';
import type { Claim, ClaimOf } from '../findings/claim-schema.ts';
import { valueOf, type JudgedCell } from '../findings/judged-cell.ts';
import { measuresOf } from '../findings/needed-measures.ts';
import { liesIn, type Group } from '../findings/seed-table.ts';
import { mean, median } from '../findings/statistics.ts';
import { groupText } from '../findings/verdict-text.ts';
import { reachBounds } from '../records/derived-measures.ts';
import { seedsOf } from './axis-evidence.ts';
import type { Evidence, EvidenceAxis, EvidencePoint, EvidenceSeed } from './evidence-data.ts';

/** A picture of a finding as a whole. */
export interface FindingPlot {
  readonly title: string;
  /** How it is read, in one or two sentences. */
  readonly says: string;
  readonly evidence: Evidence;
}

/** The pictures that the claims of a finding call for; none of which nothing is known. */
export function findingPlots(claims: readonly Claim[], cells: readonly JudgedCell[]): FindingPlot[] {
  return [reachPlot(claims, cells), seenPlot(claims, cells), complexityPlot(claims, cells)].filter(
    (plot) =>
      plot?.evidence.lines.some(({ seeds }) => seeds.some(({ points }) => points.length > 0)) === true,
  ) as FindingPlot[];
}

const shared = { brackets: [], levels: [], time: null } as const;
const last = { scale: 'linear', at: 'last', diverged: 'leave out' } as const;

function numberAt(cell: JudgedCell, measure: ClaimMeasure): number[] {
  const value = valueOf(cell, measure, last);
  return typeof value === 'number' ? [value] : [];
}

/** Mean over a seed's cells of a measure, at a place of x; none where no cell has a value. */
function pointOf(x: number, cells: readonly JudgedCell[], measure: ClaimMeasure): EvidencePoint[] {
  const values = cells.flatMap((cell) => numberAt(cell, measure));
  return values.length === 0 ? [] : [{ x, y: mean(values), cellId: cells[0].id }];
}

/** Axes on which claims choose cells, each once. */
function axesOf(claims: readonly Claim[]): string[] {
  const groups = claims.flatMap((claim): Group[] => [
    claim.where,
    ...('a' in claim ? [claim.a, claim.b ?? {}] : []),
  ]);
  return [...new Set(groups.flatMap((group) => Object.keys(group)))];
}

/** All places on some axes where cells lie, in the order of the cells: also those that no claim names are worth a look. */
function groupsOn(axes: readonly string[], cells: readonly JudgedCell[]): Group[] {
  const groups = cells.map((cell): Group => Object.fromEntries(axes.map((axis) => [axis, cell.axes[axis]])));
  return [...new Map(groups.map((group) => [groupText(group), group])).values()];
}

/** Recall of black over the distance to the nearest black point, a line for each group and one for the nearest neighbour. */
function reachPlot(claims: readonly Claim[], cells: readonly JudgedCell[]): FindingPlot | null {
  const own = claims.filter((claim) => measuresOf(claim).some(isReach));
  if (own.length === 0) return null;
  const curves = (names: readonly ClaimMeasure[], used: readonly JudgedCell[]): EvidenceSeed[] =>
    seedsOf(used).map(([seed, here]) => ({
      seed,
      points: names.flatMap((name, bin) =>
        pointOf((reachBounds[bin] + reachBounds[bin + 1]) / 2, here, name),
      ),
    }));
  const lines = groupsOn(axesOf(own), cells).map((group) => ({
    name: groupText(group) === '' ? 'networks' : groupText(group),
    seeds: curves(
      reachMeasures,
      cells.filter((cell) => liesIn(cell, group)),
    ),
  }));
  return {
    title: 'How far from its points black is drawn',
    says: 'Share of the true black that is drawn, by distance to the nearest black point. A shape stays high, a look-up falls with the nearest neighbour, dots fall before it.',
    evidence: {
      x: { title: 'mean spacings from the nearest black point', isLog: false, names: null },
      y: { title: 'share of black drawn', isLog: false, names: null },
      lines: [...lines, { name: 'nearest neighbour', seeds: curves(nearestMeasures, cells) }],
      ...{ ...shared, isJoined: true },
    },
  };
}

const parts = [
  ['classErrorSeen', 'where points may lie'],
  ['classErrorUnseen', 'where none may lie'],
] as const;

/** Class error where training points may lie and where none may, at each value of the axis that claims compare. */
function seenPlot(claims: readonly Claim[], cells: readonly JudgedCell[]): FindingPlot | null {
  const own = claims.filter((claim) => measuresOf(claim).some((name) => /^class\w*een$/.test(name)));
  const axis = axesOf(own).at(0);
  if (axis === undefined) return null;
  const values = [...new Set(cells.map(({ axes }) => axes[axis]))];
  const lines = parts.map(([measure, name], part) => ({
    name,
    seeds: seedsOf(cells).map(([seed, here]) => ({
      seed,
      points: values.flatMap((value, at) =>
        pointOf(
          // Both kinds side by side, so that none hides the other.
          at + (part === 0 ? -0.14 : 0.14),
          here.filter(({ axes }) => axes[axis] === value),
          measure,
        ),
      ),
    })),
  }));
  return {
    title: 'Where there were points, and where there were none',
    says: 'Share of wrong pixels, one mark a seed. What a model knows beforehand shows on the right of each pair; a wrong one shows on the left already.',
    evidence: {
      x: { title: axis, isLog: false, names: values.map(String) },
      y: { title: 'class error', isLog: false, names: null },
      ...{ lines, ...shared, isJoined: false },
    },
  };
}

/** Measures that claims rank along an axis, each as a share of its largest median. */
function complexityPlot(claims: readonly Claim[], cells: readonly JudgedCell[]): FindingPlot | null {
  const ranks = claims.filter((claim): claim is ClaimOf<'rank'> => claim.kind === 'rank');
  const [first] = ranks;
  const own = ranks.filter(
    ({ along, where }) => along === first.along && groupText(where) === groupText(first.where),
  );
  const names = [...new Set(own.flatMap(measuresOf))];
  if (names.length < 2) return null;
  const used = cells.filter((cell) => liesIn(cell, first.where));
  const places = [...new Set(used.map(({ axes }) => Number(axes[first.along])))].sort((a, b) => a - b);
  const lines = names.map((name) => {
    const points = places.flatMap((x): EvidencePoint[] => {
      const here = used.filter(({ axes }) => axes[first.along] === x);
      const values = here.flatMap((cell) => numberAt(cell, name));
      return values.length === 0 ? [] : [{ x, y: median(values), cellId: here[0].id }];
    });
    const largest = Math.max(...points.map(({ y }) => y));
    const scaled = points.map((point) => ({ ...point, y: point.y / largest }));
    // Medians alone: single seeds of the smallest networks lie orders of magnitude away.
    return { name: claimWords(name), seeds: [{ seed: 0, points: scaled }] };
  });
  const x: EvidenceAxis = { title: first.along, isLog: places[0] > 0, names: null };
  return {
    title: `What follows the error along ${first.along}`,
    says: 'Medians over seeds, each measure as a share of its largest. One that follows the error rises and falls with it.',
    evidence: {
      ...{ x, y: { title: 'share of the largest', isLog: false, names: null } },
      ...{ lines, ...shared, isJoined: true },
    },
  };
}
