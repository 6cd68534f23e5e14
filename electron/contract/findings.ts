/** Findings of an entry: claims with verdicts and what they rest on; and the questions that ship with the program. */
import { z } from 'zod';
import type { Evidence } from '../../experiments/evidence/evidence-data.ts';
import type { FindingPlot } from '../../experiments/evidence/finding-plots.ts';
import type { DecidingSeeds, VerdictWord } from '../../experiments/findings/verdict.ts';
import { call, type Progress } from './call.ts';
import type { SweepAxis } from './entries.ts';
import { entryId, epoch, nothing, yaml } from './fields.ts';
import type { ExportedFile } from './exports.ts';
import { yamlEdits, type PlainValue, type SweepProblem } from './sweeps.ts';

/** A claim with its verdict, in words and as a chart. */
export interface ClaimView {
  /** SHA-256 of the claim as it was written. */
  readonly digest: string;
  readonly text: string;
  /** Whether it was written before the results, in words. */
  readonly registered: string;
  readonly verdict: VerdictWord;
  readonly expected: 'holds' | 'fails' | 'not holds';
  /** Null where nothing was measured. */
  readonly isAsExpected: boolean | null;
  /** The verdict as sentences. */
  readonly sentence: string;
  readonly seedsToDecide: DecidingSeeds | null;
  readonly evidence: Evidence | null;
}

/** A question with its claims. */
export interface FindingView {
  readonly id: string;
  readonly question: string;
  /** The same of its claim that was written when most was known. */
  readonly registered: string;
  readonly claims: readonly ClaimView[];
  /** What its claims are about, in one picture each. */
  readonly plots: readonly FindingPlot[];
}

/** Findings of an entry as they stand, or as they stood at an epoch. */
export interface EntryFindings {
  readonly findings: readonly FindingView[];
  /** Snapshots whose measures claims need and nobody computed so far. */
  readonly missingRows: number;
  /** Cells that have not ended. */
  readonly unfinished: number;
  /** When the verdicts were kept last, ISO 8601; null where they never were. */
  readonly kept: string | null;
}

/** What a check of findings found; nothing differs where `differences` is empty. */
export interface FindingsVerdict {
  readonly differences: readonly string[];
  readonly remarks: readonly string[];
  readonly claims: number;
  readonly rows: number;
}

/** Claims that are being written beside those of an entry's sweep. */
export interface ClaimsDraft {
  readonly yaml: string;
  /** The text as plain data for the form; null where it is not YAML. */
  readonly document: PlainValue;
  /** What is wrong with it; null where it can be kept. */
  readonly problem: SweepProblem | null;
  /** Its claims in words, in their order, and how they would be marked; empty where something is wrong. */
  readonly claims: readonly { readonly text: string; readonly registered: string }[];
  /** What groups of cells may name: axes with their values, the number of parameters among them. */
  readonly axes: readonly SweepAxis[];
  /** Ids of the findings of the sweep: no other may have them. */
  readonly taken: readonly string[];
}

/** A question that ships with the program. */
export interface QuestionCard {
  /** What `ask` calls it. */
  readonly id: string;
  readonly question: string;
  /** What is compared, in a few sentences. */
  readonly about: string;
  readonly yaml: string;
  /** The newest entry that asks it; null where nobody did so far. */
  readonly entryId: string | null;
  /** Kept verdicts, claim by claim; empty where none are kept. */
  readonly verdicts: readonly KeptVerdict[];
  /** The answer that ships, and the most seeds that a claim was judged over; null where none does. */
  readonly shipped: { readonly seeds: number; readonly verdicts: readonly KeptVerdict[] } | null;
}

/** A verdict as an entry keeps it. */
export interface KeptVerdict {
  readonly finding: string;
  readonly text: string;
  readonly verdict: VerdictWord;
  readonly isAsExpected: boolean | null;
}

/** Calls about findings. */
export const findingCalls = {
  /** The entry's findings; with an epoch as they would have been then. */
  'findings.read': call<EntryFindings>()(z.strictObject({ entryId, epoch: epoch.nullable() })),
  /** Computes the measures that claims need and keeps the verdicts; parts tell progress. What was measured stays where it is given up. */
  'findings.measure': call<EntryFindings, Progress>()(z.strictObject({ entryId })),
  /** Claims beside those of the sweep: `yaml` (null: those that the entry keeps) with fields set or removed. Never an error because of the text. */
  'claims.draft': call<ClaimsDraft>()(z.strictObject({ entryId, yaml: yaml.nullable(), edits: yamlEdits })),
  /** Keeps a text as the claims beside those of the sweep; each is marked with what was known when it was first kept. */
  'claims.keep': call<null>()(z.strictObject({ entryId, yaml })),
  /** Recomputes records, measures and verdicts, and compares; parts tell progress. */
  'findings.check': call<FindingsVerdict, Progress>()(z.strictObject({ entryId })),
  /** The questions that ship with the program, with what this notebook has of them. */
  'findings.questions': call<readonly QuestionCard[]>()(nothing),
  /** A finding as a figure, or the numbers of its seeds as a table. */
  'export.finding': call<ExportedFile>()(
    z.strictObject({
      entryId,
      finding: z.string().min(1).max(100),
      scale: z.number().min(0.5).max(8),
      format: z.enum(['png', 'svg', 'pdf', 'csv']),
    }),
  ),
};
