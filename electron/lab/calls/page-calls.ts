/** An entry as a page that needs no lab: what its screen would ask for is asked here and put into the file. */
import { previewSize, type FrameSize } from '../../../experiments/sweeps/cell-measures.ts';
import { unitView } from '../../../experiments/engines/engine.ts';
import type { PageTask } from '../exports/page-file.ts';
import type { CallName, CallParameters, CallResult } from '../../contract/contract.ts';
import { shownEntry } from '../comparisons/shown-entry.ts';
import type { CallHandlers } from './router.ts';
import type { LabContext } from './lab-context.ts';

const readOnlyBecause = 'This is an exported page: it can be looked at, not changed.';

/** Handlers of the calls whose answers a page keeps. */
export type PageSources = Pick<
  CallHandlers,
  | 'app.info'
  | 'settings.read'
  | 'queue.read'
  | 'entry.read'
  | 'entry.timelines'
  | 'entry.baselines'
  | 'entry.events'
  | 'regions.read'
  | 'cell.truth'
  | 'notes.read'
  | 'findings.read'
>;

/** Handler of the export as a page, over the handlers that know the answers. */
export function pageCalls(context: LabContext, sources: PageSources): CallHandlers<'export.page'> {
  return {
    async 'export.page'({ entryId, limit }, { signal, part }) {
      const ask = <Name extends CallName & keyof PageSources>(
        name: Name,
        parameters: CallParameters<Name>,
      ): Promise<CallResult<Name>> => {
        const handler = sources[name] as unknown as CallHandlers[Name];
        return handler(parameters, { signal, part: () => undefined }) as Promise<CallResult<Name>>;
      };
      const data = await pageData(context, entryId, ask);
      const entry = await shownEntry(context.notebook, entryId);
      const reads: PageTask['reads'] = await Promise.all(
        data.cells.map(async ({ cellId }) => {
          const store = await entry.cell(cellId);
          const epochs = store.keptEpochs();
          return { cellId, from: 0, epochs, places: store.previewPlaces(epochs) };
        }),
      );
      const name = data.entry.card.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-');
      return context.background.run(
        'page',
        { data, reads, name, limit },
        { signal, onProgress: (progress) => part({ ...progress, what: 'cells packed' }) },
      );
    },
  };
}

type Ask = <Name extends CallName & keyof PageSources>(
  name: Name,
  parameters: CallParameters<Name>,
) => Promise<CallResult<Name>>;

async function pageData(
  { notebook, background }: LabContext,
  entryId: string,
  ask: Ask,
): Promise<PageTask['data']> {
  const read = await ask('entry.read', { entryId });
  const cellIds = read.cells.map(({ id }) => id);
  const info = await ask('app.info', {});
  const queue = await ask('queue.read', {});
  const entry = await shownEntry(notebook, entryId);
  const pictureSize = async (digest: string): Promise<FrameSize> => {
    const source = { kind: 'file', digest, bytes: await entry.targetPicture(digest) } as const;
    return background.run('picture-size', { source });
  };
  const cells: PageTask['data']['cells'][number][] = [];
  for (const { id: cellId, config } of read.cells) {
    const size = previewSize(await pictureSize(config.target), read.snapshots.previewSize);
    cells.push({
      cellId,
      events: await ask('entry.events', { entryId, cellId }),
      regions: await ask('regions.read', { entryId, cellId }),
      truth: read.truthless.includes(config.target)
        ? null
        : await ask('cell.truth', { entryId, cellId, view: unitView, ...size }),
    });
  }
  return {
    format: 'creasebook page',
    version: 1,
    entryId,
    info: {
      ...info,
      shell: 'page',
      exampleEntryId: null,
      // No path of this machine leaves it.
      notebook: { folder: '', readOnlyBecause },
    },
    settings: { ...(await ask('settings.read', {})), theme: 'system' },
    // Nothing trains in a page; and however often the queue changed, the page is the same.
    queue: { ...queue, revision: 0, items: [], pausedBecause: null },
    entry: read,
    timelines: await ask('entry.timelines', {
      entryId,
      cells: cellIds.map((cellId) => ({ cellId, from: 0 })),
    }),
    baselines: await ask('entry.baselines', { entryId, cellIds }),
    notes: await ask('notes.read', { entryId }),
    ...(read.comparison === null ? { findings: await ask('findings.read', { entryId, epoch: null }) } : {}),
    cells,
  };
}
