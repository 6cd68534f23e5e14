/** Calls about the program itself, its settings, and files it hands out. */
import { join } from 'node:path';
import { z } from 'zod';
import { engineOfCell } from '../../../experiments/sweeps/cell-engine.ts';
import { programVersion } from '../../program/assets.ts';
import type { FilmTask } from '../exports/open-film.ts';
import type { AppInfo, Settings } from '../../contract/results.ts';
import type { CellWeights } from '../notebook/cell-weights.ts';
import { readWhole, writeWhole } from '../disk/files.ts';
import type { FilmOptions } from '../exports/film.ts';
import type { CallHandlers } from './router.ts';
import type { NetworkAt } from './frame-service.ts';
import { requireWritable, type LabContext } from './lab-context.ts';

type AppCall =
  | 'export.data'
  | 'app.info'
  | 'settings.read'
  | 'settings.write'
  | 'export.grid'
  | 'film.plan'
  | 'film.picture';

const defaults: Settings = { theme: 'system', map: 'grey', singleKeys: true, timeAxis: 'epoch' };

/** Every field falls back to its default where it is missing or from another version. */
const storedSettings = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch(defaults.theme),
  map: z.enum(['grey', 'cividis', 'viridis']).catch(defaults.map),
  singleKeys: z.boolean().catch(defaults.singleKeys),
  timeAxis: z.enum(['epoch', 'step', 'samples', 'seconds']).catch(defaults.timeAxis),
});

const maximumBytes = 1 << 16;

/** Handlers of the calls about the program. */
export function appCalls(
  context: LabContext,
  shell: AppInfo['shell'],
  networkAt: NetworkAt,
): CallHandlers<AppCall> {
  const { fs, notebook, background, pool, events } = context;
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
    'settings.read': () => readSettings(context, path),
    async 'settings.write'(patch) {
      requireWritable(context);
      const settings = { ...(await readSettings(context, path)), ...patch };
      await writeWhole(fs, path, new TextEncoder().encode(`${JSON.stringify(settings, null, 2)}\n`));
      events.emit('settings.changed', settings);
      return settings;
    },
    'export.data': ({ entryId, format }, { signal, part }) =>
      background.run(
        'export-data',
        { notebook: notebook.dir, entryId, format },
        { signal, onProgress: (progress) => part({ ...progress, what: 'bytes read' }) },
      ),
    async 'export.grid'({ epoch, points, ...options }, { signal, part }) {
      const date = context.now().toISOString().slice(0, 10);
      const input = {
        ...options,
        x: options.x,
        y: options.y,
        notebook: notebook.dir,
        epoch: epoch === 'last' ? null : epoch,
        hasPoints: points,
        date,
        threads: pool.threads,
        gpuWeights: await gpuWeights(context, networkAt, options.entryId, epoch, signal),
      };
      return background.run('grid', input, {
        signal,
        onProgress: (progress) => part({ ...progress, what: 'cells drawn' }),
      });
    },
    'film.plan': ({ entryId, ...options }, { signal }) =>
      background.run('film-plan', filmTask(context, entryId, options), { signal }),
    'film.picture': ({ entryId, moment, ...options }, { signal }) =>
      background.run('film-picture', { ...filmTask(context, entryId, options), moment }, { signal }),
  };
}

/** Weights at an epoch of the cells that the GPU trained, where it can be asked for them. */
async function gpuWeights(
  { notebook }: LabContext,
  networkAt: NetworkAt,
  entryId: string,
  epoch: number | 'last',
  signal: AbortSignal,
): Promise<ReadonlyMap<string, CellWeights>> {
  if (epoch === 'last') return new Map();
  const entry = await notebook.find(entryId);
  const onGpu = entry.json.cells.filter(({ config }) => engineOfCell(config) === 'webgpu');
  const found = await Promise.all(
    onGpu.map(async ({ id }): Promise<[string, CellWeights][]> => {
      if ((await entry.cell(id)).index().length === 0) return [];
      const { network, ...shown } = await networkAt(entryId, id, epoch, signal);
      return [[id, { ...shown, weights: network.parameters }]];
    }),
  );
  return new Map(found.flat());
}

function filmTask({ notebook, now, pool }: LabContext, entryId: string, options: FilmOptions): FilmTask {
  const date = now().toISOString().slice(0, 10);
  return { notebook: notebook.dir, entryId, options, date, threads: pool.threads };
}

async function readSettings({ fs }: LabContext, path: string): Promise<Settings> {
  if ((await fs.facts(path)) === null) return defaults;
  try {
    const text = new TextDecoder().decode(await readWhole(fs, path, maximumBytes));
    return storedSettings.parse(JSON.parse(text));
  } catch (error) {
    // Settings that cannot be read are not worth a stop: the defaults hold until they are changed.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return defaults;
    throw error;
  }
}
