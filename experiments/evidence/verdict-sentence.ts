/** A verdict as sentences: the word, the numbers, the seeds, and what would change it. */
import type { Part } from '../findings/verdict.ts';
import { basisText, intervalText, isAsExpected, type JudgedClaim } from '../findings/verdict-text.ts';

const words = {
  holds: 'Holds',
  fails: 'Fails',
  undecided: 'Undecided',
  'not measured': 'Not measured',
} as const;

/** The verdict on a claim in words, such as it stands below its chart. */
export function verdictSentence(judged: JudgedClaim): string {
  const { verdict, asked } = judged;
  const isExpected = isAsExpected(judged);
  const wished =
    asked.claim.expect === 'holds' || isExpected === null
      ? ''
      : isExpected
        ? ', as a control should'
        : `, against what a control should (${asked.claim.expect})`;
  const numbers = verdict.parts.map(partSentence).join('; ');
  const told = numbers === '' ? '' : ` ${numbers}.`;
  return `${words[verdict.word]}${wished}.${told} ${basisSentence(judged)}`;
}

function partSentence(part: Part): string {
  const { count, ...rest } = part;
  const seeds = count === null ? '' : `, ${count.agreeing} of ${count.of} seeds agree`;
  return `${intervalText({ ...rest, count: null })}${seeds}`;
}

function basisSentence(judged: JudgedClaim): string {
  const text = basisText(judged).replace(/^\((.*)\)$/s, '$1');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
