/** Notes for places without the records: every citation becomes its figure with its source below. */
import {
  citationPattern,
  citedWords,
  inProse,
  maybeCitation,
  resolvedCitation,
  type Citation,
  type CitedCells,
} from '../../experiments/entries/citation.ts';

import {
  maybeFindingCitation,
  resolvedFinding,
  type CitedFinding,
  type FindingCitation,
} from '../../experiments/findings/finding-citation.ts';

const words = {
  holds: 'as the notes say',
  broken: 'not what the notes say',
  shown: 'as recorded',
} as const;

/** The entry that notes belong to. */
interface NotedEntry {
  readonly id: string;
  readonly title: string;
}

/** A citation as it is told to somebody without the records. */
export interface OutsideFigure {
  /** The recorded value, or the citation as it is written where it leads nowhere. */
  readonly figure: string;
  /** Entry, cell, measure, epoch and value, and whether a stated claim holds; or why it leads nowhere. */
  readonly source: string;
}

/** The figure and the source of a citation that notes write as `cited`. */
function outsideFigure(
  cited: string,
  citation: Citation,
  entry: NotedEntry,
  known: CitedCells,
): OutsideFigure {
  const result = resolvedCitation(citation, known);
  const place = `Creasebook entry ${entry.id} (“${entry.title}”)`;
  if (result.state === 'unknown') return { figure: cited, source: `${place}: ${cited}: ${result.why}.` };
  const claim = citation.claim === null ? '' : `, claimed ${citation.claim}`;
  const told = `cell ${result.cellId}, ${citedWords(citation.measure)} at epoch ${result.epoch}: ${result.value}${claim}, ${words[result.state]}.`;
  return { figure: result.value, source: `${place}, ${told} Check: creasebook verify ${entry.id}.` };
}

/** The verdict and the source of a finding that notes write as `cited`. */
function outsideFinding(
  cited: string,
  citation: FindingCitation,
  entry: NotedEntry,
  findings: readonly CitedFinding[],
): OutsideFigure {
  const { state, word, sentence } = resolvedFinding(citation, findings);
  const place = `Creasebook entry ${entry.id} (“${entry.title}”)`;
  if (state === 'unknown') return { figure: cited, source: `${place}: ${cited}: ${sentence}.` };
  const claim = citation.says === null ? '' : `, claimed ${citation.says}, ${words[state]}`;
  const told = `finding ${citation.finding}: ${word ?? ''}${claim}. ${sentence}`;
  return { figure: word ?? '', source: `${place}, ${told} Check: creasebook findings check ${entry.id}.` };
}

/** Text with numbered marks and, below it, the sources that they stand for. */
export function withSources(body: string, sources: readonly string[]): string {
  if (sources.length === 0) return body;
  const notes = sources.map((source, at) => `${sourceMark(at)}: ${source}`);
  return `${body.trimEnd()}\n\n${notes.join('\n')}\n`;
}

/** The mark of the source at this place of the list, as Markdown's footnotes have it. */
export function sourceMark(at: number): string {
  return `[^${at + 1}]`;
}

/** Markdown of notes in which each citation is the recorded value, or verdict, with a footnote that names its source. */
export function notesForOutside(
  text: string,
  entry: NotedEntry,
  known: CitedCells,
  findings: readonly CitedFinding[],
): string {
  const sources: string[] = [];
  const body = inProse(text, citationPattern, (whole, cited) => {
    const outside = maybeOutside(cited, entry, known, findings);
    if (outside === null) return whole;
    return `${outside.figure}${sourceMark(sources.push(outside.source) - 1)}`;
  });
  return withSources(body, sources);
}

/** What a text between double brackets is elsewhere; null where it cites nothing. */
export function maybeOutside(
  cited: string,
  entry: NotedEntry,
  known: CitedCells,
  findings: readonly CitedFinding[],
): OutsideFigure | null {
  const citation = maybeCitation(cited);
  if (citation !== null) return outsideFigure(cited, citation, entry, known);
  const finding = maybeFindingCitation(cited);
  return finding === null ? null : outsideFinding(cited, finding, entry, findings);
}
