/** Notes for places without the records: every receipt becomes its figure with its source below. */
import { citationPattern, maybeCitation, resolvedCitation, type CitedCells } from './citation.ts';

const words = {
  holds: 'as the notes say',
  broken: 'not what the notes say',
  shown: 'as recorded',
} as const;

/**
 * Markdown of notes in which each receipt is the recorded value and a footnote that names entry, cell, measure and epoch,
 * and whether a stated claim holds. Receipts that lead nowhere stay as they are written, with the reason in the footnote.
 */
export function notesForOutside(
  text: string,
  entry: { readonly id: string; readonly title: string },
  known: CitedCells,
): string {
  const sources: string[] = [];
  const body = text.replaceAll(citationPattern, (whole: string, cited: string) => {
    const citation = maybeCitation(cited);
    if (citation === null) return whole;
    const result = resolvedCitation(citation, known);
    const mark = `[^${sources.length + 1}]`;
    const place = `Creasebook entry ${entry.id} (“${entry.title}”)`;
    if (result.state === 'unknown') {
      sources.push(`${mark}: ${place}: ${cited}: ${result.why}.`);
      return `${cited}${mark}`;
    }
    const claim = citation.claim === null ? '' : `, claimed ${citation.claim}`;
    const source = `cell ${result.cellId}, ${citation.measure} at epoch ${result.epoch}: ${result.value}${claim}, ${words[result.state]}.`;
    sources.push(`${mark}: ${place}, ${source} Check: creasebook verify ${entry.id}.`);
    return `${result.value}${mark}`;
  });
  return sources.length === 0 ? body : `${body.trimEnd()}\n\n${sources.join('\n')}\n`;
}
