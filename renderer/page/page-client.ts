/** A lab that is a file: it answers what its screen asks from the data in the page, and refuses everything else. */
import {
  ContractError,
  type CallName,
  type CallParameters,
  type CallResult,
  type LabClient,
} from '../../electron/contract/contract.ts';
import {
  keptPreview,
  pageBlockLength,
  type PageCell,
  type PageData,
} from '../../electron/contract/page-data.ts';
import { previewCount } from '../model/cell-series.ts';
import { columnsOfCells } from '../../electron/contract/cell-columns.ts';
import { unpackPreviews } from '../../electron/contract/preview-pack.ts';
import { noTruthText, type PreviewBlock } from '../../electron/contract/frames.ts';

/** Unpacked blocks that are kept, of all cells together. */
const maxBlocks = 200;

const noFindings: CallResult<'findings.read'> = { findings: [], missingRows: 0, unfinished: 0, kept: null };

type Answers = { readonly [Name in CallName]?: (parameters: CallParameters<Name>) => CallResult<Name> };

/** The client of a page's data. */
export function createPageClient(data: PageData): LabClient {
  const unpacked = new Map<string, PreviewBlock>();
  const cellOf = (id: string): PageCell => {
    const cell = data.cells.find(({ cellId }) => cellId === id);
    if (cell === undefined) throw new ContractError('not-found', `This page has no cell ${id}.`);
    return cell;
  };
  const blockOf = (cell: PageCell, at: number): PreviewBlock => {
    const key = `${cell.cellId} ${at}`;
    const block = unpacked.get(key) ?? unpackPreviews(cell.previews[at]);
    unpacked.set(key, block);
    if (unpacked.size > maxBlocks) unpacked.delete(unpacked.keys().next().value ?? '');
    return block;
  };
  let { settings } = data;
  const answers: Answers = {
    'app.info': () => data.info,
    'settings.read': () => settings,
    'settings.write': (patch) => (settings = { ...settings, ...patch }),
    'queue.read': () => data.queue,
    'notebook.list': () => [data.entry.card],
    'entry.columns': () => {
      const { cells, ...facts } = data.entry;
      return { ...facts, columns: columnsOfCells(cells) };
    },
    'entry.timelines': () => data.timelines,
    'entry.baselines': () => data.baselines,
    'entry.events': ({ cellId }) => cellOf(cellId).events,
    'regions.read': ({ cellId }) => cellOf(cellId).regions,
    'cell.truth': ({ cellId }) => {
      const { truth } = cellOf(cellId);
      if (truth === null) throw new ContractError('not-found', noTruthText);
      return truth;
    },
    'notes.read': () => data.notes,
    'findings.read': () => data.findings ?? noFindings,
    'previews.read': ({ cells }) =>
      cells.map(({ cellId, from, count }) => {
        const timeline = data.timelines.find((one) => one.cellId === cellId);
        const previews = timeline === undefined ? 0 : previewCount(timeline);
        const to = Math.min(from + count, previews);
        return readPreviews(cellOf(cellId), { from, to, previews }, blockOf);
      }),
  };
  return {
    call<Name extends CallName>(name: Name, parameters: CallParameters<Name>): Promise<CallResult<Name>> {
      const answer = answers[name] as ((parameters: CallParameters<Name>) => CallResult<Name>) | undefined;
      if (answer === undefined) {
        const words = 'An exported page only shows what it holds; open the entry in Creasebook for the rest.';
        return Promise.reject(new ContractError('refused', words));
      }
      return new Promise((resolve) => resolve(answer(parameters)));
    },
    listen: () => () => undefined,
    whenLost: () => undefined,
  };
}

/** Previews [from, to): each the last one here until then, with the epoch of that one. */
function readPreviews(
  cell: PageCell,
  { from, to, previews }: { readonly from: number; readonly to: number; readonly previews: number },
  blockOf: (cell: PageCell, at: number) => PreviewBlock,
): PreviewBlock {
  const sources = Array.from({ length: Math.max(0, to - from) }, (_, at) => {
    const kept = keptPreview(from + at, cell.every, previews);
    return { block: blockOf(cell, Math.floor(kept / pageBlockLength)), at: kept % pageBlockLength };
  });
  const { width, height, outputs } = sources[0]?.block ?? { width: 0, height: 0, outputs: 1 };
  const valueBytes = width * height * outputs;
  const boundaryBytes = Math.ceil((width * height) / 8);
  const values = new Uint8Array(sources.length * valueBytes);
  const boundary = new Uint8Array(sources.length * boundaryBytes);
  sources.forEach(({ block, at }, index) => {
    values.set(block.values.subarray(at * valueBytes, (at + 1) * valueBytes), index * valueBytes);
    boundary.set(
      block.boundary.subarray(at * boundaryBytes, (at + 1) * boundaryBytes),
      index * boundaryBytes,
    );
  });
  const epochs = Uint32Array.from(sources, ({ block, at }) => block.epochs[at]);
  return { cellId: cell.cellId, from, epochs, width, height, outputs, values, boundary };
}
