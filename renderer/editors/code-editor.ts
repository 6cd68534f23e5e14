/** A CodeMirror editor in a shadow root of its own: there its styles need no exception from the page's policy. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { markdown } from '@codemirror/lang-markdown';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState, Transaction, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** What an editor begins with. */
export interface EditorOptions {
  readonly language: 'yaml' | 'markdown';
  readonly text: string;
  readonly label: string;
  readonly isReadOnly: boolean;
  readonly onChange: (text: string) => void;
}

/** A mistake at a place of the text; lines and columns from 1. */
export interface EditorProblem {
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
}

/** An editor of YAML or Markdown in the page. */
export interface CodeEditor {
  /** Replaces the text if it differs, keeping the cursor where it was. Not told to `onChange`. */
  setText(text: string): void;
  setProblems(problems: readonly EditorProblem[]): void;
  insert(text: string): void;
  /** Puts the cursor at the end. */
  focus(): void;
  destroy(): void;
}

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'transparent', fontSize: '13px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5', overflow: 'auto' },
  '&.cm-focused': { outline: 'none' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--ink-3)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--sunken) 70%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 28%, transparent) !important',
  },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--surface)',
    color: 'var(--ink)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
  },
  '.cm-diagnostic': { fontFamily: 'var(--sans)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--danger)',
    textUnderlineOffset: '3px',
  },
});

const proseLook = EditorView.theme({
  '.cm-scroller': { fontFamily: 'var(--sans)', fontSize: '14px' },
  '.cm-content': { padding: '12px 4px' },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.comment, tags.quote], color: 'var(--ink-3)' },
  { tag: [tags.string, tags.url], color: 'var(--fine)' },
  { tag: [tags.heading, tags.strong], fontWeight: '600' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: [tags.link], color: 'var(--accent)' },
  { tag: [tags.processingInstruction, tags.meta], color: 'var(--ink-3)' },
]);

function languageExtensions({ language }: EditorOptions): Extension[] {
  return language === 'yaml'
    ? [yaml(), lineNumbers(), lintGutter(), highlightActiveLine(), EditorView.lineWrapping]
    : [markdown(), proseLook, EditorView.lineWrapping];
}

/** An editor inside of `host`, which becomes a shadow host. */
export function createEditor(host: HTMLElement, options: EditorOptions): CodeEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('.frame { height: 100%; }');
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const frame = document.createElement('div');
  frame.className = 'frame';
  root.append(frame);
  let isOwnChange = false;
  const view = new EditorView({
    parent: frame,
    root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        history(),
        drawSelection(),
        // Ctrl+Enter belongs to the page. Tab leaves the editor unless it is YAML, where it indents.
        keymap.of([
          ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'),
          ...historyKeymap,
          ...(options.language === 'yaml' ? [indentWithTab] : []),
        ]),
        syntaxHighlighting(colours),
        ...languageExtensions(options),
        look,
        EditorState.readOnly.of(options.isReadOnly),
        EditorView.contentAttributes.of({ 'aria-label': options.label, spellcheck: 'false', tabindex: '0' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !isOwnChange) options.onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setText(text) {
      if (view.state.doc.toString() === text) return;
      isOwnChange = true;
      // What others wrote is not for this editor's own undo to take away.
      view.dispatch({
        changes: smallestChange(view.state.doc.toString(), text),
        annotations: Transaction.addToHistory.of(false),
      });
      isOwnChange = false;
    },
    setProblems(problems) {
      view.dispatch(
        setDiagnostics(
          view.state,
          problems.map((problem) => diagnosticOf(view, problem)),
        ),
      );
    },
    insert(text) {
      view.dispatch(view.state.replaceSelection(text));
      view.focus();
    },
    focus() {
      view.dispatch({ selection: { anchor: view.state.doc.length }, scrollIntoView: true });
      view.focus();
    },
    destroy() {
      view.destroy();
      frame.remove();
    },
  };
}

/** One change that turns a text into another: what stands before and after it stays, and so does the cursor there. */
function smallestChange(before: string, after: string): { from: number; to: number; insert: string } {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from++;
  let tail = 0;
  while (tail < shorter - from && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return { from, to: before.length - tail, insert: after.slice(from, after.length - tail) };
}

function diagnosticOf(view: EditorView, { line, column, message }: EditorProblem): Diagnostic {
  const { doc } = view.state;
  const place = doc.line(Math.min(doc.lines, Math.max(1, line ?? 1)));
  const from = Math.min(place.to, place.from + Math.max(0, (column ?? 1) - 1));
  return { from, to: Math.max(from, place.to), severity: 'error', message };
}
