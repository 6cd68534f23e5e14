/** Entries whose cells GPU and CPU share: a cell stays with the engine that it has begun on. */
import type { DeterminismClass } from '../../../experiments/engines/engine.ts';
import { sweepCellFrom } from '../../../experiments/entries/entry-json.ts';
import { cellOnEngine, engineOfCell } from '../../../experiments/sweeps/cell-engine.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { parseSweep } from '../../../experiments/sweeps/sweep.ts';
import type { EntryStore } from '../notebook/entry-store.ts';
import type { Notebook } from '../notebook/notebook.ts';

/** The newest entry that a split sweep goes on with, or null, and its cells, each on the engine that it has there. */
export async function splitEntry(
  notebook: Notebook,
  name: string,
  cells: readonly SweepCell[],
  wanted: DeterminismClass,
): Promise<{ readonly known: EntryStore | null; readonly cells: readonly SweepCell[] }> {
  const others = cells.map((cell) => {
    const other = engineOfCell(cell.config) === 'webgpu' ? 'wasm' : 'webgpu';
    return cellOnEngine(cell, other, wanted);
  });
  const ids = [...cells, ...others].map(({ id }) => id);
  const known = await notebook.findForSweep(name, ids);
  if (known === null) return { known, cells };
  // A cell that was moved to the CPU stands before the one that it replaces.
  const places = new Map(known.json.cells.map(({ id }, at) => [id, at]));
  const placeOf = ({ id }: SweepCell): number => places.get(id) ?? Infinity;
  return {
    known,
    cells: cells.map((cell, at) => (placeOf(others[at]) < placeOf(cell) ? others[at] : cell)),
  };
}

/** Puts the CPU's cell in the place of one that the GPU cannot finish; that one stays behind it, as failed. */
export async function moveToCpu(entry: EntryStore, cellId: string): Promise<SweepCell | null> {
  const json = entry.json.cells.find(({ id }) => id === cellId);
  if (json === undefined) return null;
  const { determinism } = parseSweep(entry.sweepText).training;
  const moved = cellOnEngine(sweepCellFrom(json), 'wasm', determinism);
  await entry.replaceCell(cellId, moved);
  return moved;
}

/** What became of a cell that was moved. */
export function movedText({ id }: SweepCell): string {
  return `The CPU trains it from the beginning, as cell ${id}.`;
}
