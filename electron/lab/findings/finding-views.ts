/** Findings of an entry as screens and figures show them: verdicts in words, with the charts that they rest on. */
import { evidenceOf } from '../../../experiments/evidence/evidence.ts';
import type { DrawnClaim } from '../../../experiments/evidence/evidence-figure.ts';
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

/** Claims of an entry with their charts; at an epoch, as they would have been then. Throws SweepError, LabError. */
export async function drawnClaims(
  entry: EntryStore,
  epoch: number | null,
  known?: readonly JudgedCell[],
): Promise<DrawnClaim[]> {
  const { claims, log } = await claimsOfEntry(entry);
  if (claims.length === 0) return [];
  const all = known ?? (await judgedCells(entry)).cells;
  checkClaims(claims, all);
  const cells = epoch === null ? all : cellsAtEpoch(all, epoch);
  return verdictsOver(claims, cells, log).map((judged) => ({ judged, evidence: evidenceOf(judged, cells) }));
}

/** The findings of an entry as screens show them. Throws SweepError, LabError. */
export async function entryFindings(
  entry: EntryStore,
  epoch: number | null,
  known?: readonly JudgedCell[],
): Promise<EntryFindings> {
  const drawn = await drawnClaims(entry, epoch, known);
  const evidence = new Map(drawn.map((claim) => [claim.judged, claim.evidence]));
  const findings = byFinding(drawn.map(({ judged }) => judged)).map((group) => ({
    id: group[0].asked.finding,
    question: group[0].asked.question,
    registered: registrationText(latestRegistration(group)),
    claims: group.map((judged): ClaimView => ({
      digest: judged.asked.digest,
      text: claimText(judged.asked.claim),
      registered: registrationText(judged.registration),
      verdict: judged.verdict.word,
      expected: judged.asked.claim.expect,
      isAsExpected: isAsExpected(judged),
      sentence: verdictSentence(judged),
      seedsToDecide: judged.verdict.seedsToDecide,
      evidence: evidence.get(judged) ?? null,
    })),
  }));
  const needed = neededFamilies(drawn.map(({ judged }) => judged.asked.claim));
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
