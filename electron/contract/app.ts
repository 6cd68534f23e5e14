/** The program itself and its settings. */
import { z } from 'zod';
import { valueMapNames, type ValueMapName } from '../../experiments/drawing/colour-map.ts';
import type { EngineName } from '../../experiments/engines/engine.ts';
import { call } from './call.ts';
import { mostPlaces, remotePlace, type RemotePlace } from './cluster.ts';
import { nothing } from './fields.ts';

const settingsPatch = z
  .strictObject({
    theme: z.enum(['system', 'light', 'dark']),
    map: z.enum(valueMapNames),
    singleKeys: z.boolean(),
    timeAxis: z.enum(['epoch', 'step', 'samples', 'seconds']),
    places: z.array(remotePlace).max(mostPlaces).readonly(),
  })
  .partial();

/** The program that answers: its version, its shell, its machine. */
export interface AppInfo {
  readonly version: string;
  /** Where the lab is shown; 'page': an exported page, without a lab. */
  readonly shell: 'electron' | 'browser' | 'page';
  readonly platform: string;
  readonly engine: { readonly name: EngineName; readonly description: string };
  readonly cores: number;
  /** The example entry where the notebook was made just now; null in a notebook that was there before. */
  readonly exampleEntryId: string | null;
  readonly notebook: {
    readonly folder: string;
    /** Why nothing can be written, in one sentence; null where everything can. */
    readonly readOnlyBecause: string | null;
  };
}

/** What people set for themselves; kept by the app, no part of an entry. */
export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
  readonly map: ValueMapName;
  /** Shortcuts that are a single key. */
  readonly singleKeys: boolean;
  readonly timeAxis: 'epoch' | 'step' | 'samples' | 'seconds';
  /** Machines whose jobs the queue shows. */
  readonly places: readonly RemotePlace[];
}

/** What a menu can ask the page to do. */
export type AppCommand = 'new-sweep' | 'notebook' | 'queue' | 'export' | 'commands' | 'help';

/** What the system hands to the app to open: a link to a place in the notebook, or a file. */
export type OpenRequest =
  | {
      readonly kind: 'place';
      readonly entryId: string;
      readonly cellId: string | null;
      readonly epoch: number | null;
    }
  | { readonly kind: 'file'; readonly name: string; readonly bytes: Uint8Array };

/** Calls about the program. */
export const appCalls = {
  /** The program, its engine and the notebook that is open. */
  'app.info': call<AppInfo>()(nothing),
  'settings.read': call<Settings>()(nothing),
  /** Changes the given settings; the settings after it. */
  'settings.write': call<Settings>()(settingsPatch),
  /** What the system has handed over longest ago and nobody has taken yet; null where there is nothing. */
  'app.take': call<OpenRequest | null>()(nothing),
};

/** What the lab tells of it by itself. */
export interface AppEvents {
  'settings.changed': Settings;
  /** Somebody chose this in the application's menu. */
  'app.command': { readonly command: AppCommand };
  /** It is decided what trains and draws from now on. */
  'app.engine': AppInfo['engine'];
  /** The system handed something over that is to be taken. */
  'app.open': null;
  /** Something went wrong that no call asked for, or came to its end. */
  'app.notice': { readonly level: 'info' | 'warning' | 'error'; readonly message: string };
}
