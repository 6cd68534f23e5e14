/** Notes as elements: Markdown without raw HTML, cleaned again, put together without any HTML string in the page. */
import DOMPurify from 'dompurify';
import MarkdownIt from 'markdown-it';

const markdown = new MarkdownIt({ html: false, linkify: true, typographer: false });

const allowedTags = [
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'p',
  'br',
  'hr',
  'ul',
  'ol',
  'li',
  'blockquote',
  'pre',
  'code',
  'em',
  'strong',
  's',
  'a',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
];

/** HTML of a Markdown text, in which raw HTML stays text and links that run something stay unlinked. */
export function markdownHtml(text: string): string {
  return markdown.render(text);
}

/** The elements of any HTML that notes may have. Links go to http and https only; nothing else can be followed, loaded or run. */
export function cleanFragment(html: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    ALLOWED_TAGS: allowedTags,
    ALLOWED_ATTR: ['href', 'title', 'start'],
    ALLOWED_URI_REGEXP: /^https?:\/\//i,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  });
  for (const link of fragment.querySelectorAll('a')) {
    if (!/^https?:\/\//i.test(link.getAttribute('href') ?? '')) link.removeAttribute('href');
    link.setAttribute('rel', 'noopener noreferrer');
    link.setAttribute('target', '_blank');
  }
  return fragment;
}

/** The elements of a Markdown text: either of the two above would be enough. */
export function markdownFragment(text: string): DocumentFragment {
  return cleanFragment(markdownHtml(text));
}

/** Calls `replace` for every match of `pattern` in text outside of code, and puts its element there. */
export function replaceText(
  root: DocumentFragment,
  pattern: RegExp,
  replace: (match: RegExpMatchArray) => Node | null,
): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node instanceof Text && node.parentElement?.closest('code, pre, a') === null) texts.push(node);
  }
  for (const text of texts) {
    const { data } = text;
    const parts: (Node | string)[] = [];
    let from = 0;
    for (const match of data.matchAll(pattern)) {
      const element = replace(match);
      if (element === null) continue;
      parts.push(data.slice(from, match.index), element);
      from = match.index + match[0].length;
    }
    if (parts.length > 0) text.replaceWith(...parts, data.slice(from));
  }
}
