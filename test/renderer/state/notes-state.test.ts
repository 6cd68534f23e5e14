import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ContractError } from '../../../electron/contract/contract.ts';
import type { Notes } from '../../../electron/contract/entries.ts';
import { notesDrafts, type NotesDrafts } from '../../../renderer/state/notes-drafts.ts';
import { NotesState, type NotesLab } from '../../../renderer/state/notes-state.svelte.ts';
import { deferred, fakeLab } from '../fake-lab.ts';

const id = '00000001';

function storage(): Storage {
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

/** Notes on a disk that windows and other programs write to; while `trouble` is set, nothing can be written. */
function notebook(text: string) {
  const disk = {
    text,
    revision: '0',
    trouble: null as ContractError | null,
    slow: null as Promise<undefined> | null,
  };
  const lasting = storage();
  const window = () => {
    const client = fakeLab({
      'notes.read': async () => {
        const notes = { text: disk.text, revision: disk.revision, undoable: false };
        await disk.slow;
        return notes;
      },
      'notes.write': ({ text: next, revision }): Notes => {
        if (disk.trouble !== null) throw disk.trouble;
        if (revision !== disk.revision) throw new ContractError('conflict', 'changed elsewhere');
        write(next);
        return { text: next, revision: disk.revision, undoable: true };
      },
    });
    clients.push(client);
    const said: string[] = [];
    const failed: unknown[] = [];
    const lab: NotesLab = {
      client,
      say: (words) => void said.push(words),
      fail: (error) => void failed.push(error),
    };
    const own = storage();
    const drafts = (): NotesDrafts => notesDrafts(id, lasting, own, () => Date.now());
    return { client, said, failed, lab, open: (): NotesState => new NotesState(lab, id, drafts()) };
  };
  const clients: ReturnType<typeof fakeLab>[] = [];
  const write = (next: string): void => {
    disk.text = next;
    disk.revision = String(Number(disk.revision) + 1);
    for (const client of clients) client.emit('notes.changed', { entryId: id, revision: disk.revision });
  };
  return { disk, window, write };
}

const pass = (ms = 5000): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('notes', () => {
  it('are saved a moment after the last key', async () => {
    const { disk, window } = notebook('');
    const { client, open } = window();
    const notes = open();
    await pass(1);
    notes.edit('a');
    notes.edit('ab');
    expect(notes.state).toBe('changed');
    await pass();
    expect([disk.text, notes.state, notes.undoable]).toEqual(['ab', 'saved', true]);
    expect(client.calls.filter(({ name }) => name === 'notes.write')).toHaveLength(1);
  });

  it('are saved when the entry is left, and be it later', async () => {
    const { disk, window } = notebook('');
    const notes = window().open();
    await pass(1);
    disk.trouble = new ContractError('refused', 'The disk is full.');
    notes.edit('last words');
    notes.close();
    await pass();
    expect([disk.text, notes.isUnsaved]).toEqual(['', true]);
    disk.trouble = null;
    await pass(20_000);
    expect([disk.text, notes.isUnsaved]).toEqual(['last words', false]);
  });

  it('that could not be saved are tried again, and that is told once', async () => {
    const { disk, window } = notebook('');
    const { open, failed } = window();
    const notes = open();
    await pass(1);
    disk.trouble = new ContractError('refused', 'The disk is full.');
    notes.edit('typed while the disk was full');
    await pass(60_000);
    expect([notes.state, failed]).toEqual(['failed', [disk.trouble]]);
    disk.trouble = null;
    await pass(20_000);
    expect([disk.text, notes.state]).toEqual(['typed while the disk was full', 'saved']);
  });

  it('keep both versions when another window wrote the same line meanwhile', async () => {
    const { disk, window, write } = notebook('start');
    const { open, said } = window();
    const notes = open();
    await pass(1);
    notes.edit('mine');
    write('theirs');
    await pass();
    expect(disk.text).toMatch(/^theirs\n[^]*\nmine$/);
    expect(said.join()).toContain('both versions');
  });

  it('lose nothing that is typed while they are brought together', async () => {
    const { disk, window, write } = notebook('# start\n');
    const notes = window().open();
    await pass(1);
    notes.edit('# start\n\none');
    write('# start\n\nfrom elsewhere\n');
    const { promise, resolve } = deferred<undefined>();
    disk.slow = promise;
    await pass(1000);
    notes.edit('# start\n\none two');
    notes.edit('# start\n\none two three');
    disk.slow = null;
    resolve(undefined);
    await pass();
    expect(disk.text).toBe('# start\n\nfrom elsewhere\n\none two three');
    expect([notes.text, notes.state]).toEqual([disk.text, 'saved']);
  });

  it('lose nothing that is typed while they are read', async () => {
    const { disk, window, write } = notebook('a\nb');
    const notes = window().open();
    await pass(1);
    const { promise, resolve } = deferred<undefined>();
    disk.slow = promise;
    write('a changed\nb');
    await pass(1);
    notes.edit('a\nb\ntyped');
    disk.slow = null;
    resolve(undefined);
    await pass();
    expect(disk.text).toBe('a changed\nb\ntyped');
  });

  it('show what another window wrote', async () => {
    const { window, write } = notebook('start');
    const notes = window().open();
    await pass(1);
    write('theirs');
    await pass(1);
    expect(notes.text).toBe('theirs');
  });
});

describe('undo', () => {
  it('goes back to what the notes were, and forth again', async () => {
    const { disk, window } = notebook('before');
    const notes = window().open();
    await pass(1);
    notes.edit('after');
    await notes.undo();
    expect([disk.text, notes.text, notes.undoable, notes.redoable]).toEqual([
      'before',
      'before',
      false,
      true,
    ]);
    await notes.redo();
    expect([disk.text, notes.text, notes.undoable, notes.redoable]).toEqual(['after', 'after', true, false]);
  });

  it('keeps what another editor wrote since', async () => {
    const { disk, window } = notebook('# small\n');
    const notes = window().open();
    await pass(1);
    notes.edit('# small\n\nwritten in the app');
    await pass();
    // Nobody tells of this.
    disk.text += '\nwritten in another editor\n';
    disk.revision = 'other';
    await notes.undo();
    await pass();
    expect(disk.text).toBe('# small\n\nwritten in another editor\n');
    await notes.redo();
    await pass();
    for (const words of ['in the app', 'in another editor']) expect(disk.text).toContain(words);
  });

  it('takes back what this window wrote, not what another one did', async () => {
    const { disk, window } = notebook('# small\n');
    const [one, two] = [window(), window()];
    const [first, second] = [one.open(), two.open()];
    await pass(1);
    first.edit('# small\nfirst\n');
    await pass();
    second.edit(`${second.text}second\n`);
    await pass();
    await first.undo();
    expect([disk.text, first.undoable]).toEqual(['# small\nsecond\n', false]);
    await second.undo();
    expect(disk.text).toBe('# small\n');
  });

  it('is there again after a reload', async () => {
    const { disk, window } = notebook('before');
    const { open } = window();
    const notes = open();
    await pass(1);
    notes.edit('after');
    await pass();
    const reloaded = open();
    await pass(1);
    expect(reloaded.undoable).toBe(true);
    await reloaded.undo();
    expect(disk.text).toBe('before');
  });
});

describe('words that were not saved', () => {
  it('are back after a reload, beside what was written meanwhile', async () => {
    const { disk, window, write } = notebook('start\n');
    const { open, said } = window();
    const notes = open();
    await pass(1);
    notes.edit('start\ntyped last\n');
    write('begin\nstart\n');
    disk.trouble = new ContractError('disconnected', 'lost');
    await pass(1);
    disk.trouble = null;
    const reloaded = open();
    await pass();
    expect([disk.text, reloaded.state]).toEqual(['begin\nstart\ntyped last\n', 'saved']);
    expect(said.join()).toContain('not saved yet are back');
  });

  it('in a window that was closed come back in the next one, once', async () => {
    const { disk, window } = notebook('start\n');
    const closed = window();
    const notes = closed.open();
    await pass(1);
    disk.trouble = new ContractError('disconnected', 'lost');
    notes.edit('start\ntyped last\n');
    // While its window may still be at it, nobody else takes them.
    const early = window().open();
    await pass(1);
    expect(early.text).toBe('start\n');
    await pass(16_000);
    disk.trouble = null;
    const later = window();
    later.open();
    await pass();
    expect(disk.text).toBe('start\ntyped last\n');
    later.open();
    await pass();
    expect(disk.text).toBe('start\ntyped last\n');
  });

  it('are kept by the page alone where the browser keeps nothing', async () => {
    const broken = {
      ...storage(),
      setItem: () => {
        throw new Error('full');
      },
    };
    const drafts = notesDrafts(id, broken, broken, () => 0);
    expect(drafts.keep({ base: '', text: 'a' })).toBe(false);
    drafts.keepSteps([{ before: '', after: 'a' }], []);
    expect([drafts.left().drafts, drafts.steps()]).toEqual([[], { undo: [], redo: [] }]);
  });
});
