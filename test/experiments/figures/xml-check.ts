/** A small check that a text is well-formed XML, enough for what the program writes. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Text directly inside, entities resolved. */
  readonly text: string;
}

const token = /<\/([\w:-]+)>|<([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;

/** Every element of a document in the order of their ends. Throws Error where it is not well-formed. */
export function parseXml(xml: string): XmlElement[] {
  if (/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(xml)) {
    throw new Error('a character that XML forbids');
  }
  const open: { name: string; attributes: Record<string, string>; text: string }[] = [];
  const elements: XmlElement[] = [];
  const ids = new Set<string>();
  token.lastIndex = 0;
  while (token.lastIndex < xml.length) {
    const start = token.lastIndex;
    const match = token.exec(xml);
    if (match === null) throw new Error(`no XML at ${start}: ${xml.slice(start, start + 60)}`);
    const [, end, name, attributes = '', empty, text] = match;
    const top = open.at(-1);
    if (text !== undefined) {
      if (top === undefined && text.trim() !== '') throw new Error('text outside of the root');
      if (top !== undefined) top.text += resolved(text);
    } else if (end !== undefined) {
      if (top?.name !== end) throw new Error(`</${end}> closes <${top?.name}>`);
      elements.push(top);
      open.pop();
    } else {
      if (top === undefined && elements.length > 0) throw new Error('a second root');
      const pairs = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [
        key,
        resolved(value),
      ]);
      const element = { name, attributes: Object.fromEntries(pairs) as Record<string, string>, text: '' };
      if (Object.keys(element.attributes).length !== pairs.length)
        throw new Error(`<${name}> repeats an attribute`);
      const { id } = element.attributes;
      if (id !== undefined && ids.has(id)) throw new Error(`id ${id} is there twice`);
      if (id !== undefined) ids.add(id);
      if (empty === '/') elements.push(element);
      else open.push(element);
    }
  }
  if (open.length > 0) throw new Error(`<${open[0].name}> is not closed`);
  return elements;
}

function resolved(text: string): string {
  return text.replace(/&(?:#(\d+);)?/g, (_, code: string | undefined) => {
    if (code === undefined) throw new Error('a bare &');
    return String.fromCodePoint(Number(code));
  });
}
