/** Whether an entry's findings are what its records say: the records themselves, the log of claims, the verdicts. Reads only. */
import { z } from 'zod';
import type { LoggedFindings } from '../../../experiments/findings/findings-log.ts';
import { canonicalJson } from '../../../experiments/records/canonical-json.ts';
import { textDigest } from '../../../experiments/records/digests.ts';
import { findingsBlock, isLogged } from '../../../experiments/findings/findings-log.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { readFindingsLog, readVerdicts } from '../notebook/findings-files.ts';
import { verifyChain } from '../verification/chain-level.ts';
import { findingText } from '../verification/finding-text.ts';
import { registeredVerdicts, verdictsText } from './entry-verdicts.ts';
import { measuredAgain, type MeasureDifference, type Measuring } from './measure-tables.ts';

/** What was found: nothing differs where `differences` is empty. */
export interface FindingsCheck {
  /** One line each: the file, the place in it, and what is wrong. */
  readonly differences: readonly string[];
  /** What could not be compared, and why. */
  readonly remarks: readonly string[];
  readonly claims: number;
  /** Rows of derived measures that were computed again. */
  readonly rows: number;
}

/** Checks records, derived measures, findings.log and verdicts.json of an entry. Throws SweepError, LabError. */
export async function checkFindings(entry: EntryStore, measuring: Measuring): Promise<FindingsCheck> {
  const chain = await verifyChain(entry);
  const differences = [...chain.findings, ...chain.cells.flatMap(({ findings }) => findings)].map(
    (finding) => `${finding.cell ?? 'entry'}: ${findingText(finding)}`,
  );
  const measures = await measuredAgain(entry, entry.json.cells, measuring, null);
  differences.push(...measures.flatMap((cell) => cell.differences.map(measureText)));
  const claimed = await checkClaimed(entry);
  return {
    ...claimed,
    differences: [...differences, ...claimed.differences],
    rows: measures.reduce((sum, { rows }) => sum + rows, 0),
  };
}

function measureText({ file, epoch, message }: MeasureDifference): string {
  return `${file}${epoch === null ? '' : `, epoch ${epoch}`}: ${message}`;
}

/** The log of claims and the verdicts alone, on measures as they are kept. Throws SweepError, LabError. */
export async function checkClaimed(entry: EntryStore): Promise<Omit<FindingsCheck, 'rows'>> {
  const links = new Map<string, readonly string[]>();
  for (const { id } of entry.json.cells)
    links.set(
      id,
      (await entry.cell(id)).index().map(({ link }) => link),
    );
  const log = await logDifferences(entry, links);
  const verdicts = await verdictDifferences(entry, links);
  return { ...verdicts, differences: [...log, ...verdicts.differences] };
}

type Links = ReadonlyMap<string, readonly string[]>;

async function logDifferences(entry: EntryStore, links: Links): Promise<string[]> {
  const log = await readFindingsLog(entry.fileSystem, entry.path);
  if (log.fault !== null) return [`findings.log, line ${log.fault.line}: ${log.fault.message}`];
  const differences = log.versions.flatMap((version, index) =>
    strangeLinks(version.links, links).map(
      (id) => `findings.log, line ${index + 1}: its link of cell ${id} is not in the cell's chain`,
    ),
  );
  if (!isLogged(findingsBlock(entry.sweepText), log))
    differences.push('findings.log: its last version is not what sweep.yaml claims');
  return differences;
}

/** Cells whose link is none of their chain's. */
function strangeLinks(told: LoggedFindings['links'], links: Links): string[] {
  return Object.entries(told).flatMap(([id, link]) => (links.get(id)?.includes(link) === true ? [] : [id]));
}

const verdictsFile = z.looseObject({
  time: z.string(),
  links: z.record(z.string(), z.string()),
  claims: z.array(z.looseObject({ finding: z.string(), text: z.string() })),
  sha256: z.string(),
});

async function verdictDifferences(entry: EntryStore, links: Links): Promise<Omit<FindingsCheck, 'rows'>> {
  const verdicts = await registeredVerdicts(entry);
  const claims = verdicts.claims.length;
  const text = await readVerdicts(entry.fileSystem, entry.path);
  if (text === null) {
    const remarks =
      claims === 0 ? [] : ['verdicts.json is not there: run `findings` on the entry to keep them'];
    return { differences: [], remarks, claims };
  }
  const told = parsedVerdicts(text);
  if (typeof told === 'string') return { differences: [`verdicts.json: ${told}`], remarks: [], claims };
  const strange = strangeLinks(told.links, links);
  if (strange.length > 0) {
    const differences = strange.map(
      (id) => `verdicts.json, links: that of cell ${id} is not in the cell's chain`,
    );
    return { differences, remarks: [], claims };
  }
  if (canonicalJson(told.links) !== canonicalJson(verdicts.links)) {
    const remarks = ['verdicts.json is of before cells went on: run `findings` on the entry to renew it'];
    return { differences: [], remarks, claims };
  }
  const expected = parsedVerdicts(verdictsText(verdicts, told.time));
  if (typeof expected === 'string') throw new Error(expected);
  return { differences: differentClaims(told.claims, expected.claims), remarks: [], claims };
}

type StoredVerdicts = z.infer<typeof verdictsFile>;

function parsedVerdicts(text: string): StoredVerdicts | string {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return error instanceof Error ? error.message : 'it is no JSON';
  }
  const result = verdictsFile.safeParse(data);
  if (!result.success) return 'it does not hold verdicts';
  const { sha256, ...content } = data as { sha256: string };
  if (textDigest(canonicalJson(content)) !== sha256)
    return 'it is not what was written: its digest is another one';
  return result.data;
}

function differentClaims(told: StoredVerdicts['claims'], expected: StoredVerdicts['claims']): string[] {
  if (told.length !== expected.length)
    return [`verdicts.json: it holds ${told.length} verdicts, the entry states ${expected.length} claims`];
  return expected.flatMap((claim, index) => {
    const stored: Readonly<Record<string, unknown>> = told[index];
    const fields = [...new Set([...Object.keys(claim), ...Object.keys(stored)])];
    const field = fields.find(
      (name) => canonicalJson(claim[name] ?? null) !== canonicalJson(stored[name] ?? null),
    );
    return field === undefined
      ? []
      : [`verdicts.json, ${claim.finding}, claim ${index + 1} (${claim.text}): ${field} is another one`];
  });
}
