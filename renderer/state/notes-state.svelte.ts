/** Notes of an entry: read when wanted, saved a moment after the last key, undone write by write. */
import { ContractError } from '../../electron/contract/contract.ts';
import type { LabState } from './lab-state.svelte.ts';

const saveAfterMs = 800;

/** The notes of an entry while they are edited: saved after a pause, never over another's text. */
export class NotesState {
  text = $state('');
  /** 'unread' until the lab has answered. */
  state = $state<'unread' | 'saved' | 'changed' | 'saving' | 'failed'>('unread');
  undoable = $state(false);
  readonly #lab: LabState;
  readonly #entryId: string;
  readonly #stop: () => void;
  #revision = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(lab: LabState, entryId: string) {
    this.#lab = lab;
    this.#entryId = entryId;
    this.#stop = lab.client.listen('notes.changed', (event) => {
      const isOther = event.entryId === entryId && event.revision !== this.#revision;
      if (isOther && this.state === 'saved') void this.read();
    });
    void this.read();
  }

  async read(): Promise<void> {
    try {
      const notes = await this.#lab.client.call('notes.read', { entryId: this.#entryId });
      this.#take(notes);
    } catch (error) {
      this.#lab.fail(error);
    }
  }

  /** Takes what was typed; it is saved soon. */
  edit(text: string): void {
    if (text === this.text || this.state === 'unread') return;
    this.text = text;
    this.state = 'changed';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), saveAfterMs);
  }

  /** Saves what is not saved yet. */
  save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#saving = this.#saving.then(() => this.#write());
    return this.#saving;
  }

  /** The notes as they were before the last write. */
  async undo(): Promise<void> {
    await this.save();
    this.#take(await this.#lab.client.call('notes.undo', { entryId: this.#entryId }));
  }

  close(): void {
    this.#stop();
    if (this.state === 'changed') void this.save();
  }

  async #write(): Promise<void> {
    if (this.state !== 'changed' && this.state !== 'failed') return;
    const { text } = this;
    this.state = 'saving';
    try {
      const notes = await this.#lab.client.call('notes.write', {
        entryId: this.#entryId,
        text,
        revision: this.#revision,
      });
      this.#revision = notes.revision;
      this.undoable = notes.undoable;
      // What was typed meanwhile is saved by its own timer.
      if (this.text === text) this.state = 'saved';
      else this.state = 'changed';
    } catch (error) {
      this.state = 'failed';
      if (error instanceof ContractError && error.code === 'conflict') await this.#resolve(text);
      else this.#lab.fail(error);
    }
  }

  /** Something else changed the notes: what was typed here is kept below what is on disk now. */
  async #resolve(mine: string): Promise<void> {
    try {
      const theirs = await this.#lab.client.call('notes.read', { entryId: this.#entryId });
      this.#take(theirs);
      if (theirs.text === mine) return;
      this.edit(`${theirs.text.trimEnd()}\n\n<!-- kept from another window -->\n\n${mine}`);
      this.#lab.say('The notes were changed elsewhere; both versions are kept.', 'warning');
    } catch (error) {
      this.#lab.fail(error);
    }
  }

  #take(notes: { readonly text: string; readonly revision: string; readonly undoable: boolean }): void {
    this.text = notes.text;
    this.#revision = notes.revision;
    this.undoable = notes.undoable;
    this.state = 'saved';
  }
}
