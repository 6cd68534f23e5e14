/** The claims about an entry: those of its sweep, and those that somebody added without touching it. */
import {
  checkClaims,
  claimsOfSweep,
  parseClaims,
  type AskedClaim,
} from '../../../experiments/findings/claims-file.ts';
import { addedText, findingsBlock, type FindingsLog } from '../../../experiments/findings/findings-log.ts';
import { placedCell, type PlacedCell } from '../../../experiments/findings/judged-cell.ts';
import { SweepError } from '../../../experiments/sweeps/sweep-error.ts';
import { LabError } from '../disk/lab-error.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { logAddedClaims, readFindingsLog, seedsOf } from '../notebook/findings-files.ts';

/** Claims in their order, the sweep's own first, and the log that tells since when each stands there. */
export interface EntryClaims {
  readonly claims: readonly AskedClaim[];
  /** Text of the claims beside those of the sweep; empty where there are none. */
  readonly added: string;
  readonly log: FindingsLog;
}

/** The claims about an entry. Throws SweepError where they cannot be read, LabError. */
export async function claimsOfEntry(entry: EntryStore): Promise<EntryClaims> {
  const log = await readFindingsLog(entry.fileSystem, entry.path);
  const added = addedText(log);
  return { claims: [...claimsOfSweep(entry.sweepText), ...claimsOfText(added)], added, log };
}

function claimsOfText(text: string): AskedClaim[] {
  return text.trim() === '' ? [] : parseClaims(text);
}

/** The cells of an entry as claims name them. */
export function placedCells(entry: EntryStore): PlacedCell[] {
  return entry.json.cells.map(placedCell);
}

/** The claims of a text that is to be added to an entry; none of an empty one. Throws SweepError, with the line, where they do not fit it. */
export function claimsToAdd(entry: EntryStore, text: string): AskedClaim[] {
  const claims = claimsOfText(text);
  const own = new Set(claimsOfSweep(entry.sweepText).map(({ finding }) => finding));
  for (const { finding, line } of claims)
    if (own.has(finding))
      throw new SweepError(`${finding}: the sweep has a finding of this name; give it another id`, line);
  checkClaims(claims, placedCells(entry));
  return claims;
}

/** The last link of every cell that has a snapshot. */
export async function lastLinks(entry: EntryStore): Promise<Record<string, string>> {
  const links: Record<string, string> = {};
  for (const { id } of entry.json.cells) {
    const last = (await entry.cell(id)).index().at(-1);
    if (last !== undefined) links[id] = last.link;
  }
  return links;
}

/**
 * Keeps a text as the claims beside those of the sweep, marked with what is known now; an empty one takes them away. Throws
 * SweepError where they do not fit, LabError 'damaged' where the log of claims is no longer whole.
 */
export async function keepAddedClaims(entry: EntryStore, text: string, time: Date): Promise<void> {
  claimsToAdd(entry, text);
  await entry.between(() => append(entry, text.trim() === '' ? '' : text, time));
}

async function append(entry: EntryStore, kept: string, time: Date): Promise<void> {
  const { added, log } = await claimsOfEntry(entry);
  if (log.fault !== null)
    throw new LabError('damaged', `findings.log, line ${log.fault.line}: ${log.fault.message}.`);
  if (kept === added) return;
  const asked = {
    findings: findingsBlock(entry.sweepText),
    seeds: seedsOf(entry.json.cells),
    links: await lastLinks(entry),
  };
  await logAddedClaims(entry.fileSystem, entry.path, kept, asked, time);
}
