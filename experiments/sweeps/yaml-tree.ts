/** Plain data from YAML with the line of everything in it. A subset: no aliases, no repeated keys, no keys but words. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Parser,
  type CST,
  type Document,
  type ParsedNode,
  type YAMLMap,
} from 'yaml';
import { SweepError } from './sweep-error.ts';

/** Longest sweep file in characters. */
const maxTextLength = 65536;
/** Deepest nesting of lists and maps; sweep files need six. */
const deepestNesting = 16;

export type Path = readonly PropertyKey[];

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
function checkNesting(text: string, counter: LineCounter): void {
  for (const document of new Parser(counter.addNewLine).parse(text)) {
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
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: false });
  const error = document.errors.at(0);
  if (error === undefined) return document;
  const [complaint] = error.message.split('\n', 1);
  throw new SweepError(`not YAML: ${complaint.trim()}`, counter.linePos(error.pos[0]).line);
}

/** Data and line numbers of a sweep file. Throws SweepError where the text is not YAML of the accepted subset. */
export function yamlTree(text: string): YamlTree {
  if (text.length > maxTextLength) {
    throw new SweepError(`the file has ${text.length} characters, sweep files have at most ${maxTextLength}`);
  }
  checkNesting(text, new LineCounter());
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
