/** Reading command-line arguments: strict, each mistake one clear line. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { unitView, type View } from '../../experiments/engines/engine.ts';
import { defaultNotebookFolder } from '../program/notebook-folder.ts';
import { UserError } from './user-error.ts';

/** Options a command knows: 'flag' takes no value, 'text' one, 'texts' may be repeated. */
export type OptionTable = Readonly<Record<string, 'flag' | 'text' | 'texts'>>;

/** Parsed arguments with typed access; every accessor throws a UserError that names the option. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(
    command: string,
    args: readonly string[],
    options: OptionTable,
    positionals: { min: number; max: number },
  ) {
    const known: OptionTable = { ...options, notebook: 'text', json: 'flag' };
    try {
      const parsed = parseArgs({
        args: joinNegativeValues(args, known),
        allowPositionals: true,
        strict: true,
        options: Object.fromEntries(
          Object.entries(known).map(([name, kind]) => [
            name,
            {
              type: kind === 'flag' ? ('boolean' as const) : ('string' as const),
              multiple: kind === 'texts',
            },
          ]),
        ),
      });
      this.positionals = parsed.positionals;
      this.#values = parsed.values;
    } catch (error) {
      const message = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
      throw new UserError(`${command}: ${message}; known options are --${Object.keys(known).join(', --')}`);
    }
    const count = this.positionals.length;
    if (count < positionals.min)
      throw new UserError(`${command}: an argument is missing; see creasebook help ${command}`);
    if (count > positionals.max) {
      throw new UserError(
        `${command}: unexpected argument '${this.positionals[positionals.max]}'; see creasebook help ${command}`,
      );
    }
  }

  positional(at: number): string {
    const value = this.positionals[at];
    if (value === undefined) throw new UserError('an argument is missing; see creasebook help');
    return value;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new UserError(`--${name} is missing`);
    return value;
  }

  texts(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** One of a few words. */
  choice<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.text(name);
    const word = words.find((candidate) => candidate === value);
    if (value !== undefined && word === undefined) {
      throw new UserError(`--${name} must be one of ${words.join(', ')}, is '${value}'`);
    }
    return word;
  }

  whole(name: string, min: number, max: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (/^-?\d+$/.test(value) && min <= number && number <= max) return number;
    throw new UserError(`--${name} must be a whole number from ${min} to ${max}, is '${value}'`);
  }

  decimal(name: string, min: number, max: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (value.trim() !== '' && min <= number && number <= max) return number;
    throw new UserError(`--${name} must be a number from ${min} to ${max}, is '${value}'`);
  }

  /** The view x0,y0,x1,y1; the unit square where none is given. */
  view(): View {
    const value = this.text('view');
    if (value === undefined) return unitView;
    const parts = value.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
    const [x0, y0, x1, y1] = parts;
    if (parts.length === 4 && parts.every(Number.isFinite) && x0 !== undefined && y0 !== undefined) {
      if (x1 !== undefined && y1 !== undefined && x0 < x1 && y0 < y1) return { x0, y0, x1, y1 };
    }
    throw new UserError(`--view must be x0,y0,x1,y1 with x0 < x1 and y0 < y1, is '${value}'`);
  }

  /** Notebook folder: --notebook, CREASEBOOK_NOTEBOOK, or Documents/Creasebook. */
  notebook(): string {
    const given = this.text('notebook') ?? process.env['CREASEBOOK_NOTEBOOK'];
    return given === undefined ? defaultNotebookFolder(process.env) : resolve(given);
  }
}

/** Node takes "--view -1,0,1,1" for a forgotten value: join such pairs with "=". */
function joinNegativeValues(args: readonly string[], known: OptionTable): string[] {
  const joined: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    const next = args[at + 1];
    const kind = word.startsWith('--') ? known[word.slice(2)] : undefined;
    if ((kind === 'text' || kind === 'texts') && next !== undefined && /^-[\d.]/.test(next)) {
      joined.push(`${word}=${next}`);
      at += 1;
    } else joined.push(word);
  }
  return joined;
}
