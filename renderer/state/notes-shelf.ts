/** The notes that this window has open, and those that were left before everything was saved. */
import type { LabState } from './lab-state.svelte.ts';
import { notesDrafts } from './notes-drafts.ts';
import { NotesState } from './notes-state.svelte.ts';

const shelves = new WeakMap<LabState, Map<string, NotesState>>();

/** Notes of an entry: those that were left unsaved, else as the lab has them. */
export function openNotes(lab: LabState, entryId: string): NotesState {
  const shelf = shelves.get(lab) ?? newShelf(lab);
  const before = shelf.get(entryId);
  if (before?.isUnsaved === true) {
    before.reopen();
    return before;
  }
  const isReadOnly = lab.isPage || lab.info.notebook.readOnlyBecause !== null;
  const drafts = notesDrafts(entryId, storageOf('localStorage'), storageOf('sessionStorage'), () =>
    Date.now(),
  );
  const notes = new NotesState(lab, entryId, drafts, isReadOnly);
  shelf.set(entryId, notes);
  return notes;
}

function newShelf(lab: LabState): Map<string, NotesState> {
  const shelf = new Map<string, NotesState>();
  shelves.set(lab, shelf);
  window.addEventListener('pagehide', () => {
    for (const notes of shelf.values()) if (notes.isUnsaved) void notes.save();
  });
  // Other programs may have written while another window was in front.
  window.addEventListener('focus', () => {
    for (const notes of shelf.values()) notes.look();
  });
  return shelf;
}

/** A storage of the browser; one that lasts as long as the page where the browser gives none. */
function storageOf(name: 'localStorage' | 'sessionStorage'): Storage {
  try {
    return window[name];
  } catch {
    return memoryStorage();
  }
}

function memoryStorage(): Storage {
  const values = new Map<string, string>();
  return {
    get length() {
      return values.size;
    },
    clear: () => values.clear(),
    getItem: (key) => values.get(key) ?? null,
    key: (at) => [...values.keys()][at] ?? null,
    removeItem: (key) => void values.delete(key),
    setItem: (key, value) => void values.set(key, value),
  };
}
