/** The words of a filter. */
import { SelectionError } from './selection-error.ts';

/** Most characters of a filter. */
const longestFilter = 2000;

/** A word of a filter; `at` is its first character, from 1. A phrase is a run of words without a sign between them. */
export interface FilterWord {
  readonly kind: 'phrase' | 'quoted' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const keywords: readonly string[] = ['and', 'or', 'not', 'in'];
const shape = String.raw`\[[\d,\s]+\](?:\s*\*\s*\d+)?(?:\s*,\s*\[[\d,\s]+\](?:\s*\*\s*\d+)?)*`;
const pattern = new RegExp(
  String.raw`\s*(?:"([^"]*)"|'([^']*)'|(${shape})|(<=|>=|==|!=|[<>=(),])|([^\s"'<>=!(),]+))`,
  'y',
);

/** The error of a mistake at a character of a filter. */
export function filterError(at: number, what: string): SelectionError {
  return new SelectionError(`filter, character ${at}: ${what}`);
}

/** The words of a filter. Throws SelectionError, with the place, where there is something else or too much of it. */
export function filterWords(text: string): readonly FilterWord[] {
  if (text.length > longestFilter) {
    throw new SelectionError(
      `the filter has ${text.length} characters; filters have at most ${longestFilter}`,
    );
  }
  const words: FilterWord[] = [];
  const end = text.trimEnd().length;
  for (let from = 0; from < end; from = pattern.lastIndex) {
    pattern.lastIndex = from;
    const found = pattern.exec(text);
    if (found === null) throw unknownSign(text, from);
    const [whole, double, single, list, sign, plain] = found;
    const at = from + whole.length - whole.trimStart().length + 1;
    const quoted = double ?? single ?? list?.replaceAll(/\s/g, '');
    if (quoted !== undefined) words.push({ kind: 'quoted', text: quoted, at });
    else if (sign !== undefined) words.push({ kind: 'sign', text: sign, at });
    else addPlain(words, plain, at);
  }
  return [...words, { kind: 'end', text: '', at: end + 1 }];
}

/** A keyword stands for itself; any other word joins the phrase before it. */
function addPlain(words: FilterWord[], text: string, at: number): void {
  const word = text.toLowerCase();
  const last = words.at(-1);
  if (keywords.includes(word)) words.push({ kind: 'sign', text: word, at });
  else if (last?.kind === 'phrase') words[words.length - 1] = { ...last, text: `${last.text} ${text}` };
  else words.push({ kind: 'phrase', text, at });
}

function unknownSign(text: string, from: number): SelectionError {
  const rest = text.slice(from);
  const at = from + rest.length - rest.trimStart().length;
  const sign = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (sign === '"' || sign === "'")
    return filterError(at + 1, `the text that begins with ${sign} does not end`);
  return filterError(at + 1, `'${sign}' is not known${sign === '!' ? ", write 'not' or '!='" : ''}`);
}
