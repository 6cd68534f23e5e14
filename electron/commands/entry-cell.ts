/** Finding the entry, the cell and the epoch that a command talks about. */
import type { Network } from '../../experiments/network/shape.ts';
import { networkOfCell } from '../../experiments/sweeps/cell-network.ts';
import { sweepCellFrom } from '../../experiments/entries/entry-json.ts';
import type { SweepCell } from '../../experiments/sweeps/cell.ts';
import { pictureFromFile } from '../../experiments/targets/picture-file.ts';
import type { Picture } from '../../experiments/targets/picture.ts';
import type { ComputePool } from '../compute/compute-pool.ts';
import { weightsEngine, snapshotsAround, weightsAt } from '../lab/notebook/cell-weights.ts';
import type { CellStore } from '../lab/notebook/cell-store.ts';
import type { EntryStore } from '../lab/notebook/entry-store.ts';
import { shownEntry, type ShownEntry } from '../lab/comparisons/shown-entry.ts';
import { openNotebook, type Notebook } from '../lab/notebook/notebook.ts';
import type { Arguments } from './arguments.ts';
import { remark } from './console-output.ts';
import { isNetworkFile, networkFromFile, type NetworkOfFile } from './network-file.ts';
import { UserError } from './user-error.ts';

/** Calls `use` with the entry of the first positional, opened for reading, and its notebook. */
export async function withEntry<Result>(
  args: Arguments,
  mode: 'read' | 'write',
  use: (entry: EntryStore, notebook: Notebook) => Promise<Result>,
): Promise<Result> {
  const notebook = await openNotebook(args.notebook(), { mode });
  try {
    return await use(await notebook.find(args.positional(0)), notebook);
  } finally {
    await notebook.close();
  }
}

/** Calls `use` with the entry or the comparison of the first positional, opened for reading, and its notebook. */
export async function withShown<Result>(
  args: Arguments,
  use: (entry: ShownEntry, notebook: Notebook) => Promise<Result>,
): Promise<Result> {
  const notebook = await openNotebook(args.notebook(), { mode: 'read' });
  try {
    const shown = await shownEntry(notebook, args.positional(0));
    remarkOnComparison(shown);
    return await use(shown, notebook);
  } finally {
    await notebook.close();
  }
}

/** Says what a comparison does not show. */
export function remarkOnComparison({ comparison }: Pick<ShownEntry, 'comparison'>): void {
  if (comparison === undefined) return;
  const { missing, repeated } = comparison;
  if (missing.length > 0)
    remark(
      `not in the notebook: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ` and ${missing.length - 5} more` : ''}`,
    );
  if (repeated > 0)
    remark(`${repeated === 1 ? '1 cell is' : `${repeated} cells are`} in several entries and shown once`);
}

/** A cell of an entry with its records. */
export interface OpenCell {
  readonly cell: SweepCell;
  readonly store: CellStore;
}

/** The cell that --cell names by a beginning of its id; the only cell where there is one. */
export async function cellFromArguments(entry: ShownEntry, args: Arguments): Promise<OpenCell> {
  const { cells } = entry.json;
  const given = args.text('cell');
  if (given === undefined && cells.length > 1) {
    const known = cells.map(({ id, label }) => `${id} (${label})`).join(', ');
    throw new UserError(`--cell is missing; the cells are ${known}`);
  }
  const store = await entry.cell(given ?? cells[0]?.id ?? '');
  const json = cells.find(({ id }) => id === store.id);
  if (json === undefined) throw new UserError(`the entry has no cell ${given}`);
  return { cell: sweepCellFrom(json), store };
}

/** The epoch that --epoch names ('last' where none is given); any epoch the cell has reached. */
export function epochFromArguments(store: CellStore, args: Arguments): number {
  const last = store.index().at(-1)?.epoch;
  if (last === undefined) throw new UserError(`cell ${store.id} has no snapshot yet; run its sweep first`, 1);
  const text = args.text('epoch');
  if (text === undefined || text === 'last') return last;
  return args.whole('epoch', 0, last) ?? last;
}

/** The network of a cell at an epoch, trained again from a key frame where no snapshot holds it. */
export async function networkAt(
  entry: ShownEntry,
  { cell, store }: OpenCell,
  epoch: number,
  pool: ComputePool,
): Promise<Network> {
  const engine = weightsEngine(pool, await pictureOfCell(entry, cell));
  const { weights, obstacle } = await weightsAt(cell, store, epoch, engine);
  if (obstacle !== null) {
    const [before, after] = snapshotsAround(store, epoch);
    const what = store.factsOf(epoch) === undefined ? 'lies between snapshots' : 'was thinned';
    throw new UserError(
      `epoch ${epoch} of cell ${cell.id} ${what}, and only the GPU that trained it brings it back: ${obstacle} The nearest snapshots are at epochs ${before} and ${after}.`,
      1,
    );
  }
  return networkOfCell(cell.config, weights);
}

/** The network that a command is about: that of a file, or of a cell of an entry at --epoch. */
export function networkFromArguments(args: Arguments, pool: ComputePool): Promise<NetworkOfFile> {
  if (isNetworkFile(args.positional(0))) return networkFromFile(args.positional(0), args);
  return withEntry(args, 'read', async (entry) => {
    const open = await cellFromArguments(entry, args);
    const network = await networkAt(entry, open, epochFromArguments(open.store, args), pool);
    return { network, slopeSource: 'file' as const };
  });
}

/** The picture that a cell's labels come from. */
export async function pictureOfCell(entry: ShownEntry, cell: SweepCell): Promise<Picture> {
  return pictureFromFile(await entry.targetPicture(cell.config.target));
}
