/** A lab without a disk and without training: one large entry whose previews are patterns, for measuring the renderer. */
import { join } from 'node:path';
import { programRoot } from '../../electron/program/assets.ts';
import { ContractError } from '../../electron/contract/contract.ts';
import { columnsOfCells } from '../../electron/contract/cell-columns.ts';
import { lastMeasureNames, type LastMeasures } from '../../electron/contract/last-measures.ts';
import type {
  CellSummary,
  CellTimeline,
  EntryCard,
  EntryDetail,
  SeriesBlock,
} from '../../electron/contract/entries.ts';
import type { PreviewBlock } from '../../electron/contract/frames.ts';
import { untoldQueue } from '../../electron/contract/queue-change.ts';
import { createEventHub } from '../../electron/contract/event-hub.ts';
import { createRouter, type CallHandlers } from '../../electron/lab/calls/router.ts';
import { serveLab } from '../../electron/serve/server.ts';
import { forMeasures, type MeasureName } from '../../experiments/records/measures.ts';
import { smallConfig } from '../experiments/sweeps/cell-jobs.ts';

const entryId = '00000001';
const side = 128;
const patterns = 64;

export interface SyntheticEntry {
  readonly columns: number;
  readonly rows: number;
  readonly snapshots: number;
}

const pointCounts = [5000, 2500, 1250, 625, 312, 156, 78, 39];

function cellsOf({ columns, rows, snapshots }: SyntheticEntry): CellSummary[] {
  const cells = Array.from({ length: columns * rows }, (_, at): CellSummary => {
    const points = pointCounts[at % columns] ?? 40 + 7 * (at % columns);
    const seed = 1 + Math.floor(at / columns);
    return {
      id: at.toString(16).padStart(16, '0'),
      label: `[30]*30, ${points} points, seed ${seed}`,
      axes: { points, seed },
      state: 'finished',
      epochs: 10 * (snapshots - 1),
      lastEpoch: 10 * (snapshots - 1),
      snapshots,
      seconds: 100,
      config: { ...smallConfig, data: { ...smallConfig.data, points }, seed },
      parameters: 27_091,
      stepsPerEpoch: Math.ceil(points / 1024),
      failure: null,
      problem: null,
      last: null,
    };
  });
  return cells.map((cell) => ({ ...cell, last: lastOf(timelineOf(cell, 0)) }));
}

/** What is told of a cell without its timeline. */
function lastOf({ measures, epochs }: CellTimeline): LastMeasures {
  const [trainMse, validationMse, truthMse, iou, distinctHashes] = lastMeasureNames.map(
    (name) => measures[name][epochs.length - 1],
  );
  return { trainMse, validationMse, truthMse, iou, distinctHashes };
}

/** Measures over time of 500 cells from one on. */
function seriesOf(cells: readonly CellSummary[], from: number, names: readonly MeasureName[]): SeriesBlock {
  const timelines = cells.slice(from, from + 500).map((cell) => timelineOf(cell, 0));
  const starts = [0];
  for (const { epochs } of timelines) starts.push(starts[starts.length - 1] + epochs.length);
  return {
    from,
    starts: Uint32Array.from(starts),
    epochs: Uint32Array.from(timelines.flatMap(({ epochs }) => [...epochs])),
    seconds: Float32Array.from(timelines.flatMap(({ seconds }) => [...seconds])),
    values: names.map((name) => Float32Array.from(timelines.flatMap(({ measures }) => [...measures[name]]))),
  };
}

function timelineOf(cell: CellSummary, from: number): CellTimeline {
  const length = cell.snapshots - from;
  const epochs = Uint32Array.from({ length }, (_, at) => 10 * (from + at));
  const falling = (scale: number): Float32Array =>
    Float32Array.from(epochs, (epoch) => scale / (1 + epoch / 50) + 0.002);
  const trained = Uint32Array.from({ length: 10 * (length - 1) }, (_, at) => 10 * from + at + 1);
  return {
    cellId: cell.id,
    from,
    epochs,
    steps: Float64Array.from(epochs, (epoch) => epoch * cell.stepsPerEpoch),
    samples: Float64Array.from(epochs, (epoch) => epoch * cell.config.data.points),
    seconds: Float64Array.from(epochs, (epoch) => epoch / 60),
    keyFrames: Uint8Array.from(epochs, (_, at) => Number(at % 25 === 0)),
    previews: Uint32Array.from(epochs, (_, at) => from + at),
    measures: {
      ...forMeasures(() => falling(1)),
      trainMse: falling(0.9),
      truthMse: falling(1.1 + Math.sin(cell.config.data.points / 90) * Math.cos(cell.config.seed / 14)),
      iou: Float32Array.from(epochs, (epoch) => epoch / (epoch + 900)),
      distinctHashes: Float32Array.from(epochs, (epoch) => 2000 + epoch),
    },
    gradientNorms: Float32Array.from({ length: 2 * length }, () => 1),
    layers: 2,
    trained: {
      epochs: trained,
      losses: Float32Array.from(trained, (epoch) => 1 / (1 + epoch / 50) + 0.002 * (epoch % 7)),
      gradientNorms: Float32Array.from(trained, () => 1),
    },
    spikes: Uint32Array.of(1000, 2500),
  };
}

/** Rings with creases through them, different for every pattern. */
function patternPlanes(): { readonly values: Uint8Array; readonly boundary: Uint8Array } {
  const pixels = side * side;
  const values = new Uint8Array(patterns * pixels);
  const boundary = new Uint8Array((patterns * pixels) / 8);
  for (let pattern = 0; pattern < patterns; pattern++) {
    for (let at = 0; at < pixels; at++) {
      const x = (at % side) / side - 0.5;
      const y = Math.floor(at / side) / side - 0.5;
      const distance = Math.abs(Math.hypot(x, y) - 0.1 - 0.004 * pattern);
      values[pattern * pixels + at] = Math.min(255, Math.round(3000 * distance));
      const isCrease =
        (((at * 7 + pattern * 13) % 23) * ((at % side) * 3 + pattern + Math.floor(at / side))) % 11 === 0;
      if (isCrease) boundary[(pattern * pixels + at) >> 3] |= 128 >> (at & 7);
    }
  }
  return { values, boundary };
}

function blockReader(planes: ReturnType<typeof patternPlanes>, snapshots: number) {
  const pixels = side * side;
  return (cellId: string, from: number, count: number): PreviewBlock => {
    const length = Math.max(0, Math.min(count, snapshots - from));
    const values = new Uint8Array(length * pixels);
    const boundary = new Uint8Array((length * pixels) / 8);
    for (let at = 0; at < length; at++) {
      const pattern = (from + at + Number.parseInt(cellId, 16)) % patterns;
      values.set(planes.values.subarray(pattern * pixels, (pattern + 1) * pixels), at * pixels);
      boundary.set(
        planes.boundary.subarray((pattern * pixels) / 8, ((pattern + 1) * pixels) / 8),
        (at * pixels) / 8,
      );
    }
    const epochs = Uint32Array.from({ length }, (_, at) => 10 * (from + at));
    return { cellId, from, epochs, width: side, height: side, outputs: 1, values, boundary };
  };
}

/** Serves the entry; a link opens it in one browser. */
export async function syntheticLab(
  entry: SyntheticEntry,
  rendererFolder = join(programRoot(), 'dist', 'renderer'),
): Promise<{ newLink(): string; close(): Promise<void>; readonly entryId: string }> {
  const cells = cellsOf(entry);
  const readBlock = blockReader(patternPlanes(), entry.snapshots);
  const card: EntryCard = {
    id: entryId,
    title: 'synthetic',
    name: 'synthetic',
    tags: [],
    created: '2026-11-20T20:00:00.000Z',
    counts: { finished: cells.length },
    cover: { columns: entry.columns, cellIds: cells.map(({ id }) => id) },
    isComparison: false,
    trashed: false,
    problem: null,
  };
  const detail: EntryDetail = {
    card,
    axes: [
      {
        name: 'points',
        values: Array.from({ length: entry.columns }, (_, at) => cells[at].config.data.points),
      },
      { name: 'seed', values: Array.from({ length: entry.rows }, (_, at) => at + 1) },
    ],
    cells,
    truthless: [],
    snapshots: {
      policy: { kind: 'every', epochs: 10 },
      keyFrameEvery: 25,
      previewSize: side,
      truthStride: 4,
    },
    sweepYaml: '',
    formula: null,
    comparison: null,
    environment: {},
    alteredOutside: [],
    receipts: [],
  };
  const known: Partial<CallHandlers> = {
    'app.info': async () => ({
      version: '0.0.0',
      shell: 'browser',
      platform: 'test',
      engine: { name: 'wasm', description: 'none' },
      cores: 1,
      exampleEntryId: null,
      notebook: { folder: 'nowhere', readOnlyBecause: null },
    }),
    'settings.read': async () => ({
      ...{ theme: 'light', map: 'grey', singleKeys: true, timeAxis: 'epoch' },
      places: [],
    }),
    'queue.read': async () => untoldQueue,
    'notebook.list': async () => [card],
    'notebook.disk': async () => ({ entryBytes: 0, trashBytes: 0, entries: [], freeBytes: 0 }),
    'entry.columns': async () => {
      const { cells, ...facts } = detail;
      return { ...facts, columns: columnsOfCells(cells) };
    },
    'entry.series': async ({ measures }, { part }) => {
      for (let from = 0; from < detail.cells.length; from += 500)
        part(seriesOf(detail.cells, from, measures));
      return null;
    },
    'entry.timelines': async ({ cells: wanted }) =>
      wanted.flatMap(({ cellId, from }) => {
        const cell = cells.find(({ id }) => id === cellId);
        return cell === undefined ? [] : [timelineOf(cell, from)];
      }),
    'entry.baselines': async () => [],
    'notes.read': async () => ({ text: '', revision: '', undoable: false }),
    'previews.read': async ({ cells: wanted }) =>
      wanted.map(({ cellId, from, count }) => readBlock(cellId, from, count)),
    'previews.last': async ({ cellIds }) => cellIds.map((id) => readBlock(id, entry.snapshots - 1, 1)),
  };
  const handlers = new Proxy(known, {
    get: (target, name) =>
      Reflect.get(target, name) ??
      (async () => {
        throw new ContractError('cancelled', 'Not in the synthetic lab.');
      }),
  }) as CallHandlers;
  const server = await serveLab({ router: createRouter(handlers), events: createEventHub(), rendererFolder });
  return { entryId, newLink: () => server.newLink(), close: () => server.close() };
}
