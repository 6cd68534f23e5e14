/** Findings of an entry as screens and figures show them: verdicts in words, with the charts that they rest on. */
import { evidenceOf } from '../../../experiments/evidence/evidence.ts';
import type { DrawnClaim } from '../../../experiments/evidence/evidence-figure.ts';
import { findingPlots, type FindingPlot } from '../../../experiments/evidence/finding-plots.ts';
import { verdictSentence } from '../../../experiments/evidence/verdict-sentence.ts';
import { checkClaims } from '../../../experiments/findings/claims-file.ts';
import { cellsAtEpoch, type JudgedCell } from '../../../experiments/findings/judged-cell.ts';
import { neededFamilies } from '../../../experiments/findings/needed-measures.ts';
import {
  byFinding,
  claimText,
  isAsExpected,
  latestRegistration,
  registrationText,
} from '../../../experiments/findings/verdict-text.ts';
import type { ClaimView, EntryFindings } from '../../contract/findings.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { claimsOfEntry } from './entry-claims.ts';
import { judgedCells, storedVerdicts, verdictsOver } from './entry-verdicts.ts';
import { missingRows } from './measure-tables.ts';

/** A question with its claims, their charts, and the pictures that they call for together. */
export interface DrawnFinding {
  readonly id: string;
  readonly question: string;
  readonly claims: readonly DrawnClaim[];
  readonly plots: readonly FindingPlot[];
}

/** Findings of an entry with their charts; at an epoch, as they would have been then. Throws SweepError, LabError. */
export async function drawnFindings(
  entry: EntryStore,
  epoch: number | null,
  known?: readonly JudgedCell[],
): Promise<DrawnFinding[]> {
  const { claims, log } = await claimsOfEntry(entry);
  if (claims.length === 0) return [];
  const all = known ?? (await judgedCells(entry)).cells;
  checkClaims(claims, all);
  const cells = epoch === null ? all : cellsAtEpoch(all, epoch);
  return byFinding(verdictsOver(claims, cells, log)).map((group) => ({
    id: group[0].asked.finding,
    question: group[0].asked.question,
    claims: group.map((judged) => ({ judged, evidence: evidenceOf(judged, cells) })),
    plots: findingPlots(
      group.map(({ asked }) => asked.claim),
      cells,
    ),
  }));
}

/** The findings of an entry as screens show them. Throws SweepError, LabError. */
export async function entryFindings(
  entry: EntryStore,
  epoch: number | null,
  known?: readonly JudgedCell[],
): Promise<EntryFindings> {
  const drawn = await drawnFindings(entry, epoch, known);
  const findings = drawn.map(({ id, question, claims, plots }) => ({
    ...{ id, question, plots },
    registered: registrationText(latestRegistration(claims.map(({ judged }) => judged))),
    claims: claims.map(({ judged, evidence }): ClaimView => ({
      digest: judged.asked.digest,
      text: claimText(judged.asked.claim),
      registered: registrationText(judged.registration),
      verdict: judged.verdict.word,
      expected: judged.asked.claim.expect,
      isAsExpected: isAsExpected(judged),
      sentence: verdictSentence(judged),
      seedsToDecide: judged.verdict.seedsToDecide,
      evidence,
    })),
  }));
  const asked = drawn.flatMap(({ claims }) => claims.map(({ judged }) => judged.asked.claim));
  const needed = neededFamilies(asked);
  let unfinished = 0;
  for (const { id } of entry.json.cells) {
    const { state } = await entry.cell(id);
    if (state !== 'finished' && state !== 'failed') unfinished += 1;
  }
  return {
    findings,
    missingRows: await missingRows(entry, needed),
    unfinished,
    kept: (await storedVerdicts(entry))?.time ?? null,
  };
}
