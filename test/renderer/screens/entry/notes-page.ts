/** The two halves of what shows notes, and a careless third way, for a page without any policy. */
import MarkdownIt from 'markdown-it';
import {
  cleanFragment,
  markdownFragment,
  markdownHtml,
} from '../../../../renderer/screens/entry/markdown-fragment.ts';

const careless = new MarkdownIt({ html: true });
careless.validateLink = () => true;

function parsed(html: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = html;
  return document.importNode(template.content, true);
}

/** Elements of a text by each way. */
export const ways = {
  careless: (text: string) => parsed(careless.render(text)),
  'by Markdown alone': (text: string) => parsed(markdownHtml(text)),
  'by cleaning alone': (text: string) => cleanFragment(careless.render(text)),
  'by both': markdownFragment,
};

export type Way = keyof typeof ways;

export interface Shown {
  /** Texts that got a script through, by their number. */
  readonly fired: readonly number[];
  /** Elements and attributes that notes may not have, each with the number of its text. */
  readonly strange: readonly string[];
}

const tags = /^(?:h[1-6]|p|br|hr|[uo]l|li|blockquote|pre|code|em|strong|s|a|table|thead|tbody|t[rhd])$/;

function isFine(tag: string, key: string, value: string): boolean {
  if (tag === 'ol') return key === 'start';
  if (tag !== 'a') return false;
  return key === 'href' ? /^https?:\/\//.test(value) : /^(?:title|rel|target)$/.test(key);
}

function strangeParts(root: HTMLElement): string[] {
  return [...root.querySelectorAll('*')].flatMap((element) => {
    const { localName: tag } = element;
    const attributes = [...element.attributes].filter(({ name, value }) => !isFine(tag, name, value));
    return [
      ...(tags.test(tag) ? [] : [tag]),
      ...attributes.map(({ name, value }) => `${tag} ${name}=${value}`),
    ];
  });
}

/** Clicks what would run something here; what leads elsewhere is seen in its attributes. */
function clickEverything(root: HTMLElement): void {
  for (const element of root.querySelectorAll('a, button, text')) {
    // Opening another window would hide what the link does.
    element.closest('a')?.removeAttribute('target');
    const isElsewhere = /^(?:https?|file|blob|data|creasebook|vbscript):|^[/#]/;
    if (isElsewhere.test(element.getAttribute('href') ?? '')) continue;
    element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
  }
}

/** Shows texts one below the other, clicks everything in them, and waits a moment. */
export async function shown(way: Way, texts: readonly string[]): Promise<Shown> {
  const fired = new Set<number>();
  Object.defineProperty(window, 'fired', { configurable: true, set: (by: number) => fired.add(by) });
  const roots = texts.map((text, at) => {
    const root = document.createElement('div');
    document.body.append(root);
    root.append(ways[way](text.replaceAll(/fired ?= ?1/g, `fired=${at}`)));
    return root;
  });
  const strange = roots.flatMap((root, at) => strangeParts(root).map((part) => `${at}: ${part}`));
  for (const root of roots) clickEverything(root);
  // What is known to run is waited for: on a busy machine it takes its time.
  const most = way === 'careless' ? 40 : 2;
  for (let wait = 0; wait < most && (wait < 2 || fired.size < texts.length); wait++)
    await new Promise((resolve) => setTimeout(resolve, 250));
  for (const root of roots) root.remove();
  return { fired: [...fired].sort((a, b) => a - b), strange };
}
