/** A sweep file that is being written, by its form and as YAML: both change the same text. */
import type { PlainValue, SweepCheck } from '../../electron/contract/sweeps.ts';
import { ContractError } from '../../electron/contract/contract.ts';
import type { LabState } from './lab-state.svelte.ts';

const checkAfterMs = 250;
/** How long after a check without times of its cells the next one is made, and how many of them. */
const timeAgainMs = 2000;
const maxTimings = 30;

export interface SweepEdit {
  readonly path: (string | number)[];
  /** Null removes the field. */
  readonly value: PlainValue;
}

export class SweepDraft {
  yaml = $state('');
  check = $state.raw<SweepCheck | null>(null);
  /** Whether `check` is of the present text. */
  isChecked = $state(false);
  readonly #lab: LabState;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #version = 0;
  #timings = 0;
  #edits: Promise<void> = Promise.resolve();

  constructor(lab: LabState) {
    this.#lab = lab;
  }

  /** Whether the sweep could be queued as it was when it was last checked. */
  get isSound(): boolean {
    return this.check !== null && this.check.problems.length === 0 && this.check.cells.length > 0;
  }

  /** Whether the sweep can be queued as it is. */
  get isReady(): boolean {
    return this.isChecked && this.isSound;
  }

  /** Finishes what edits and checks are under way. Whether the sweep can be queued as it is then. */
  async settle(): Promise<boolean> {
    await this.#edits;
    clearTimeout(this.#timer);
    if (!this.isChecked) await this.#checkNow();
    return this.isReady;
  }

  /** The text was typed; it is checked a moment later. */
  type(yaml: string): void {
    if (yaml === this.yaml) return;
    this.yaml = yaml;
    this.isChecked = false;
    this.#version += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#checkNow(), checkAfterMs);
  }

  /** Replaces the text and checks it at once. */
  async open(yaml: string): Promise<void> {
    this.type(yaml);
    clearTimeout(this.#timer);
    await this.#checkNow();
  }

  /** Changes fields of the text, keeping its comments. Edits wait for one another. */
  edit(...edits: SweepEdit[]): void {
    this.isChecked = false;
    this.#edits = this.#edits.then(() => this.#apply(edits));
  }

  /** Sets a field to what was typed, as a number where it is to be one and can be; without text it is removed. */
  editText(path: string[], text: string, isNumber = false): void {
    const number = Number(text);
    const value: PlainValue = text === '' ? null : isNumber && Number.isFinite(number) ? number : text;
    this.edit({ path, value });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#version += 1;
  }

  async #apply(edits: SweepEdit[]): Promise<void> {
    clearTimeout(this.#timer);
    const version = ++this.#version;
    try {
      const check = await this.#lab.client.call('sweep.edit', { yaml: this.yaml, edits });
      // Something was typed meanwhile: the edit belongs into that text.
      if (version !== this.#version) return await this.#apply(edits);
      this.#take(check);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #checkNow(): Promise<void> {
    const version = this.#version;
    try {
      const check = await this.#lab.client.call('sweep.check', { yaml: this.yaml });
      if (version === this.#version) this.#take(check);
    } catch (error) {
      this.#fail(error);
    }
  }

  #take(check: SweepCheck): void {
    this.yaml = check.yaml;
    this.check = check;
    this.isChecked = true;
    this.#awaitTimes(check);
  }

  /** A GPU's speed is measured when it is first asked for: a check that came before it is made again. */
  #awaitTimes({ cells }: SweepCheck): void {
    const isUntimed = cells.some(({ seconds }) => seconds === null);
    this.#timings = isUntimed ? this.#timings + 1 : 0;
    if (!isUntimed || this.#timings > maxTimings) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#checkNow(), timeAgainMs);
  }

  #fail(error: unknown): void {
    if (!(error instanceof ContractError && error.code === 'cancelled')) this.#lab.fail(error);
  }
}
