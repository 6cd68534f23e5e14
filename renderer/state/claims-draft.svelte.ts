/** Claims that are being written beside those of an entry's sweep, by a form and as YAML: both change the same text. */
import type { ClaimsDraft } from '../../electron/contract/findings.ts';
import type { PlainValue } from '../../electron/contract/sweeps.ts';
import type { LabState } from './lab-state.svelte.ts';

const checkAfterMs = 250;

/** A change of one value; null removes the field. */
export interface ClaimEdit {
  readonly path: (string | number)[];
  readonly value: PlainValue;
}

/** The text of an entry's added claims while it is edited, checked by the lab. */
export class EditedClaims {
  yaml = $state('');
  /** What the lab says of the text; null until it first answers. */
  check = $state.raw<ClaimsDraft | null>(null);
  /** Whether `check` is of the present text. */
  isChecked = $state(false);
  readonly #lab: LabState;
  readonly #entryId: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #version = 0;
  #edits: Promise<void> = Promise.resolve();

  constructor(lab: LabState, entryId: string) {
    this.#lab = lab;
    this.#entryId = entryId;
  }

  /** Reads the claims that the entry keeps. */
  open(): Promise<void> {
    return this.#ask(null, []);
  }

  /** The text was typed; it is checked a moment later. */
  type(yaml: string): void {
    if (yaml === this.yaml) return;
    this.yaml = yaml;
    this.isChecked = false;
    this.#version += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(this.yaml, []), checkAfterMs);
  }

  /** Changes fields of the text, keeping its comments. Edits wait for one another. */
  edit(...edits: ClaimEdit[]): Promise<void> {
    this.isChecked = false;
    this.#edits = this.#edits.then(() => this.#ask(this.yaml, edits));
    return this.#edits;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#version += 1;
  }

  async #ask(yaml: string | null, edits: ClaimEdit[]): Promise<void> {
    clearTimeout(this.#timer);
    const version = ++this.#version;
    await this.#lab.attempt(async () => {
      const check = await this.#lab.client.call('claims.draft', { entryId: this.#entryId, yaml, edits });
      // Something was typed meanwhile: edits belong into that text.
      if (version !== this.#version) {
        if (edits.length > 0) await this.#ask(this.yaml, edits);
        return;
      }
      this.yaml = check.yaml;
      this.check = check;
      this.isChecked = true;
    });
  }
}
