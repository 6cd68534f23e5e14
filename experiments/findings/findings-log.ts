/**
 * findings.log of an entry: every version of its claims, one JSON line each, appended when they are first written and
 * whenever they change. So that a claim says whether it was there before the results, also after the sweep was extended.
 */
import { z } from 'zod';
import { canonicalJson } from '../records/canonical-json.ts';
import { textDigest } from '../records/digests.ts';
import { SweepError } from '../sweeps/sweep-error.ts';
import { mayHaveKey, yamlTree } from '../sweeps/yaml-tree.ts';

/** Longest text of added claims, in characters: that of a sweep file. */
const maxAddedLength = 65_536;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const logged = z.strictObject({
  time: z.iso.datetime(),
  findings: z.json(),
  added: z.string().max(maxAddedLength).optional(),
  seeds: z.array(z.number()),
  links: z.record(z.string().max(100), digest),
  sha256: digest,
});

/**
 * A version of the claims: since when, the sweep's block (null: none), the text of the claims that were added without touching the
 * sweep (left out: none), the seeds planned then, the last links of cells that had any.
 */
export type LoggedFindings = Omit<z.infer<typeof logged>, 'sha256'>;

/** What a log holds, and the first thing that is wrong with it. */
export interface FindingsLog {
  readonly versions: readonly LoggedFindings[];
  /** Digest of the last line: the next one builds on it; empty where there is none. */
  readonly last: string;
  readonly fault: { readonly line: number; readonly message: string } | null;
}

/** How much was known when a claim was first written. */
export interface Registration {
  readonly time: string;
  /** Of the claim's cells those that had a snapshot. */
  readonly known: number;
  readonly of: number;
  /** Seeds that were planned then. */
  readonly seeds: number;
}

/** The `findings:` block of a sweep's text; null where there is none or the text cannot be read. */
export function findingsBlock(text: string): LoggedFindings['findings'] {
  if (!mayHaveKey(text, 'findings')) return null;
  try {
    const { data } = yamlTree(text);
    const block = (data as { findings?: LoggedFindings['findings'] } | null)?.findings;
    return block ?? null;
  } catch (error) {
    if (error instanceof SweepError) return null;
    throw error;
  }
}

/** The line of a version, with its end, after a line of digest `last`. */
export function findingsLine(version: LoggedFindings, last: string): string {
  return `${canonicalJson({ ...version, sha256: lineDigest(version, last) })}\n`;
}

function lineDigest(version: LoggedFindings, last: string): string {
  return textDigest(last + canonicalJson(version));
}

/** Reads a log up to the first line that does not follow from those before it. */
export function parseFindingsLog(text: string): FindingsLog {
  const versions: LoggedFindings[] = [];
  let last = '';
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '' && index === text.split('\n').length - 1) break;
    const version = parsedLine(line, last);
    if (typeof version === 'string') return { versions, last, fault: { line: index + 1, message: version } };
    const { sha256, ...rest } = version;
    versions.push(rest);
    last = sha256;
  }
  return { versions, last, fault: null };
}

function parsedLine(line: string, last: string): z.infer<typeof logged> | string {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return 'it is no JSON';
  }
  const result = logged.safeParse(data);
  if (!result.success) return 'it is no version of claims';
  const { sha256, ...version } = result.data;
  return lineDigest(version, last) === sha256 ? result.data : 'its digest is another one';
}

/** Whether a block is the one that was logged last. */
export function isLogged(block: LoggedFindings['findings'], { versions }: FindingsLog): boolean {
  return canonicalJson(versions.at(-1)?.findings ?? null) === canonicalJson(block);
}

/** The text of the claims that were added without touching the sweep; empty where there are none. */
export function addedText({ versions }: FindingsLog): string {
  return versions.at(-1)?.added ?? '';
}

/** What was known when a claim of this digest was first written; null where no log tells. */
export function registrationOf(
  claim: string,
  cellIds: readonly string[],
  { versions }: FindingsLog,
): Registration | null {
  const first = versions.find(
    ({ findings, added = '' }) =>
      claimDigests(findings).includes(claim) || claimDigests(findingsBlock(added)).includes(claim),
  );
  if (first === undefined) return null;
  const known = cellIds.filter((id) => Object.hasOwn(first.links, id)).length;
  return { time: first.time, known, of: cellIds.length, seeds: first.seeds.length };
}

function claimDigests(findings: LoggedFindings['findings']): string[] {
  if (!Array.isArray(findings)) return [];
  return findings.flatMap((finding) => {
    const claims =
      typeof finding === 'object' && finding !== null && 'claims' in finding ? finding.claims : [];
    return Array.isArray(claims) ? claims.map((claim) => textDigest(canonicalJson(claim))) : [];
  });
}
