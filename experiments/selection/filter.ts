/**
 * Filters of cells: `points <= 1250 and IoU > .5`, `100 < points <= 5000`, `state = finished or not seed in (1, 2)`. A text
 * without a comparison is searched for. Parsed, never run as code. From weak to strong: or, and, not, comparisons.
 */
import type { AxisValue } from '../sweeps/cell.ts';
import { nearestWord } from '../sweeps/sweep-issue.ts';
import { filterError, filterWords, type FilterWord } from './filter-words.ts';

/** What filters may ask of rows, whatever the rows are. */
export interface FilterSubject<Row> {
  /** What a row has under a name; undefined where nothing has that name. */
  reader(name: string): ((row: Row) => AxisValue | null) | undefined;
  /** Names to suggest. */
  readonly names: readonly string[];
  /** Texts in which plain words are searched for. */
  texts(row: Row): readonly string[];
}

type Condition<Row> = (row: Row) => boolean;
type Side<Row> =
  | { readonly kind: 'field'; readonly of: (row: Row) => AxisValue | null }
  | { readonly kind: 'literal'; readonly value: AxisValue };

type Comparison = (a: AxisValue, b: AxisValue) => boolean;

const deepest = 40;

const ordered = (holds: (a: number, b: number) => boolean): Comparison => {
  return (a, b) => typeof a === 'number' && typeof b === 'number' && holds(a, b);
};
const orders: ReadonlyMap<string, Comparison> = new Map([
  ['<', ordered((a, b) => a < b)],
  ['<=', ordered((a, b) => a <= b)],
  ['>', ordered((a, b) => a > b)],
  ['>=', ordered((a, b) => a >= b)],
]);
const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ...orders,
  ['=', isSame],
  ['==', isSame],
  ['!=', (a, b) => !isSame(a, b)],
]);

/** Numbers by value, flags as yes and no or true and false, texts without regard to case and spaces. */
function isSame(a: AxisValue, b: AxisValue): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  const [left, right] = [spellings(a), spellings(b)];
  return left.some((spelling) => right.includes(spelling));
}

function spellings(value: AxisValue): readonly string[] {
  if (typeof value === 'boolean') return value ? ['yes', 'true'] : ['no', 'false'];
  return [String(value).toLowerCase().replaceAll(/\s/g, '')];
}

/**
 * Whether a row passes a filter; the empty filter lets everything pass. No comparison holds with what has no value. Throws
 * SelectionError with the place of the mistake.
 */
export function filterFrom<Row>(text: string, subject: FilterSubject<Row>): (row: Row) => boolean {
  if (text.trim() === '') return () => true;
  return new FilterParser(filterWords(text), subject).whole();
}

class FilterParser<Row> {
  readonly #words: readonly FilterWord[];
  readonly #subject: FilterSubject<Row>;
  #next = 0;
  #depth = 0;

  constructor(words: readonly FilterWord[], subject: FilterSubject<Row>) {
    this.#words = words;
    this.#subject = subject;
  }

  whole(): Condition<Row> {
    const condition = this.#either();
    if (this.#peek().kind === 'end') return condition;
    throw this.#unexpected("'and', 'or' or a comparison");
  }

  #peek(): FilterWord {
    return this.#words[this.#next];
  }

  #take(sign: string): boolean {
    const { kind, text } = this.#peek();
    const isNext = kind === 'sign' && text === sign;
    if (isNext) this.#next += 1;
    return isNext;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw this.#unexpected(`'${sign}'`);
  }

  #unexpected(what: string) {
    const { kind, text, at } = this.#peek();
    return filterError(at, `expected ${what}, found ${kind === 'end' ? 'the end' : `'${text}'`}`);
  }

  #nested<Result>(parse: () => Result): Result {
    if (++this.#depth > deepest)
      throw filterError(this.#peek().at, `more than ${deepest} brackets and 'not'`);
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  #either(): Condition<Row> {
    const parts = [this.#both()];
    while (this.#take('or')) parts.push(this.#both());
    return parts.length === 1 ? parts[0] : (row) => parts.some((part) => part(row));
  }

  #both(): Condition<Row> {
    const parts = [this.#negation()];
    while (this.#take('and')) parts.push(this.#negation());
    return parts.length === 1 ? parts[0] : (row) => parts.every((part) => part(row));
  }

  #negation(): Condition<Row> {
    if (this.#take('not')) {
      const part = this.#nested(() => this.#negation());
      return (row) => !part(row);
    }
    if (!this.#take('(')) return this.#comparison();
    const inner = this.#nested(() => this.#either());
    this.#expect(')');
    return inner;
  }

  #comparison(): Condition<Row> {
    let left = this.#operand();
    if (this.#take('in')) return this.#membership(left);
    if (!comparisons.has(this.#peek().text) || this.#peek().kind !== 'sign') return this.#search(left);
    const links: Condition<Row>[] = [];
    for (;;) {
      const { kind, text } = this.#peek();
      const holds = kind === 'sign' ? comparisons.get(text) : undefined;
      if (holds === undefined)
        return links.length === 1 ? links[0] : (row) => links.every((link) => link(row));
      this.#next += 1;
      const right = this.#operand();
      links.push(this.#link(left, right, holds, orders.has(text)));
      left = right;
    }
  }

  #operand(): FilterWord {
    const word = this.#peek();
    if (word.kind !== 'phrase' && word.kind !== 'quoted')
      throw this.#unexpected('a name, a number or a text');
    this.#next += 1;
    return word;
  }

  /** Words that are compared with nothing: rows that say them anywhere. */
  #search({ text }: FilterWord): Condition<Row> {
    const sought = text.toLowerCase();
    return (row) => this.#subject.texts(row).some((one) => one.toLowerCase().includes(sought));
  }

  #membership(word: FilterWord): Condition<Row> {
    this.#expect('(');
    const links: Condition<Row>[] = [];
    do links.push(this.#link(word, this.#operand(), isSame, false));
    while (this.#take(','));
    this.#expect(')');
    return (row) => links.some((link) => link(row));
  }

  #side({ kind, text }: FilterWord): Side<Row> {
    const number = Number(text);
    if (kind === 'phrase' && Number.isFinite(number)) return { kind: 'literal', value: number };
    const of = kind === 'phrase' ? this.#subject.reader(text) : undefined;
    return of === undefined ? { kind: 'literal', value: text } : { kind: 'field', of };
  }

  #link(left: FilterWord, right: FilterWord, holds: Comparison, isOrder: boolean): Condition<Row> {
    const [a, b] = [this.#side(left), this.#side(right)];
    const isUnknown = ({ kind }: Side<Row>, word: FilterWord): boolean =>
      kind === 'literal' && word.kind === 'phrase';
    if (a.kind === 'literal' && b.kind === 'literal') {
      throw this.#unknownName(typeof a.value === 'string' && isUnknown(a, left) ? left : right);
    }
    if (isOrder) {
      for (const [side, word] of [
        [a, left],
        [b, right],
      ] as const) {
        if (side.kind === 'literal' && typeof side.value !== 'number') throw this.#unknownName(word);
      }
    }
    const [readA, readB] = [readerOf(a), readerOf(b)];
    return (row) => {
      const [x, y] = [readA(row), readB(row)];
      return x !== null && y !== null && !Number.isNaN(x) && !Number.isNaN(y) && holds(x, y);
    };
  }

  #unknownName({ text, at }: FilterWord) {
    const meant = nearestWord(text, this.#subject.names);
    const known = this.#subject.names.join(', ');
    return filterError(
      at,
      `there is no setting or measure '${text}'${meant === undefined ? `; there are ${known}` : `, did you mean '${meant}'?`}`,
    );
  }
}

function readerOf<Row>(side: Side<Row>): (row: Row) => AxisValue | null {
  return side.kind === 'field' ? side.of : () => side.value;
}
