/** Calls about one entry: its cells, what they recorded, whether it holds. */
import type { EntryReceipt } from '../../../experiments/entries/entry-schema.ts';
import type { PreviewRead } from '../notebook/preview-reads.ts';
import type { CallParameters } from '../../contract/contract.ts';
import { columnsOfCells } from '../../contract/cell-columns.ts';
import type { CellBaselines, EntryDetail, ReceiptSummary, VerifyVerdict } from '../../contract/entries.ts';
import type { CellStore } from '../notebook/cell-store.ts';
import { findingText } from '../verification/finding-text.ts';
import type { CallContext, CallHandlers } from './router.ts';
import { framesPerCell, progressText, receiptOf, verifyEntry } from './verify-entry.ts';
import { cellSummaries } from './cell-summaries.ts';
import { sendSeries } from './cell-series.ts';
import { cardFromEntry } from './entry-cards.ts';
import { formulaOfSweep } from '../../../experiments/sweeps/sweep.ts';
import { varyingAxes } from '../../../experiments/sweeps/swept-axes.ts';
import { currentCell, currentShown, pictureSource, requireWritable, type LabContext } from './lab-context.ts';
import { openShownCell, shownEntry } from '../comparisons/shown-entry.ts';
import { timelineOf } from '../notebook/timelines.ts';

type EntryCall =
  | 'entry.read'
  | 'entry.columns'
  | 'entry.series'
  | 'entry.edit'
  | 'entry.timelines'
  | 'entry.baselines'
  | 'entry.events'
  | 'entry.verify'
  | 'previews.read'
  | 'previews.last';

/** Handlers of the calls about entries. */
export function entryCalls(context: LabContext): CallHandlers<EntryCall> {
  const { notebook, queue, events, background } = context;
  const baselines = baselineFinder(context);
  return {
    'entry.read': ({ entryId }) => entryDetail(context, entryId),
    async 'entry.columns'({ entryId }) {
      const { cells, ...facts } = await entryDetail(context, entryId);
      return { ...facts, columns: columnsOfCells(cells) };
    },
    async 'entry.series'({ entryId, measures }, { signal, part }) {
      const entry = await shownEntry(notebook, entryId);
      await sendSeries(context, entry, measures, signal, part);
      return null;
    },
    async 'entry.edit'({ entryId, title, tags }) {
      requireWritable(context);
      const entry = await notebook.find(entryId);
      await entry.describe({
        ...(title === undefined ? {} : { title }),
        ...(tags === undefined ? {} : { tags }),
      });
      await queue.refresh(entryId);
      events.emit('entry.changed', { entryId });
      events.emit('notebook.changed', null);
      return cardFromEntry(entry, queue.itemsToRun());
    },
    async 'entry.timelines'({ entryId, cells }) {
      const entry = await shownEntry(notebook, entryId);
      const stores = await Promise.all(cells.map(({ cellId }) => currentCell(context, entry, cellId)));
      return cells.map(({ cellId, from }, at) => timelineOf(cellId, stores[at].index(), from));
    },
    async 'entry.baselines'({ entryId, cellIds }, { signal }) {
      const scores: CellBaselines[] = [];
      for (const cellId of cellIds) scores.push(await baselines(entryId, cellId, signal));
      return scores;
    },
    async 'entry.events'({ entryId, cellId }) {
      return (await openShownCell(notebook, entryId, cellId)).store.events;
    },
    'entry.verify': (parameters, call) => verify(context, parameters, call),
    async 'previews.read'({ entryId, cells }, { signal }) {
      const entry = await shownEntry(notebook, entryId);
      const reads = await Promise.all(
        cells.map(async ({ cellId, from, count }) => {
          return previewRead(await currentCell(context, entry, cellId), from, from + count);
        }),
      );
      return background.run('previews', { reads }, { signal });
    },
    async 'previews.last'({ entryId, cellIds }, { signal }) {
      const entry = await shownEntry(notebook, entryId);
      const stores = await Promise.all(cellIds.map((cellId) => currentCell(context, entry, cellId)));
      const shown = stores.filter((store) => store.keptEpochs().length > 0);
      const reads = shown.map((store) => previewRead(store, store.keptEpochs().length - 1));
      return background.run('previews', { reads }, { signal });
    },
  };
}

async function entryDetail(context: LabContext, entryId: string): Promise<EntryDetail> {
  const { notebook, queue } = context;
  const entry = await currentShown(context, entryId);
  const { cells, snapshots, environment, alteredOutside } = entry.json;
  const queued = queue.itemsToRun();
  const single = entry.comparison === undefined ? await notebook.find(entryId) : null;
  // First of all: looking at cells mends what the index says of them, which the card tells.
  const summaries = await cellSummaries(entry, single, queued);
  return {
    card: cardFromEntry(entry, queued),
    axes: varyingAxes(cells),
    cells: summaries,
    snapshots,
    sweepYaml: entry.sweepText,
    formula: formulaOfSweep(entry.sweepText),
    truthless: entry.json.targets.filter(({ truth }) => truth === false).map(({ digest }) => digest),
    comparison: entry.comparison ?? null,
    environment,
    alteredOutside,
    receipts: entry.json.receipts.map(receiptSummary),
  };
}

function receiptSummary({ time, level, holds, tolerance, environment, cells }: EntryReceipt): ReceiptSummary {
  const snapshots = cells.reduce((sum, cell) => sum + (cell.snapshots ?? 0), 0);
  const machine = [environment['processor'], environment['system']].filter((word) => word !== undefined);
  return { time, level, holds, tolerance: tolerance ?? '', machine: machine.join(', '), snapshots };
}

/** What the background needs to read the previews [from, to). */
function previewRead(store: CellStore, from: number, to?: number): PreviewRead {
  const epochs = store.keptEpochs().slice(from, to);
  return { cellId: store.id, from, epochs, places: store.previewPlaces(epochs) };
}

type BaselineFinder = (entryId: string, cellId: string, signal: AbortSignal) => Promise<CellBaselines>;

/** Baselines of cells, each computed once while the program runs. */
function baselineFinder({ notebook, background }: LabContext): BaselineFinder {
  const known = new Map<string, CellBaselines>();
  return async (entryId, cellId, signal) => {
    const { entry, cell } = await openShownCell(notebook, entryId, cellId);
    const { previewSize } = entry.json.snapshots;
    const key = `${cellId} ${previewSize}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const source = await pictureSource(entry, cell);
    const input = { source, config: cell.config, previewSize };
    const { stride, constant, nearest, smoothing } = await background.run('baselines', input, { signal });
    const scores = { cellId, stride, constant, nearest, smoothing };
    known.set(key, scores);
    return scores;
  };
}

async function verify(
  context: LabContext,
  { entryId, level, snapshots }: CallParameters<'entry.verify'>,
  { signal, part }: CallContext<'entry.verify'>,
): Promise<VerifyVerdict> {
  const { notebook, background, pool, environment, readOnlyBecause, events } = context;
  const entry = await notebook.find(entryId);
  const verdict = await verifyEntry({
    notebook: notebook.dir,
    entry,
    cells: null,
    level,
    snapshots: snapshots === 'all' ? null : (snapshots ?? framesPerCell),
    background,
    executor: pool,
    adapter: () => pool.gpuAdapter(),
    signal,
    onProgress: (progress) => part({ ...progress, what: progressText[level] }),
  });
  const receipt = receiptOf(level, verdict, environment);
  if (readOnlyBecause === null) {
    await entry.addReceipt(receipt);
    events.emit('entry.changed', { entryId });
  }
  const { claims = [] } = verdict;
  return {
    holds: verdict.holds && claims.length === 0,
    findings: [...verdict.findings, ...claims].map(findingText),
    method: receipt.method ?? '',
    tolerance: receipt.tolerance ?? '',
    cells: verdict.cells.map(({ id, holds, snapshots: checked, thinned = 0, findings, frames }) => ({
      cellId: id,
      holds,
      snapshots: checked,
      thinned,
      findings: findings.map(findingText),
      frames: (frames ?? []).map(({ epoch, holds: frameHolds, pixels, equalHashes, largestDifference }) => ({
        epoch,
        holds: frameHolds,
        equalHashes: equalHashes / pixels,
        largestDifference,
      })),
    })),
  };
}
