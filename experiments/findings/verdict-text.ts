/** Verdicts in words, one line a claim, and as plain data for other programs. */
import { claimWords } from './claim-measures.ts';
import type { AskedClaim } from './claims-file.ts';
import type { Claim, ClaimOf } from './claim-schema.ts';
import type { Registration } from './findings-log.ts';
import type { Part, Verdict } from './verdict.ts';

/** A claim with its verdict. */
export interface JudgedClaim {
  readonly asked: AskedClaim;
  readonly verdict: Verdict;
  /** What was known when it was first written; null where it belongs to no entry. */
  readonly registration: Registration | null;
}

/** Whether a verdict is the one that its claim expects; null where nothing was measured. */
export function isAsExpected({ asked, verdict }: JudgedClaim): boolean | null {
  if (verdict.word === 'not measured') return null;
  const { expect } = asked.claim;
  return expect === 'not holds' ? verdict.word !== 'holds' : verdict.word === expect;
}

/** The claims of each finding, in their order. */
export function byFinding(claims: readonly JudgedClaim[]): JudgedClaim[][] {
  const groups = new Map<string, JudgedClaim[]>();
  for (const claim of claims)
    groups.set(claim.asked.finding, [...(groups.get(claim.asked.finding) ?? []), claim]);
  return [...groups.values()];
}

/** What a finding asks, and what was known when its claims were written: the line over its verdicts. */
export function findingLine(claims: readonly JudgedClaim[]): string {
  const { finding, question } = claims[0].asked;
  return [finding, question, registrationText(latestRegistration(claims))]
    .filter((text) => text !== '')
    .join('  ');
}

/** The registration of the claim that was written when most was known; null where none belongs to an entry. */
export function latestRegistration(claims: readonly JudgedClaim[]): Registration | null {
  return claims
    .flatMap(({ registration }) => registration ?? [])
    .reduce<Registration | null>((most, one) => (one.known > (most?.known ?? -1) ? one : most), null);
}

/** Whether a claim was written before its results, in parentheses; empty where it belongs to no entry. */
export function registrationText(registration: Registration | null): string {
  if (registration === null) return '';
  const { known, of } = registration;
  if (known === 0) return `(registered before any of its ${of} cells was known)`;
  return `(added when ${known} of ${of} cells were known)`;
}

/** Columns of a verdict's line: the word, the claim, its numbers, and what they rest on. */
export function verdictRow(judged: JudgedClaim): string[] {
  const { asked, verdict } = judged;
  const { expect } = asked.claim;
  const wished =
    expect === 'holds' ? '' : isAsExpected(judged) === true ? ', as expected' : `, expected: ${expect}`;
  const numbers = verdict.parts.map(intervalText).join('   ');
  return [
    `  ${verdict.word}${wished}`,
    claimText(asked.claim),
    numbers === '' ? '-' : numbers,
    basisText(judged),
  ];
}

/** What a verdict rests on, in parentheses; why there is none where nothing was measured. */
export function basisText({ asked, verdict, registration }: JudgedClaim): string {
  if (verdict.why !== null) return verdict.why;
  const { n, planned, gaps, diverged, seedsToDecide } = verdict;
  const parts = [
    n === planned ? `${n} seeds` : `${n} of ${planned} seeds`,
    ...(registration !== null && registration.seeds < planned
      ? [`extended from ${registration.seeds} seeds`]
      : []),
    ...gaps,
    ...('scale' in asked.claim && asked.claim.scale === 'log' ? ['log'] : []),
    ...(diverged === 0 ? [] : [`${diverged} ${diverged === 1 ? 'cell' : 'cells'} diverged`]),
    ...(seedsToDecide === null
      ? []
      : [
          `${seedsToDecide === 'more than 100' ? seedsToDecide : `about ${seedsToDecide}`} seeds would decide`,
        ]),
  ];
  return `(${parts.join('; ')})`;
}

/** A number of a verdict with its interval and how many seeds agree. */
export function intervalText({ name, estimate, low, high, count }: Part): string {
  const told = count === null ? '' : ` ${count.agreeing}/${count.of}`;
  return `${name} ${numberText(estimate)} [${numberText(low)}, ${numberText(high)}]${told}`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return '-';
  if (!Number.isFinite(value)) return value > 0 ? 'never' : '-';
  return String(Number(value.toPrecision(3)));
}

/** Values of axes in words; empty for none. */
export function groupText(group: Claim['where']): string {
  return Object.entries(group)
    .map(([axis, value]) => `${axis} ${String(value)}`)
    .join(', ');
}

function boundText({ above, below }: { above?: number | undefined; below?: number | undefined }): string {
  return below === undefined ? `above ${above ?? 0}` : `below ${below}`;
}

/** What a claim states, without its verdict. */
export function claimText(claim: Claim): string {
  const place = groupText(claim.where);
  return `${statement(claim)}${place === '' ? '' : ` where ${place}`}`;
}

function statement(claim: Claim): string {
  switch (claim.kind) {
    case 'difference': {
      const bound = boundText({ above: claim.above ?? claim.margin, below: claim.below });
      const less = claim.b === undefined ? '' : ` minus at ${groupText(claim.b)}`;
      return `${claimWords(claim.measure)} at ${groupText(claim.a)}${less} is ${bound}`;
    }
    case 'peak':
      return `${claimWords(claim.measure)} peaks along ${claim.along}`;
    case 'within':
      return `${claimWords(claim.measure)} lies in [${claim.low}, ${claim.high}]`;
    case 'reaches':
      return `${claimWords(claim.measure)} comes ${boundText(claim)}`;
    case 'faster': {
      const below = claim['ratio below'];
      const ratio = below === undefined ? `above ${claim['ratio above'] ?? 1}` : `below ${below}`;
      const groups = `at ${groupText(claim.b)} over at ${groupText(claim.a)}`;
      return `${claim.axis} until ${claimWords(claim.measure)} is ${boundText(claim)}, ${groups}: ratio ${ratio}`;
    }
    case 'rank': {
      const partner = claim.with === 'axis' ? claim.along : claimWords(claim.with);
      return `${claimWords(claim.measure)} goes with ${partner} along ${claim.along}, tau ${boundText(claim)}`;
    }
    case 'order':
      return `${orderText(claim.first)} comes before ${orderText(claim.then)}`;
    case 'exact':
      return `${claimWords(claim.measure)} equals ${typeof claim.equals === 'number' ? claim.equals : claimWords(claim.equals)}`;
  }
}

function orderText(side: ClaimOf<'order'>['first']): string {
  return typeof side === 'string' ? `${side} in spikes` : `${claimWords(side.measure)} ${boundText(side)}`;
}

/** A verdict as plain data: infinite numbers become strings, so that JSON keeps them. */
export function verdictJson(judged: JudgedClaim): Readonly<Record<string, unknown>> {
  const { asked, verdict, registration } = judged;
  const { kind, expect, where } = asked.claim;
  const { word, seedsToDecide, parts, perSeed, ...rest } = verdict;
  return {
    finding: asked.finding,
    claim: asked.digest,
    kind,
    text: claimText(asked.claim),
    where,
    verdict: word,
    expected: expect,
    asExpected: isAsExpected(judged),
    registration,
    ...rest,
    seedsToDecide,
    parts: parts.map(({ name, estimate, low, high, count }) => ({
      name,
      estimate: jsonNumber(estimate),
      low: jsonNumber(low),
      high: jsonNumber(high),
      count,
    })),
    perSeed: perSeed.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, jsonNumber(value)])),
    ),
  };
}

function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
