/** A finding as Markdown, for notes and for pages elsewhere. */
import type { FindingView } from '../../electron/contract/findings.ts';

/** The question, a row for each claim with its verdict in words, and the command that computes it again. */
export function findingMarkdown(finding: FindingView, entryId: string): string {
  const rows = finding.claims.map(({ text, verdict, expected, sentence }) => {
    const claim = expected === 'holds' ? text : `${text} (control: ${expected})`;
    return `| ${cellText(claim)} | **${verdict}** | ${cellText(numbersOf(sentence))} |`;
  });
  const [question, registered] = [finding.question || finding.id, finding.registered];
  return [
    `### ${question}`,
    '',
    '| claim | verdict | seeds say |',
    '| --- | --- | --- |',
    ...rows,
    '',
    `${registered === '' ? '' : `${registered.replace(/^\((.*)\)$/, '$1')}; `}\`creasebook findings check ${entryId}\` computes it again.`,
    '',
  ].join('\n');
}

/** A verdict's sentences without the word that they begin with. */
function numbersOf(sentence: string): string {
  return sentence.slice(sentence.indexOf('.') + 1).trim();
}

/** Text for a cell of a table: bars would end it, brackets could become links. */
function cellText(text: string): string {
  return text.replaceAll(/[|[\]*_`\\]/g, '\\$&').replaceAll('\n', ' ');
}
