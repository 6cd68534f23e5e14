/**
 * Formulas of x and y: a small language that is parsed and never evaluated as code. From weak to strong: or, and, not,
 * comparisons (also in chains: 0.2 < x < 0.4), + and -, * and /, the sign, ^ from the right, then numbers, names, calls
 * and brackets.
 */
import { formulaConstants, formulaFunctions, power } from './formula-functions.ts';
import { formulaError, formulaTokens, type FormulaToken } from './formula-tokens.ts';

/** Most brackets, calls, signs and powers within one another, and most operations of a formula. */
const deepest = 40;
const mostOperations = 200;

/** A parsed formula: what holds, or what value there is, at (x, y). What has no value is NaN, and no comparison with it holds. */
export type Formula =
  | { readonly kind: 'condition'; readonly of: (x: number, y: number) => boolean }
  | { readonly kind: 'value'; readonly of: (x: number, y: number) => number };

type Value = Extract<Formula, { kind: 'value' }>['of'];
type Condition = Extract<Formula, { kind: 'condition' }>['of'];

/** A part of a formula, and the character at which it begins. */
type Part = Formula & { readonly at: number };

const sums: ReadonlyMap<string, (a: Value, b: Value) => Value> = new Map([
  ['+', (a: Value, b: Value) => (x: number, y: number) => a(x, y) + b(x, y)],
  ['-', (a: Value, b: Value) => (x: number, y: number) => a(x, y) - b(x, y)],
]);
const products: ReadonlyMap<string, (a: Value, b: Value) => Value> = new Map([
  ['*', (a: Value, b: Value) => (x: number, y: number) => a(x, y) * b(x, y)],
  ['/', (a: Value, b: Value) => (x: number, y: number) => a(x, y) / b(x, y)],
]);
const comparisons: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ['<', (a: number, b: number) => a < b],
  ['<=', (a: number, b: number) => a <= b],
  ['>', (a: number, b: number) => a > b],
  ['>=', (a: number, b: number) => a >= b],
  ['==', (a: number, b: number) => a === b],
  ['!=', (a: number, b: number) => a < b || a > b],
]);

/** The formula of a text. Throws TargetError with the place of the mistake, or where it is too long, deep or large. */
export function parseFormula(text: string): Formula {
  const { kind, of } = new FormulaParser(formulaTokens(text)).whole();
  return { kind, of } as Formula;
}

class FormulaParser {
  readonly #tokens: readonly FormulaToken[];
  #next = 0;
  #depth = 0;
  #operations = 0;

  constructor(tokens: readonly FormulaToken[]) {
    this.#tokens = tokens;
  }

  whole(): Part {
    const part = this.#either();
    const left = this.#peek();
    if (left.kind === 'end') return part;
    const isProduct = left.kind !== 'sign' || left.text === '(';
    throw this.#unexpected(isProduct ? "an operator, as in '2 * x'" : 'an operator');
  }

  #peek(): FormulaToken {
    return this.#tokens[this.#next];
  }

  /** Whether the next word is this sign or name, which is then taken. */
  #take(text: string): boolean {
    const isNext = this.#peek().text === text && this.#peek().kind !== 'end';
    if (isNext) this.#next += 1;
    return isNext;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw this.#unexpected(`'${sign}'`);
  }

  #unexpected(what: string) {
    const { kind, text, at } = this.#peek();
    return formulaError(at, `expected ${what}, found ${kind === 'end' ? 'the end' : `'${text}'`}`);
  }

  #count(): void {
    this.#operations += 1;
    if (this.#operations > mostOperations) {
      throw formulaError(this.#peek().at, `there are more than ${mostOperations} operations`);
    }
  }

  #nested<Result>(parse: () => Result): Result {
    if (++this.#depth > deepest) {
      throw formulaError(
        this.#peek().at,
        `more than ${deepest} brackets, calls, signs or powers lie within one another`,
      );
    }
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  #value(part: Part, where: string): Value {
    if (part.kind === 'value') return part.of;
    throw formulaError(part.at, `${where} needs values, this is a condition`);
  }

  #condition(part: Part, where: string): Condition {
    if (part.kind === 'condition') return part.of;
    throw formulaError(part.at, `'${where}' needs conditions, this is a value`);
  }

  #either(): Part {
    let left = this.#both();
    while (this.#take('or')) {
      this.#count();
      const [a, b] = [this.#condition(left, 'or'), this.#condition(this.#both(), 'or')];
      left = { kind: 'condition', of: (x, y) => a(x, y) || b(x, y), at: left.at };
    }
    return left;
  }

  #both(): Part {
    let left = this.#negation();
    while (this.#take('and')) {
      this.#count();
      const [a, b] = [this.#condition(left, 'and'), this.#condition(this.#negation(), 'and')];
      left = { kind: 'condition', of: (x, y) => a(x, y) && b(x, y), at: left.at };
    }
    return left;
  }

  #negation(): Part {
    const { at } = this.#peek();
    if (!this.#take('not')) return this.#comparison();
    this.#count();
    const of = this.#condition(
      this.#nested(() => this.#negation()),
      'not',
    );
    return { kind: 'condition', of: (x, y) => !of(x, y), at };
  }

  #comparison(): Part {
    let left = this.#sum();
    const { at } = left;
    const links: Condition[] = [];
    for (;;) {
      const { text } = this.#peek();
      const holds = comparisons.get(text);
      if (holds === undefined) break;
      this.#next += 1;
      this.#count();
      const right = this.#sum();
      const [a, b] = [this.#value(left, `'${text}'`), this.#value(right, `'${text}'`)];
      links.push((x, y) => holds(a(x, y), b(x, y)));
      left = right;
    }
    const [only, ...others] = links;
    if (only === undefined) return left;
    return {
      kind: 'condition',
      of: others.length === 0 ? only : (x, y) => links.every((link) => link(x, y)),
      at,
    };
  }

  #sum(): Part {
    return this.#chain(sums, () => this.#chain(products, () => this.#signed()));
  }

  #chain(operators: typeof sums, operand: () => Part): Part {
    let left = operand();
    for (;;) {
      const { text } = this.#peek();
      const join = operators.get(text);
      if (join === undefined) return left;
      this.#next += 1;
      this.#count();
      const [a, b] = [this.#value(left, `'${text}'`), this.#value(operand(), `'${text}'`)];
      left = { kind: 'value', of: join(a, b), at: left.at };
    }
  }

  #signed(): Part {
    const { at } = this.#peek();
    const isMinus = this.#take('-');
    if (!isMinus && !this.#take('+')) return this.#power();
    this.#count();
    const of = this.#value(
      this.#nested(() => this.#signed()),
      'a sign',
    );
    return { kind: 'value', of: isMinus ? (x, y) => -of(x, y) : of, at };
  }

  #power(): Part {
    const base = this.#atom();
    if (!this.#take('^')) return base;
    this.#count();
    const a = this.#value(base, "'^'");
    const b = this.#value(
      this.#nested(() => this.#signed()),
      "'^'",
    );
    return { kind: 'value', of: (x, y) => power(a(x, y), b(x, y)), at: base.at };
  }

  #atom(): Part {
    const { kind, text, at } = this.#peek();
    if (kind === 'number') {
      this.#next += 1;
      const number = Number(text);
      if (!Number.isFinite(number)) throw formulaError(at, `${text} is too large a number`);
      return { kind: 'value', of: () => number, at };
    }
    if (kind === 'name') return this.#named();
    if (!this.#take('(')) throw this.#unexpected('a number, x, y or a bracket');
    const inner = this.#nested(() => this.#either());
    this.#expect(')');
    return { ...inner, at };
  }

  #named(): Part {
    const { text, at } = this.#peek();
    const constant = formulaConstants.get(text);
    if (['or', 'and', 'not'].includes(text)) throw this.#unexpected('a number, x, y or a bracket');
    this.#next += 1;
    if (text === 'x') return { kind: 'value', of: (x) => x, at };
    if (text === 'y') return { kind: 'value', of: (_, y) => y, at };
    if (constant !== undefined) return { kind: 'value', of: () => constant, at };
    if (formulaFunctions.has(text)) return { kind: 'value', of: this.#call(text), at };
    const known = ['x', 'y', ...formulaConstants.keys(), ...formulaFunctions.keys()].join(', ');
    throw formulaError(at, `'${text.slice(0, 40)}' is not known; known are ${known}`);
  }

  #call(name: string): Value {
    const called = formulaFunctions.get(name);
    const { at } = this.#peek();
    this.#expect('(');
    const given: Value[] = [];
    do {
      this.#count();
      given.push(
        this.#value(
          this.#nested(() => this.#either()),
          name,
        ),
      );
    } while (this.#take(','));
    this.#expect(')');
    const [a, ...others] = given;
    if (called?.takes === 'one' && others.length === 0) {
      const { of } = called;
      return (x, y) => of(a(x, y));
    }
    const isRight = called?.takes === 'two' ? others.length === 1 : others.length > 0;
    if (called === undefined || called.takes === 'one' || !isRight) {
      const values = called?.takes === 'one' ? 'one value' : `${called?.takes} values`;
      throw formulaError(at, `${name} takes ${values}, ${given.length} found`);
    }
    const { of } = called;
    return others.reduce((before, next) => (x, y) => of(before(x, y), next(x, y)), a);
  }
}
