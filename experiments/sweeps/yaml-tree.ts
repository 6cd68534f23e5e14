/** Plain data from YAML with the line of everything in it. A subset: no aliases, no repeated keys, no keys but words. */
import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  type CST,
  type Document,
  type ParsedNode,
  type YAMLParseError,
  type YAMLMap,
} from 'yaml';
import { SweepError } from './sweep-error.ts';

/** Maximum length of a sweep file in characters. */
const maxTextLength = 65536;
/** Deepest nesting of lists and maps; sweep files need six. */
const deepestNesting = 16;

/** Tags that say what the value is anyway. */
const plainTag = /^tag:yaml\.org,2002:(?:map|seq|str|int|float|bool|null)$/;

/** Keys that lead to a place in a YAML file. */
export type Path = readonly PropertyKey[];

/** A YAML file as plain data that knows its lines (from 1). */
export interface YamlTree {
  /** Maps (without prototype), arrays, strings, numbers, booleans and null. */
  readonly data: unknown;
  /** Line from 1 of a key or list item; of its nearest ancestor where the path does not exist. */
  lineOf(path: Path): number;
  has(path: Path): boolean;
}

/** "parameters.points.values[2]" */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}

class TreeBuilder {
  readonly lines = new Map<string, number>();
  readonly #counter: LineCounter;

  constructor(counter: LineCounter) {
    this.#counter = counter;
  }

  #lineOfNode(node: ParsedNode | null): number {
    return node === null ? 1 : this.#counter.linePos(node.range[0]).line;
  }

  build(node: ParsedNode | null, path: Path): unknown {
    if (node === null) return null;
    const line = this.#lineOfNode(node);
    if (!this.lines.has(pathText(path))) this.lines.set(pathText(path), line);
    if (node.tag !== undefined && !plainTag.test(node.tag)) {
      const tag = node.tag.replace('tag:yaml.org,2002:', '!!');
      throw new SweepError(`tags (${tag}) are not understood in sweep files`, line);
    }
    if (isScalar(node)) return node.value;
    if (isAlias(node)) throw new SweepError('aliases (*name) are not understood in sweep files', line);
    if (isSeq(node)) return node.items.map((item, index) => this.build(item, [...path, index]));
    if (isMap(node)) return this.#buildMap(node, path);
    throw new SweepError('neither a value, nor a list, nor a map', line);
  }

  #buildMap(map: YAMLMap.Parsed, path: Path): Record<string, unknown> {
    const record: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const { key, value } of map.items) {
      const line = this.#lineOfNode(key);
      if (!isScalar(key) || typeof key.value !== 'string') {
        throw new SweepError('keys must be words', line);
      }
      const childPath = [...path, key.value];
      const child = pathText(childPath);
      if (Object.hasOwn(record, key.value)) {
        throw new SweepError(`${child}: is there twice, first on line ${this.lines.get(child)}`, line);
      }
      this.lines.set(child, line);
      record[key.value] = this.build(value, childPath);
    }
    return record;
  }
}

/** The tokens directly inside a token. */
function innerTokens(token: CST.Token): CST.Token[] {
  if ('items' in token) {
    return token.items
      .flatMap(({ key, value }) => [key, value])
      .filter((inner) => inner !== null && inner !== undefined);
  }
  return token.type === 'document' && token.value !== undefined ? [token.value] : [];
}

/**
 * Throws SweepError where lists and maps are nested more deeply than any sweep file needs. Done on the syntax tree, which
 * is built and read without recursion: the library's next steps recurse, and running out of stack can end the process.
 */
function checkNesting(tokens: readonly CST.Token[], counter: LineCounter): void {
  for (const document of tokens) {
    let level: CST.Token[] = [document];
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > deepestNesting) {
        throw new SweepError('lists and maps are nested too deeply', counter.linePos(level[0].offset).line);
      }
      level = level.flatMap(innerTokens);
    }
  }
}

function parsedDocument(text: string, counter: LineCounter): Document.Parsed {
  const tokens = [...new Parser(counter.addNewLine).parse(text)];
  checkNesting(tokens, counter);
  const composer = new Composer({ lineCounter: counter, prettyErrors: false, uniqueKeys: false });
  const [document, second] = composer.compose(tokens, true, text.length);
  const error = document.errors.at(0);
  if (error !== undefined) {
    const { line } = counter.linePos(error.pos[0]);
    throw new SweepError(complaint(error, text.split('\n')[line - 1] ?? ''), line);
  }
  if ((second as Document.Parsed | undefined) === undefined) return document as Document.Parsed;
  const { line } = counter.linePos(second.range[0]);
  throw new SweepError('a second document begins (---), a sweep file is one', line);
}

/** What is wrong, in words for people; `line` is the text where it was found. */
function complaint({ message }: YAMLParseError, line: string): string {
  const [, shape] = /(?:^|[^'"\w\]])(\[[\d\s,]*\]\s*\*\s*\d+)/.exec(line) ?? [];
  if (shape !== undefined) return `not YAML: write shapes in quotes, as in '${shape.replace(/\s/g, '')}'`;
  const [first] = message.split('\n', 1);
  return `not YAML: ${first.trim()}`;
}

/** False where a text has no key of this name for certain: keys are written as they are, or with a backslash. */
export function mayHaveKey(text: string, key: string): boolean {
  return text.includes(key) || text.includes('\\');
}

/** Data and line numbers of a sweep file. Throws SweepError where the text is not YAML of the accepted subset. */
export function yamlTree(text: string): YamlTree {
  if (text.length > maxTextLength) {
    throw new SweepError(`the file has ${text.length} characters, sweep files have at most ${maxTextLength}`);
  }
  if (text.startsWith('version https://git-lfs')) {
    throw new SweepError('this is a Git LFS pointer, not the sweep file itself; fetch it with git lfs pull');
  }
  const counter = new LineCounter();
  const document = parsedDocument(text, counter);
  if (document.contents === null) throw new SweepError('the file is empty');
  const builder = new TreeBuilder(counter);
  const data = builder.build(document.contents, []);
  return {
    data,
    has: (path) => builder.lines.has(pathText(path)),
    lineOf: (path) => {
      for (let length = path.length; length >= 0; length--) {
        const line = builder.lines.get(pathText(path.slice(0, length)));
        if (line !== undefined) return line;
      }
      return 1;
    },
  };
}
