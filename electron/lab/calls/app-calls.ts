/** Calls about the program itself and its settings. */
import { join } from 'node:path';
import { z } from 'zod';
import { defaultValueMap, valueMapNames } from '../../../experiments/drawing/colour-map.ts';
import { programVersion } from '../../program/assets.ts';
import type { AppInfo, Settings } from '../../contract/app.ts';
import { mostPlaces, remotePlace } from '../../contract/cluster.ts';
import { readWhole, writeWhole } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';
import type { CallHandlers } from './router.ts';
import { requireWritable, type LabContext } from './lab-context.ts';

type AppCall = 'app.info' | 'app.take' | 'settings.read' | 'settings.write';

const defaults: Settings = {
  ...{ theme: 'system', map: defaultValueMap, singleKeys: true, timeAxis: 'epoch' },
  places: [],
};

/** Every field falls back to its default where it is missing or from another version. */
const storedSettings = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch(defaults.theme),
  map: z.enum(valueMapNames).catch(defaults.map),
  singleKeys: z.boolean().catch(defaults.singleKeys),
  timeAxis: z.enum(['epoch', 'step', 'samples', 'seconds']).catch(defaults.timeAxis),
  places: z.array(remotePlace).max(mostPlaces).catch([]),
});

const maxBytes = 1 << 16;

/** Handlers of the calls about the program. */
export function appCalls(context: LabContext, shell: AppInfo['shell']): CallHandlers<AppCall> {
  const { fs, notebook, pool, events } = context;
  const path = join(notebook.dir, 'settings.json');
  return {
    'app.info': () =>
      Promise.resolve({
        version: programVersion(),
        shell,
        platform: process.platform,
        engine: { name: context.engine, description: context.decision.description },
        cores: pool.threads,
        exampleEntryId: context.exampleEntryId,
        notebook: { folder: notebook.dir, readOnlyBecause: context.readOnlyBecause },
      }),
    'app.take': () => Promise.resolve(context.openRequests.shift() ?? null),
    'settings.read': () => readSettings(context, path),
    async 'settings.write'(patch) {
      requireWritable(context);
      const settings = { ...(await readSettings(context, path)), ...patch };
      await writeWhole(fs, path, new TextEncoder().encode(`${JSON.stringify(settings, null, 2)}\n`));
      events.emit('settings.changed', settings);
      return settings;
    },
  };
}

async function readSettings({ fs }: LabContext, path: string): Promise<Settings> {
  if ((await fs.facts(path)) === null) return defaults;
  try {
    const text = new TextDecoder().decode(await readWhole(fs, path, maxBytes));
    return storedSettings.parse(JSON.parse(text));
  } catch (error) {
    // Settings that cannot be read are not worth a stop: the defaults hold until they are changed.
    if (error instanceof SyntaxError || error instanceof z.ZodError || error instanceof LabError)
      return defaults;
    throw error;
  }
}
