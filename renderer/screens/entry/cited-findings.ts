/** Verdicts that the notes of an entry cite. */
import type { CitedFinding } from '../../../experiments/findings/finding-citation.ts';
import type { EntrySession } from '../../state/entry-session.svelte.ts';

/** The findings of an entry, where its notes cite any; a comparison has none. */
export async function findingsOfNotes(
  { lab, entryId, detail }: Pick<EntrySession, 'lab' | 'entryId' | 'detail'>,
  text: string,
): Promise<readonly CitedFinding[]> {
  if (detail === null || detail.comparison !== null || !text.includes('[[finding ')) return [];
  return (await lab.client.call('findings.read', { entryId, epoch: null })).findings;
}
