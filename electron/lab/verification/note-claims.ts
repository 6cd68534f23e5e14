/** Figures that the notes of an entry cite, beside what its records say now. */
import type { Finding } from '../../../experiments/entries/chain-verification.ts';
import {
  resolvedCitation,
  withCitations,
  type Citation,
  type CitationResult,
  type CitedTimeline,
} from '../../../experiments/entries/citation.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import { readNotes } from '../notebook/notes-file.ts';
import { varyingAxes } from '../../../experiments/sweeps/swept-axes.ts';
import { timelineOf } from '../notebook/timelines.ts';

/** A citation of the notes. */
export interface NoteClaim {
  /** As the notes write it, between its brackets. */
  readonly text: string;
  readonly citation: Citation;
  readonly result: CitationResult;
}

/** Every figure that the notes cite, in their order. Throws LabError where notes or records cannot be read. */
export async function noteClaims(entry: EntryStore): Promise<NoteClaim[]> {
  const cited: { readonly text: string; readonly citation: Citation }[] = [];
  withCitations(await readNotes(entry.fileSystem, entry.path), (text, citation) => {
    cited.push({ text, citation });
    return null;
  });
  if (cited.length === 0) return [];
  const { cells } = entry.json;
  const timelines = new Map<string, CitedTimeline>();
  for (const { id } of cells) timelines.set(id, timelineOf(id, (await entry.cell(id)).index(), 0));
  const known = { cells, axes: varyingAxes(cells), timelines };
  return cited.map((claim) => ({ ...claim, result: resolvedCitation(claim.citation, known) }));
}

/** Claims of the notes that the records do not bear out. A citation without a claim states nothing that could be wrong. */
export async function claimFindings(entry: EntryStore): Promise<Finding[]> {
  return (await noteClaims(entry)).flatMap(({ text, citation, result }): Finding[] => {
    if (citation.claim === null || result.state === 'holds') return [];
    const told = result.state === 'unknown' ? result.why : `the records say ${result.value}`;
    const place = { part: 'notes.md' as const, record: null, bytes: null, field: 'claim' };
    const [cell, epoch] = result.state === 'unknown' ? [null, null] : [result.cellId, result.epoch];
    return [{ ...place, cell, epoch, message: `'${text}' does not hold: ${told}` }];
  });
}
