/** Notes of an entry: read when wanted, saved a moment after the last key, brought together with what others write. */
import { mergedText } from '../../experiments/text/line-merge.ts';
import { ContractError } from '../../electron/contract/contract.ts';
import type { Notes } from '../../electron/contract/entries.ts';
import type { LabState } from './lab-state.svelte.ts';
import type { LeftDrafts, NotesDrafts, NotesStep } from './notes-drafts.ts';

const saveAfterMs = 800;
/** Notes that could not be saved are tried again so long after, at first and at most. */
const [retryAfterMs, retryAtMostMs] = [1500, 15_000];
const maxSteps = 100;

/** What of the lab notes need. */
export type NotesLab = Pick<LabState, 'client' | 'say' | 'fail'>;

/**
 * The notes of an entry while they are edited. `text` is what stands in the editor; `#base` is what it was typed into, the
 * notes as they were last seen on disk. Whatever comes from there is brought together with what was typed since.
 */
export class NotesState {
  text = $state('');
  /** 'unread' until the lab has answered. */
  state = $state<'unread' | 'saved' | 'changed' | 'saving' | 'failed'>('unread');
  #undoSteps = $state.raw<readonly NotesStep[]>([]);
  #redoSteps = $state.raw<readonly NotesStep[]>([]);
  readonly #lab: NotesLab;
  readonly #entryId: string;
  readonly #drafts: NotesDrafts;
  readonly #isReadOnly: boolean;
  readonly #stop: () => void;
  #base = '';
  #revision = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> = Promise.resolve();
  /** What can be undone and redone after the next write, where that is an undo or a redo itself. */
  #stepsOfWrite: readonly [undo: readonly NotesStep[], redo: readonly NotesStep[]] | null = null;
  #failures = 0;
  #isClosed = false;

  constructor(lab: NotesLab, entryId: string, drafts: NotesDrafts, isReadOnly = false) {
    this.#lab = lab;
    this.#entryId = entryId;
    this.#drafts = drafts;
    this.#isReadOnly = isReadOnly;
    const { undo, redo } = drafts.steps();
    [this.#undoSteps, this.#redoSteps] = [undo, redo];
    this.#stop = lab.client.listen('notes.changed', (event) => {
      if (event.entryId === entryId && event.revision !== this.#revision) this.look();
    });
    void this.read();
  }

  /** Whether there is a change of this window to take back. */
  get undoable(): boolean {
    return this.#undoSteps.length > 0;
  }

  /** Whether there is a change that was taken back to be made again. */
  get redoable(): boolean {
    return this.#redoSteps.length > 0;
  }

  async read(): Promise<void> {
    try {
      const notes = await this.#lab.client.call('notes.read', { entryId: this.#entryId });
      const left = this.state === 'unread' && !this.#isReadOnly ? this.#drafts.left() : null;
      this.#bring(notes);
      if (left !== null) this.#takeLeft(left);
    } catch (error) {
      this.#lab.fail(error);
    }
  }

  /** Reads again what other programs may have written; what is not saved yet finds out when it is. */
  look(): void {
    if (this.state === 'saved' && !this.#isClosed) void this.read();
  }

  /** Takes what was typed; it is saved soon. */
  edit(text: string): void {
    if (text === this.text || this.state === 'unread') return;
    this.text = text;
    this.state = 'changed';
    this.#stepsOfWrite = null;
    this.#keepDraft();
    this.#saveAfter(saveAfterMs);
  }

  /** Saves what is not saved yet. */
  save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#saving = this.#saving.then(() => this.#write());
    return this.#saving;
  }

  /** Takes the last change of this window back; what others wrote since stays. */
  undo(): Promise<void> {
    return this.#step(
      () => this.#undoSteps.at(-1),
      ({ before, after }) => [after, before],
      (step) => [this.#undoSteps.slice(0, -1), [...this.#redoSteps, step]],
    );
  }

  /** Makes the change again that was taken back last. */
  redo(): Promise<void> {
    return this.#step(
      () => this.#redoSteps.at(-1),
      ({ before, after }) => [before, after],
      (step) => [[...this.#undoSteps, step], this.#redoSteps.slice(0, -1)],
    );
  }

  /** Whether anything is not saved. */
  get isUnsaved(): boolean {
    return this.state !== 'saved' && this.state !== 'unread';
  }

  /** Somebody looks again before everything was saved. */
  reopen(): void {
    this.#isClosed = false;
  }

  /** Nobody looks any more: what is not saved goes on being tried. */
  close(): void {
    this.#isClosed = true;
    if (this.isUnsaved) void this.save();
    else this.#stop();
  }

  async #step(
    stepOf: () => NotesStep | undefined,
    wayOf: (step: NotesStep) => readonly [from: string, to: string],
    stepsAfter: (step: NotesStep) => readonly [undo: readonly NotesStep[], redo: readonly NotesStep[]],
  ): Promise<void> {
    await this.save();
    const step = stepOf();
    if (step === undefined) return;
    const [from, to] = wayOf(step);
    const { text } = mergedText(from, to, this.text);
    if (text === this.text) return this.#keepSteps(...stepsAfter(step));
    this.edit(text);
    this.#stepsOfWrite = stepsAfter(step);
    await this.save();
  }

  #saveAfter(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), ms);
  }

  async #write(): Promise<void> {
    if (this.state !== 'changed' && this.state !== 'failed') return;
    const { text } = this;
    this.state = 'saving';
    try {
      const parameters = { entryId: this.#entryId, text, revision: this.#revision };
      const { revision } = await this.#lab.client.call('notes.write', parameters);
      const step = { before: this.#base, after: text };
      [this.#base, this.#revision, this.#failures] = [text, revision, 0];
      this.#keepSteps(...(this.#stepsOfWrite ?? [[...this.#undoSteps, step].slice(-maxSteps), []]));
      this.#stepsOfWrite = null;
      this.#settle();
    } catch (error) {
      this.state = 'failed';
      if (error instanceof ContractError && error.code === 'conflict') await this.#meet();
      else this.#failed(error);
    }
  }

  /** Something else changed the notes: what was typed here is brought together with what is on disk now. */
  async #meet(): Promise<void> {
    try {
      this.#bring(await this.#lab.client.call('notes.read', { entryId: this.#entryId }));
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.state = 'failed';
    if (this.#failures++ === 0) this.#lab.fail(error);
    this.#saveAfter(Math.min(retryAtMostMs, retryAfterMs * 2 ** Math.min(10, this.#failures - 1)));
  }

  /** Notes as they are on disk, with whatever was typed here and is not there. */
  #bring(notes: Pick<Notes, 'text' | 'revision'>): void {
    const { text, isClash } = mergedText(this.#base, this.text, notes.text);
    const isTyped = this.text !== this.#base;
    [this.text, this.#base, this.#revision] = [text, notes.text, notes.revision];
    if (isClash) this.#lab.say('The notes were changed elsewhere; both versions are kept.', 'warning');
    else if (isTyped && text !== notes.text)
      this.#lab.say('The notes were changed elsewhere; both changes are kept.');
    this.#settle();
  }

  /** Says whether everything is saved; what is not is saved soon. */
  #settle(): void {
    this.state = this.text === this.#base ? 'saved' : 'changed';
    this.#keepDraft();
    if (this.state === 'changed') this.#saveAfter(this.#isClosed ? 0 : saveAfterMs);
    else if (this.#isClosed) this.#stop();
  }

  #keepDraft(): void {
    if (this.#isReadOnly) return;
    const isSaved = this.text === this.#base;
    this.#drafts.keep(isSaved ? null : { base: this.#base, text: this.text });
  }

  #keepSteps(undo: readonly NotesStep[], redo: readonly NotesStep[]): void {
    [this.#undoSteps, this.#redoSteps] = [undo, redo];
    this.#drafts.keepSteps(undo, redo);
  }

  /** Takes what windows left behind that were reloaded or closed before they could save. */
  #takeLeft({ drafts, forget }: LeftDrafts): void {
    if (drafts.length === 0) return;
    const text = drafts.reduce((so, draft) => mergedText(draft.base, draft.text, so).text, this.text);
    forget();
    if (text === this.text) return;
    this.edit(text);
    this.#lab.say('Words that were not saved yet are back in the notes.');
  }
}
