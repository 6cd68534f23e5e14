/** Verdicts on the claims of an entry: what its sweep states and what was added, judged on what its cells recorded; and verdicts.json. */
import { z } from 'zod';
import { checkClaims, type AskedClaim } from '../../../experiments/findings/claims-file.ts';
import { registrationOf, type FindingsLog } from '../../../experiments/findings/findings-log.ts';
import { cellsOfClaim, judge } from '../../../experiments/findings/judge.ts';
import { placedCell, type JudgedCell } from '../../../experiments/findings/judged-cell.ts';
import { verdictJson, type JudgedClaim } from '../../../experiments/findings/verdict-text.ts';
import { canonicalJson } from '../../../experiments/records/canonical-json.ts';
import { textDigest } from '../../../experiments/records/digests.ts';
import { isoTime } from '../disk/iso-time.ts';
import type { CellStore } from '../notebook/cell-store.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { readVerdicts, writeVerdicts } from '../notebook/findings-files.ts';
import { claimsOfEntry } from './entry-claims.ts';
import { knownMeasures } from './measure-tables.ts';

/** Claims with their verdicts, and the last link of each cell's chain: what they rest on. */
export interface EntryVerdicts {
  readonly claims: readonly JudgedClaim[];
  readonly links: Readonly<Record<string, string>>;
}

/** Verdicts on the claims that the entry keeps, of its sweep and added ones; none where it keeps none. Throws SweepError, LabError. */
export async function registeredVerdicts(entry: EntryStore): Promise<EntryVerdicts> {
  const { claims, log } = await claimsOfEntry(entry);
  return entryVerdicts(entry, claims, log);
}

/** Verdicts on claims about an entry; `log` tells since when they stand there, null where they come from elsewhere. Throws SweepError where they do not fit its cells, LabError. */
export async function entryVerdicts(
  entry: EntryStore,
  claims: readonly AskedClaim[],
  log: FindingsLog | null,
): Promise<EntryVerdicts> {
  if (claims.length === 0) return { claims: [], links: {} };
  const { cells, links } = await judgedCells(entry);
  checkClaims(claims, cells);
  return { claims: verdictsOver(claims, cells, log), links };
}

/** Verdicts on claims that fit these cells. */
export function verdictsOver(
  claims: readonly AskedClaim[],
  cells: readonly JudgedCell[],
  log: FindingsLog | null,
): JudgedClaim[] {
  return claims.map((asked) => {
    const ids = cellsOfClaim(asked.claim, cells).map(({ id }) => id);
    return {
      asked,
      verdict: judge(asked.claim, cells, asked.digest),
      registration: log === null ? null : registrationOf(asked.digest, ids, log),
    };
  });
}

/** The cells of an entry as claims see them, and the last link of each cell's chain. Throws LabError. */
export async function judgedCells(
  entry: EntryStore,
): Promise<{ cells: JudgedCell[]; links: Record<string, string> }> {
  const cells: JudgedCell[] = [];
  const links: Record<string, string> = {};
  for (const cell of entry.json.cells) {
    const store = await entry.cell(cell.id);
    const facts = store.index();
    const known = await knownMeasures(entry, cell.id);
    const snapshots = facts.map(({ epoch, metrics }) => ({ ...metrics, derived: known.get(epoch) }));
    cells.push({ ...placedCell(cell), state: stateOf(store), snapshots });
    const last = facts.at(-1);
    if (last !== undefined) links[cell.id] = last.link;
  }
  return { cells, links };
}

function stateOf({ state, events }: CellStore): JudgedCell['state'] {
  const last = events.at(-1)?.event;
  if (state === 'failed')
    return last?.kind === 'failed' && last.failure === 'diverged' ? 'diverged' : 'unfinished';
  return state === 'finished' ? 'finished' : 'unfinished';
}

/** The content of verdicts.json: one JSON document that its last field, a digest of all others, closes. */
export function verdictsText({ claims, links }: EntryVerdicts, time: string): string {
  // As JSON keeps it: what is compared later is what was read.
  const content: unknown = JSON.parse(
    JSON.stringify({
      format: 'creasebook-verdicts',
      version: 1,
      time,
      links,
      claims: claims.map(verdictJson),
    }),
  );
  const sha256 = textDigest(canonicalJson(content));
  return `${JSON.stringify({ ...(content as object), sha256 }, null, 2)}\n`;
}

/** Keeps the verdicts in the entry. Throws LabError. */
export async function keepVerdicts(entry: EntryStore, verdicts: EntryVerdicts, time: Date): Promise<void> {
  if (verdicts.claims.length === 0) return;
  await writeVerdicts(entry.fileSystem, entry.path, verdictsText(verdicts, isoTime(time)));
}

const keptVerdicts = z.object({
  time: z.string(),
  claims: z.array(
    z.object({
      finding: z.string(),
      text: z.string(),
      verdict: z.enum(['holds', 'fails', 'undecided', 'not measured']),
      asExpected: z.boolean().nullable(),
    }),
  ),
});

/** Verdicts as an entry keeps them, and when they were kept; none where it keeps none that can be read. */
export type StoredVerdicts = z.infer<typeof keptVerdicts>;

/** The verdicts that an entry keeps, claim by claim; null where it keeps none that can be read as they were written. */
export async function storedVerdicts(entry: EntryStore): Promise<StoredVerdicts | null> {
  const text = await readVerdicts(entry.fileSystem, entry.path);
  return text === null ? null : parsedVerdicts(text);
}

/** The verdicts of a text; null where it is not as it was written. */
export function parsedVerdicts(text: string): StoredVerdicts | null {
  try {
    const { sha256, ...content } = z.looseObject({ sha256: z.string() }).parse(JSON.parse(text));
    return textDigest(canonicalJson(content)) === sha256 ? keptVerdicts.parse(content) : null;
  } catch {
    return null;
  }
}
