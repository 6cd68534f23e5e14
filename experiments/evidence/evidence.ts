/** What a verdict rests on, as data for a chart, for every kind of claim. */
import type { Claim } from '../findings/claim-schema.ts';
import { claimWords } from '../findings/claim-measures.ts';
import type { JudgedCell } from '../findings/judged-cell.ts';
import type { JudgedClaim } from '../findings/verdict-text.ts';
import { boundEvidence, differenceEvidence } from './group-evidence.ts';
import type { Evidence } from './evidence-data.ts';
import { peakEvidence, rankEvidence } from './axis-evidence.ts';
import { timeEvidence } from './time-evidence.ts';

/** What a chart of a claim shows; null where nothing can be drawn so far. */
export function evidenceOf(judged: JudgedClaim, cells: readonly JudgedCell[]): Evidence | null {
  const evidence = drawn(judged.asked.claim, judged, cells);
  return evidence.lines.every(({ seeds }) => seeds.every(({ points }) => points.length === 0))
    ? null
    : evidence;
}

function drawn(claim: Claim, { verdict }: JudgedClaim, cells: readonly JudgedCell[]): Evidence {
  switch (claim.kind) {
    case 'difference':
      return differenceEvidence(claim, verdict, cells);
    case 'peak':
      return peakEvidence(claim, verdict, cells);
    case 'rank':
      return rankEvidence(claim, cells);
    case 'reaches':
    case 'faster':
      return timeEvidence(claim, verdict, cells);
    case 'within': {
      const levels = [claim.low, claim.high].map((y) => ({ y, text: String(y) }));
      const y = { title: claimWords(claim.measure), isLog: claim.scale === 'log', names: null };
      return boundEvidence(claim, verdict, cells, { name: 'value', y, levels });
    }
    case 'order': {
      const y = { title: 'Share of events in this order', isLog: false, names: null };
      const bound = claim.below ?? claim.above ?? 0.5;
      const levels = [{ y: bound, text: String(bound) }];
      return boundEvidence(claim, verdict, cells, { name: 'share', y, levels });
    }
    case 'exact': {
      const y = { title: `Deviation of ${claimWords(claim.measure)}`, isLog: false, names: null };
      const levels = [{ y: claim.tolerance, text: `at most ${claim.tolerance}` }];
      return boundEvidence(claim, verdict, cells, { name: 'deviation', y, levels });
    }
  }
}
