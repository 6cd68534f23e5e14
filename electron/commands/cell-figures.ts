/** Last figures of the cells of an entry: from its index where that will do, else from their records. */
import type { EngineName } from '../../experiments/engines/engine.ts';
import type { CellRow } from '../../experiments/entries/cells-index.ts';
import type { EntryCell } from '../../experiments/entries/entry-schema.ts';
import { wholeTruth, type TruthMeasure } from '../../experiments/records/measures.ts';
import { parameterCount } from '../../experiments/network/shape.ts';
import type { CellState } from '../../experiments/records/snapshot.ts';
import { engineOfCell } from '../../experiments/sweeps/cell-engine.ts';
import { shapeOfCell } from '../../experiments/sweeps/cell-network.ts';
import { cellsAsTold } from '../lab/notebook/cells-as-told.ts';
import type { CellStore } from '../lab/notebook/cell-store.ts';
import type { ShownEntry } from '../lab/comparisons/shown-entry.ts';
import type { EntryStore } from '../lab/notebook/entry-store.ts';

/** What `show` tells of a cell. */
export interface CellFigures {
  readonly id: string;
  readonly label: string;
  readonly state: CellState;
  /** What trains it. */
  readonly engine: EngineName;
  readonly parameters: number;
  readonly epochs: number;
  readonly epoch: number | null;
  readonly trainMse: number | null;
  readonly validationMse: number | null;
  readonly truth: TruthMeasure | null;
  readonly distinctHashes: number | null;
  readonly snapshots: number;
  /** Those among them that were thinned, where there are any and the records were read. */
  readonly thinned?: number;
  /** On disk, with its share of key frames, previews and measures; and against its weights alone. */
  readonly bytesPerSnapshot: number | null;
  readonly bytesPerWeights: number | null;
  readonly seconds: number;
  readonly problems: readonly string[];
  /** Epoch, digest of the weights and link of every snapshot, where asked for. */
  readonly digests?: readonly (readonly [number, string, string])[];
}

/** What is known of a cell's records, wherever from. */
type Recorded = Omit<
  CellFigures,
  'id' | 'label' | 'engine' | 'parameters' | 'epochs' | 'bytesPerSnapshot' | 'bytesPerWeights'
> & {
  readonly storedBytes: number;
};

/** Records of so many cells are read in a moment, and what is damaged in them is told. */
const readUpTo = 1000;

/**
 * The figures of these cells of an entry; the digests of every snapshot where they are asked for. Cells of more than
 * `most` are opened only where the index does not tell all of them.
 */
export async function entryFigures(
  entry: EntryStore,
  withDigests: boolean,
  most = readUpTo,
  cells: readonly EntryCell[] = entry.json.cells,
): Promise<CellFigures[]> {
  if (withDigests || cells.length <= most) return shownFigures(entry, withDigests, cells);
  const told = await cellsAsTold(entry);
  const figures: CellFigures[] = [];
  for (const cell of cells) {
    const known = told.has(cell.id) ? maybeTold(cell, entry.told(cell.id)) : null;
    figures.push(cellFigures(cell, known ?? recorded(await entry.cell(cell.id), withDigests)));
  }
  return figures;
}

/** The figures of these cells of an entry or a comparison, from their records. */
export async function shownFigures(
  entry: Pick<ShownEntry, 'cell'>,
  withDigests: boolean,
  cells: readonly EntryCell[],
): Promise<CellFigures[]> {
  const figures: CellFigures[] = [];
  for (const cell of cells) figures.push(cellFigures(cell, recorded(await entry.cell(cell.id), withDigests)));
  return figures;
}

function cellFigures(cell: EntryCell, { storedBytes, ...known }: Recorded): CellFigures {
  const parameters = parameterCount(shapeOfCell(cell.config));
  const bytesPerSnapshot = known.snapshots === 0 ? null : storedBytes / known.snapshots;
  return {
    id: cell.id,
    label: cell.label,
    engine: engineOfCell(cell.config),
    parameters,
    epochs: cell.epochs,
    ...known,
    bytesPerSnapshot,
    bytesPerWeights: bytesPerSnapshot === null ? null : bytesPerSnapshot / (4 * parameters),
  };
}

const nothing = {
  epoch: null,
  trainMse: null,
  validationMse: null,
  truth: null,
  distinctHashes: null,
  snapshots: 0,
  storedBytes: 0,
  seconds: 0,
  problems: [],
} as const;

/** What the index says of a cell; null where that is not all that is to be shown. */
function maybeTold({ state }: EntryCell, row: CellRow | undefined): Recorded | null {
  if (row === undefined) return { ...nothing, state };
  const { figures, lastEpoch, snapshots, seconds, recordBytes, previewBytes } = row;
  // The truth of a snapshot before a cell's end was measured twice, and the index keeps one of them.
  if (figures?.truth?.stride !== 1) return null;
  const storedBytes = recordBytes + previewBytes;
  return { state, epoch: lastEpoch, snapshots, seconds, storedBytes, problems: [], ...figures };
}

function recorded(store: CellStore, withDigests: boolean): Recorded {
  const snapshots = store.index();
  const last = snapshots.at(-1);
  const { state, storedBytes } = store;
  const digests = withDigests
    ? { digests: snapshots.map((facts) => [facts.epoch, facts.weightsDigest, facts.link] as const) }
    : {};
  const thinned = snapshots.length - store.keptEpochs().length;
  const known = {
    ...(thinned === 0 ? {} : { thinned }),
    state,
    storedBytes,
    snapshots: snapshots.length,
    problems: store.problems.messages,
    ...digests,
  };
  if (last === undefined) return { ...nothing, ...known };
  const { trainMse, validationMse, distinctHashes } = last.metrics;
  const { epoch, seconds } = last;
  return {
    ...known,
    epoch,
    seconds,
    trainMse,
    validationMse,
    truth: wholeTruth(last.metrics),
    distinctHashes,
  };
}
