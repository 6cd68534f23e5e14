/** Starting the app on the stand-in for Electron, and what a test sees and does there. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLabClient } from '../../../electron/contract/client.ts';
import type { LabClient, LabMessage } from '../../../electron/contract/contract.ts';
import { labChannel } from '../../../electron/shell/channel.ts';
import { programRoot } from '../../../electron/program/assets.ts';
import { newerNode } from './newer-node.ts';

/** A line of the stand-in's log: what a person or the system would notice. */
export type StandInLine = { readonly what: string } & Readonly<Record<string, unknown>>;

export interface StandInOptions {
  /** Folder for the log and for what Electron keeps for itself. */
  readonly folder: string;
  readonly notebook: string;
  /** The app's folder; the project's where left out. */
  readonly app?: string;
  /** What the page that computes does. */
  readonly gpu?: 'none' | 'hangs' | 'dies' | 'chromium';
  /** Debugging address of the Chromium that shows pages; windows have none where left out. */
  readonly chromium?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The Node that stands in for Electron's own; that of Electron's version where left out. */
  readonly node?: 22 | 24;
  /** Words for Node before the binary. */
  readonly before?: readonly string[];
}

export interface StandIn {
  readonly child: ChildProcess;
  /** Everything noticed so far. */
  log(): StandInLine[];
  /** Names of what was noticed, in order. */
  names(): string[];
  /** What the program has printed. */
  output(): string;
  readonly ended: Promise<number | null>;
  /** Does something in the person's place. */
  act(action: Readonly<Record<string, unknown>>): void;
  /** A client in place of the page of its window, which must have none; open when the window is shown. */
  client(): LabClient;
  /** Ends it however it stands. */
  kill(): void;
}

/** The binary that stands in for Electron's. */
export const standInBinary = fileURLToPath(new URL('./binary.mjs', import.meta.url));

/** What each thread of the app loads first: with it archives are read. */
export const archiveReading = new URL('./archive-files.mjs', import.meta.url).href;

/** Starts the app. */
export function startStandIn(options: StandInOptions): StandIn {
  const {
    folder,
    notebook,
    app = programRoot(),
    gpu = 'none',
    chromium,
    environment = {},
    before = [],
    node,
  } = options;
  const logFile = join(folder, 'stand-in.log');
  const words = [
    ...before,
    standInBinary,
    `--user-data-dir=${join(folder, 'data')}`,
    app,
    '--notebook',
    notebook,
  ];
  const child = spawn(newerNode(node), words, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    env: {
      ...process.env,
      STAND_IN_LOG: logFile,
      // In every thread and every child: archives are read there as well.
      NODE_OPTIONS: `--import=${archiveReading}`,
      STAND_IN_GPU: gpu,
      ...(chromium === undefined ? {} : { STAND_IN_CHROMIUM: chromium }),
      // What tells that a look for a GPU is worth it, whatever the machine has.
      VK_DRIVER_FILES: '/nowhere.json',
      XDG_CACHE_HOME: join(folder, 'cache'),
      ...environment,
    },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)));
  const log = (): StandInLine[] =>
    existsSync(logFile)
      ? readFileSync(logFile, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as StandInLine)
      : [];
  // An app that has ended is told nothing more.
  const tell = (message: object): void => void (child.connected && child.send(message));
  return {
    child,
    log,
    names: () => log().map(({ what }) => what),
    output: () => text,
    ended: new Promise((resolve) => child.on('close', resolve)),
    act: tell,
    client: () =>
      createLabClient({
        send: (message) => tell({ do: 'send', channel: labChannel, messages: [message] }),
        open: (receive) => {
          child.on('message', (message) => {
            const { channel, values } = message as { channel?: string; values?: LabMessage[] };
            const [value] = values ?? [];
            if (channel === labChannel && value !== undefined) receive(value);
          });
        },
      }),
    kill: () => void child.kill('SIGKILL'),
  };
}
