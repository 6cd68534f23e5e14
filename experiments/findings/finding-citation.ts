/** Findings that notes cite, `[[finding points-help]]`, or with what they say of it, `[[finding points-help: holds]]`. */
import type { VerdictWord } from './verdict.ts';

/** What is said of a finding as a whole: that of its first claim, or that its controls do not let it be believed. */
export type FindingWord = VerdictWord | 'not trusted';

/** A finding that notes cite. */
export interface FindingCitation {
  readonly finding: string;
  /** What the notes say of it; null where they say nothing. */
  readonly says: string | null;
}

/** A finding as citations need it. */
export interface CitedFinding {
  readonly id: string;
  readonly claims: readonly {
    readonly verdict: VerdictWord;
    readonly expected: 'holds' | 'fails' | 'not holds';
    readonly isAsExpected: boolean | null;
    readonly sentence: string;
  }[];
}

/** What an entry says of a cited finding; `sentence` is the verdict in words, or why there is none. */
export interface FindingCitationResult {
  readonly state: 'holds' | 'broken' | 'shown' | 'unknown';
  readonly word: FindingWord | null;
  readonly sentence: string;
}

const form = /^finding\s+([^:]{1,100}?)\s*(?::\s*([a-z ]{1,20}?))?\s*$/;

/** The finding that a text between double brackets cites; null where it cites none. */
export function maybeFindingCitation(text: string): FindingCitation | null {
  const match = form.exec(text.trim());
  if (match === null) return null;
  const [, finding, says] = match as unknown as [string, string, string | undefined];
  return { finding, says: says ?? null };
}

/** What is said of a finding: a control that does not come out as it must comes before its first claim. */
export function findingWord({ claims }: CitedFinding): FindingWord {
  const isControlBroken = claims.some(
    ({ expected, isAsExpected }) => expected !== 'holds' && isAsExpected === false,
  );
  return isControlBroken ? 'not trusted' : claims[0].verdict;
}

/** What the findings of an entry say of a citation now. */
export function resolvedFinding(
  { finding, says }: FindingCitation,
  findings: readonly CitedFinding[],
): FindingCitationResult {
  const cited = findings.find(({ id }) => id === finding);
  if (cited === undefined)
    return { state: 'unknown', word: null, sentence: 'the entry has no finding of this name' };
  const word = findingWord(cited);
  const { sentence } = cited.claims[0];
  const state = says === null ? 'shown' : says === word ? 'holds' : 'broken';
  return { state, word, sentence };
}
