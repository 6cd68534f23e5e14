/** Notes that are not saved yet, kept by the browser: they outlive a reload, a lost lab, a closed window. */

/** What was typed, and the notes it was typed into. */
export interface NotesDraft {
  readonly base: string;
  readonly text: string;
}

/** A change that this window made to notes. */
export interface NotesStep {
  readonly before: string;
  readonly after: string;
}

/** Drafts that were found. */
export interface LeftDrafts {
  readonly drafts: readonly NotesDraft[];
  /** Forgets them; what was typed into them since they were found stays. */
  forget(): void;
}

/** Drafts and steps of one entry in one window. */
export interface NotesDrafts {
  /** Keeps what is not saved; null forgets it. Whether it could be kept. */
  keep(draft: NotesDraft | null): boolean;
  /** Drafts that nobody works on any more, this window's own and those of closed ones. */
  left(): LeftDrafts;
  /** What this window can undo and redo. */
  steps(): { readonly undo: readonly NotesStep[]; readonly redo: readonly NotesStep[] };
  keepSteps(undo: readonly NotesStep[], redo: readonly NotesStep[]): void;
}

/** Another window's draft is left over when it has not changed for so long. */
const leftAfterMs = 15_000;
const maxStepsLength = 1_000_000;

/** Drafts in the storage of a window: `lasting` is shared by windows, `own` is this window's and survives its reloads. */
export function notesDrafts(entryId: string, lasting: Storage, own: Storage, now: () => number): NotesDrafts {
  const prefix = `notes ${entryId} `;
  const windowId = own.getItem('window') ?? crypto.randomUUID();
  const key = `${prefix}${windowId}`;
  attempt(() => own.setItem('window', windowId));
  return {
    keep(draft) {
      return attempt(() => {
        if (draft === null) lasting.removeItem(key);
        else lasting.setItem(key, JSON.stringify({ ...draft, time: now() }));
      });
    },
    left() {
      const found = keysOf(lasting)
        .filter((name) => name.startsWith(prefix))
        .flatMap((name) => {
          const draft = maybeDraft(lasting.getItem(name));
          const isLeft = name === key || (draft !== null && now() - draft.time > leftAfterMs);
          return draft !== null && isLeft ? [{ name, draft, text: lasting.getItem(name) }] : [];
        });
      return {
        drafts: found.map(({ draft: { base, text } }) => ({ base, text })),
        forget: () => {
          for (const { name, text } of found) if (lasting.getItem(name) === text) lasting.removeItem(name);
        },
      };
    },
    steps() {
      const kept = maybeJson(own.getItem(prefix)) as { undo?: unknown; redo?: unknown } | null;
      return { undo: stepsOf(kept?.undo), redo: stepsOf(kept?.redo) };
    },
    keepSteps(undo, redo) {
      const text = JSON.stringify({ undo, redo });
      attempt(() => own.setItem(prefix, text.length > maxStepsLength ? '{}' : text));
    },
  };
}

function keysOf(storage: Storage): string[] {
  return Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '');
}

/** Storage may be full or forbidden: then the page itself is all that keeps a text. */
function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

function maybeJson(text: string | null): unknown {
  try {
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

function maybeDraft(stored: string | null): (NotesDraft & { readonly time: number }) | null {
  const draft = maybeJson(stored) as Partial<Record<'base' | 'text' | 'time', unknown>> | null;
  if (typeof draft?.base !== 'string' || typeof draft.text !== 'string') return null;
  return { base: draft.base, text: draft.text, time: typeof draft.time === 'number' ? draft.time : 0 };
}

function stepsOf(value: unknown): NotesStep[] {
  const list = Array.isArray(value) ? (value as Partial<Record<keyof NotesStep, unknown>>[]) : [];
  return list.flatMap(({ before, after }) =>
    typeof before === 'string' && typeof after === 'string' ? [{ before, after }] : [],
  );
}
