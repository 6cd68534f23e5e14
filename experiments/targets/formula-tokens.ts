/** The words of a formula. */
import { TargetError } from './target-error.ts';

/** Most characters of a formula. */
export const longestFormula = 1000;

/** A word of a formula; `at` is its first character, from 1. The last one is 'end'. */
export interface FormulaToken {
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const word =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(<=|>=|==|!=|[-+*/^()<>,]))/y;

/** What people write who know other languages, and what it is called here. */
const otherSigns: readonly (readonly [sign: string, advice: string])[] = [
  ['&&', "write 'and'"],
  ['&', "write 'and'"],
  ['||', "write 'or'"],
  ['|', "write 'or', or abs( ) for a size"],
  ['!', "write 'not'"],
  ['=', "write '=='"],
  ['%', 'write mod(a, b)'],
  ['²', 'write ^2'],
  ['π', "write 'pi'"],
  ['≤', "write '<='"],
  ['≥', "write '>='"],
  ['·', "write '*'"],
  ['×', "write '*'"],
  ['[', 'brackets are round'],
  ['{', 'brackets are round'],
];

/** The error of a mistake at a character of a formula. */
export function formulaError(at: number, what: string): TargetError {
  return new TargetError(`character ${at}: ${what}`);
}

/** The words of a formula. Throws TargetError, with the place, where there is something else or too much of it. */
export function formulaTokens(text: string): readonly FormulaToken[] {
  if (text.length > longestFormula) {
    throw new TargetError(`has ${text.length} characters, formulas have at most ${longestFormula}`);
  }
  const tokens: FormulaToken[] = [];
  const end = text.trimEnd().length;
  for (let from = 0; from < end; from = word.lastIndex) {
    word.lastIndex = from;
    const found = word.exec(text);
    if (found === null) throw unknownSign(text, from);
    const [, number, name, sign] = found;
    const token = number ?? name ?? sign;
    const kind = number !== undefined ? 'number' : name !== undefined ? 'name' : 'sign';
    tokens.push({ kind, text: token, at: word.lastIndex - token.length + 1 });
  }
  return [...tokens, { kind: 'end', text: '', at: end + 1 }];
}

function unknownSign(text: string, from: number): TargetError {
  const rest = text.slice(from);
  const at = from + rest.length - rest.trimStart().length;
  const found = text.slice(at);
  const advice = otherSigns.find(([sign]) => found.startsWith(sign))?.[1];
  const sign = String.fromCodePoint(found.codePointAt(0) ?? 0);
  return formulaError(at + 1, `'${sign}' is not known${advice === undefined ? '' : `, ${advice}`}`);
}
