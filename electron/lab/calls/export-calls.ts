/** Calls about files that the lab hands out: archives, tables, grids, films. */
import { localDay } from '../../program/local-time.ts';
import { engineOfCell } from '../../../experiments/sweeps/cell-engine.ts';
import type { FilmOptions } from '../../contract/exports.ts';
import type { FilmTask } from '../exports/open-film.ts';
import type { CellWeights } from '../notebook/cell-weights.ts';
import { shownEntry } from '../comparisons/shown-entry.ts';
import type { CallHandlers } from './router.ts';
import type { NetworkAt } from './frame-service.ts';
import type { LabContext } from './lab-context.ts';

type ExportCall =
  'export.data' | 'export.grid' | 'export.chart' | 'export.map' | 'film.plan' | 'film.picture';

/** Handlers of the calls about files that are handed out. */
export function exportCalls(context: LabContext, networkAt: NetworkAt): CallHandlers<ExportCall> {
  const { notebook, background, pool } = context;
  return {
    'export.data': ({ entryId, format }, { signal, part }) =>
      background.run(
        'export-data',
        { notebook: notebook.dir, entryId, format },
        { signal, onProgress: (progress) => part({ ...progress, what: 'bytes read' }) },
      ),
    async 'export.grid'({ entryId, format, where, ...options }, { signal, part }) {
      const input = {
        notebook: notebook.dir,
        entryId,
        options,
        where,
        format,
        date: today(context),
        threads: pool.threads,
        gpuWeights: await gpuWeights(context, networkAt, entryId, options.epoch, signal),
      };
      return background.run('grid', input, {
        signal,
        onProgress: (progress) => part({ ...progress, what: 'cells drawn' }),
      });
    },
    'export.chart': ({ entryId, format, scale, ...words }, { signal }) =>
      background.run(
        'chart',
        { notebook: notebook.dir, entryId, words, format, scale, date: today(context) },
        { signal },
      ),
    'export.map': ({ entryId, format, scale, ...words }, { signal }) =>
      background.run(
        'chart',
        { notebook: notebook.dir, entryId, words, format, scale, date: today(context) },
        { signal },
      ),
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
  const entry = await shownEntry(notebook, entryId);
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

function filmTask(context: LabContext, entryId: string, options: FilmOptions): FilmTask {
  const { notebook, pool } = context;
  return { notebook: notebook.dir, entryId, options, date: today(context), threads: pool.threads };
}

function today({ now }: LabContext): string {
  return localDay(now());
}
