/** What every screen shares: the lab, its settings, the queue, messages, undo. */
import { getContext, setContext } from 'svelte';
import { ContractError, type LabClient } from '../../electron/contract/contract.ts';
import type { AppCommand, AppInfo, Settings } from '../../electron/contract/app.ts';
import type { ExportedFile } from '../../electron/contract/exports.ts';
import { FollowedQueue } from '../../electron/contract/followed-queue.ts';
import type { QueueItem, QueueState } from '../../electron/contract/queue.ts';
import { saveFile } from '../model/download.ts';
import type { CommandId } from '../model/keyboard.ts';
import { sizeText } from '../model/number-text.ts';
import type { PicturePlace } from '../model/picture-place.ts';
import { Router } from './router.svelte.ts';

/** A message to the person, until it is put away. */
export interface Message {
  readonly id: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

/** A file on its way into the lab. */
export interface Transfer {
  readonly name: string;
  readonly done: number;
  readonly of: number;
  stop(): void;
}

/** A dialog of the window. */
export type DialogName = 'commands' | 'help' | 'export' | 'film' | 'page' | 'settings';

/** How a list of entries was left. */
export interface ListPlace {
  search: string;
  tags: readonly string[];
  top: number;
}

interface UndoStep {
  readonly label: string;
  readonly undo: () => Promise<void>;
}

const messageMs = 6000;
const errorMs = 15_000;
const maxUndo = 50;

/** What the window knows of its lab, and what it can ask of it. */
export class LabState {
  readonly client: LabClient;
  readonly router: Router;
  info = $state.raw<AppInfo>() as AppInfo;
  settings = $state.raw<Settings>() as Settings;
  queue = $state.raw<QueueState>() as QueueState;
  messages = $state.raw<readonly Message[]>([]);
  dialog = $state<DialogName | null>(null);
  /** Sweep file that was opened, or out of a picture that was dropped on the window; null where there was none. */
  droppedSweep: string | null = null;
  /** Picture that was dropped on the window to be learnt, until the screen of a new sweep takes it. */
  droppedPicture: File | null = null;
  /** A file on its way into the lab; null while there is none. */
  transfer = $state.raw<Transfer | null>(null);
  /** What a picture that was opened shows, until its entry is there to show it. */
  wantedPlace = $state.raw<PicturePlace | null>(null);
  /** An archive or picture that a person chose, until the drop zone takes it. */
  chosenFile = $state.raw<File | null>(null);
  /** Why the lab cannot be reached any more; null while it can. */
  lostBecause = $state<string | null>(null);
  /** Goes up whenever the lab is reached again after the connection was lost: what was told meanwhile is to be read. */
  returns = $state(0);
  /** Whether the page is dark now, by the settings or the system. */
  readonly isDark: boolean = $derived.by(() =>
    this.settings.theme === 'system' ? this.#systemIsDark : this.settings.theme === 'dark',
  );
  #systemIsDark = $state(false);
  /** What the screen in front does with commands; false where it has no use for one. */
  screenCommand: (command: CommandId) => boolean = () => false;
  /** What is looked for in the notebook and in its trash, and how far down their lists are. */
  readonly notebookViews: Readonly<Record<'notebook' | 'trash', ListPlace>> = {
    notebook: { search: '', tags: [], top: 0 },
    trash: { search: '', tags: [], top: 0 },
  };
  /** Goes up whenever entries came, went or changed. */
  notebookRevision = $state(0);
  readonly #followed: FollowedQueue;
  #undo: UndoStep[] = [];
  #nextMessage = 1;

  constructor(client: LabClient, info: AppInfo, settings: Settings, queue: QueueState) {
    this.client = client;
    this.info = info;
    this.router = new Router(info.shell === 'page');
    this.settings = settings;
    this.queue = queue;
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    this.#systemIsDark = dark.matches;
    dark.addEventListener('change', ({ matches }) => (this.#systemIsDark = matches));
    client.whenLost((reason) => (this.lostBecause = reason));
    client.listen('settings.changed', (changed) => (this.settings = changed));
    this.#followed = new FollowedQueue(
      queue,
      () => client.call('queue.read', {}),
      (changed) => (this.queue = changed),
    );
    client.listen('queue.changed', (change) => this.#followed.take(change));
    client.listen('queue.progress', (progress) =>
      this.#followed.replace(progress.item, (item) => advanced(item, progress)),
    );
    client.listen('notebook.changed', () => (this.notebookRevision += 1));
    client.listen('entry.changed', () => (this.notebookRevision += 1));
    client.listen('app.command', ({ command }) => this.#fromMenu(command));
    client.listen('app.engine', (engine) => (this.info = { ...this.info, engine }));
    client.listen('app.notice', ({ level, message }) => this.say(message, level));
  }

  /** Whether this is an exported page: it shows what it holds and has no lab to ask. */
  get isPage(): boolean {
    return this.info.shell === 'page';
  }

  /** Shows a message for a while. */
  say(text: string, level: Message['level'] = 'info', action: Message['action'] = null): void {
    const message: Message = { id: this.#nextMessage++, level, text, action };
    this.messages = [...this.messages.filter((other) => other.text !== text), message].slice(-4);
    setTimeout(() => this.dismiss(message.id), level === 'error' ? errorMs : messageMs);
  }

  /** Hands a file to the person. In Electron the shell says what became of it: only there can the saving be given up. */
  save(file: ExportedFile): void {
    saveFile(document, file);
    if (this.info.shell !== 'electron') this.say(`Saved ${file.name}, ${sizeText(file.bytes.length)}.`);
  }

  dismiss(id: number): void {
    this.messages = this.messages.filter((message) => message.id !== id);
  }

  /** Tells a person what went wrong. Calls that were given up are nobody's problem. */
  fail(error: unknown): void {
    if (error instanceof ContractError) {
      // That the connection is lost is shown for as long as it is.
      if (error.code !== 'cancelled' && error.code !== 'disconnected') this.say(error.message, 'error');
      return;
    }
    console.error(error);
    this.say(error instanceof Error ? error.message : String(error), 'error');
  }

  /** Connects again after the connection was lost, and reads what may have changed meanwhile. */
  async comeBack(): Promise<void> {
    await this.client.reconnect?.();
    const [info, settings] = await Promise.all([
      this.client.call('app.info', {}),
      this.client.call('settings.read', {}),
      this.#followed.readAgain(),
    ]);
    [this.info, this.settings, this.lostBecause] = [info, settings, null];
    this.notebookRevision += 1;
    this.returns += 1;
  }

  /** Runs an action; what it throws is shown. Whether it went well. */
  async attempt(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  /** Says what was done and offers to undo it, by button or Ctrl+Z. */
  done(text: string, undo: () => Promise<void>): void {
    const step: UndoStep = { label: text, undo };
    this.#undo = [...this.#undo, step].slice(-maxUndo);
    this.say(text, 'info', { label: 'Undo', run: () => void this.#undoStep(step) });
  }

  undoLast(): void {
    const step = this.#undo.at(-1);
    if (step === undefined) this.say('Nothing to undo.');
    else void this.#undoStep(step);
  }

  async #undoStep(step: UndoStep): Promise<void> {
    if (!this.#undo.includes(step)) return;
    this.#undo = this.#undo.filter((other) => other !== step);
    if (await this.attempt(step.undo)) this.say(`Undone: ${step.label}`);
  }

  #fromMenu(command: AppCommand): void {
    if (command === 'new-sweep') this.router.go({ screen: 'new', from: null });
    else if (command === 'notebook') this.router.go({ screen: 'notebook', trash: false });
    else if (command === 'queue') this.router.go({ screen: 'queue' });
    else if (command === 'export') this.screenCommand('export');
    else this.dialog = command;
  }

  changeSettings(patch: Partial<Settings>): void {
    this.settings = { ...this.settings, ...patch };
    void this.attempt(async () => {
      this.settings = await this.client.call('settings.write', patch);
    });
  }
}

interface QueueProgress {
  readonly epoch: number;
  readonly loss: number | null;
  readonly seconds: number;
  readonly epochsPerSecond: number | null;
  readonly secondsLeft: number | null;
}

const maxLosses = 120;

/** A queue item after a progress report. */
function advanced(item: QueueItem, progress: QueueProgress): QueueItem {
  const { epoch, loss, seconds, epochsPerSecond, secondsLeft } = progress;
  const isNew = loss !== null && epoch > (item.lossEpochs.at(-1) ?? -1);
  return {
    ...item,
    epoch,
    seconds,
    epochsPerSecond,
    secondsLeft,
    losses: isNew ? Float32Array.from([...item.losses, loss].slice(-maxLosses)) : item.losses,
    lossEpochs: isNew ? Uint32Array.from([...item.lossEpochs, epoch].slice(-maxLosses)) : item.lossEpochs,
  };
}

const contextKey = Symbol('lab');

/** Gives the lab to every component below. */
export function provideLab(lab: LabState): void {
  setContext(contextKey, lab);
}

/** The lab of the component that asks. */
export function useLab(): LabState {
  return getContext<LabState>(contextKey);
}

/** The lab's state, read once. Rejects where the lab does not answer. */
export async function openLab(client: LabClient): Promise<LabState> {
  const start = Promise.all([
    client.call('app.info', {}),
    client.call('settings.read', {}),
    client.call('queue.read', {}),
  ]);
  return new LabState(client, ...(await start));
}
