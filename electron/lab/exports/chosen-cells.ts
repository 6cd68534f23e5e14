/** The cells of an entry that a filter means, as `points <= 1250 and IoU > .5`: of which commands show, draw, export or verify some. */
import type { ChartCell } from '../../../experiments/charts/chart-cell.ts';
import { fieldAt } from '../../../experiments/charts/chart-cell.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import { toldState } from '../../../experiments/records/cell-state.ts';
import { FieldNames, fieldsOf, settingsOf, type Field } from '../../../experiments/selection/fields.ts';
import { filterFrom, type FilterSubject } from '../../../experiments/selection/filter.ts';
import { SelectionError } from '../../../experiments/selection/selection-error.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import type { ShownEntry } from '../comparisons/shown-entry.ts';
import { entryChartCell } from './chart-cells.ts';

/** A cell, and what its records say once they were read. */
interface Candidate {
  readonly cell: SweepCell;
  readonly recorded: ChartCell | null;
}

/** Fields of cells by name, and whether any of those that a filter asked for needs records. */
class CellFields implements FilterSubject<Candidate> {
  readonly #names: FieldNames;
  needsRecords = false;

  constructor(cells: readonly SweepCell[]) {
    this.#names = new FieldNames(fieldsOf(cells.map(settingsOf)));
  }

  get names(): readonly string[] {
    return this.#names.words;
  }

  reader(name: string): ReturnType<FilterSubject<Candidate>['reader']> {
    const field = this.#names.find(name);
    if (field === undefined) return undefined;
    if (!isPlanned(field)) this.needsRecords = true;
    return (candidate) => valueOf(candidate, field);
  }

  texts({ cell: { id, label } }: Candidate): readonly string[] {
    return [id, label];
  }
}

/** Whether a field is known before anything was recorded. */
function isPlanned({ kind, name }: Field): boolean {
  return kind === 'setting' || name === 'id' || name === 'label';
}

function valueOf({ cell, recorded }: Candidate, field: Field): ReturnType<typeof fieldAt> {
  if (field.kind === 'setting') return settingsOf(cell)[field.name] ?? null;
  if (field.name === 'id' || field.name === 'label') return cell[field.name];
  return recorded === null ? null : fieldAt(recorded, field, 'last');
}

function noneLeft(where: string): SelectionError {
  return new SelectionError(`no cell passes the filter '${where}'`);
}

/** The planned cells that a filter means; all where there is none. Throws SelectionError, also where it asks for what only records tell. */
export function plannedCells(cells: readonly SweepCell[], where: string | undefined): readonly SweepCell[] {
  if (where === undefined) return cells;
  const fields = new CellFields(cells);
  const passes = filterFrom(where, fields);
  if (fields.needsRecords)
    throw new SelectionError(
      `'${where}' asks for what is recorded; cells to be trained are chosen by settings`,
    );
  const chosen = cells.filter((cell) => passes({ cell, recorded: null }));
  if (chosen.length === 0) throw noneLeft(where);
  return chosen;
}

/**
 * The cells of an entry that a filter means, measures being those of their last snapshots; all where there is none.
 * Records are read where the filter asks for what they say. Throws SelectionError, LabError.
 */
export async function chosenCells(
  entry: ShownEntry,
  where: string | undefined,
): Promise<readonly EntryCell[]> {
  const { cells } = entry.json;
  if (where === undefined) return cells;
  const fields = new CellFields(cells);
  const passes = filterFrom(where, fields);
  const chosen: EntryCell[] = [];
  for (const cell of cells) {
    const read = fields.needsRecords ? await entryChartCell(entry, cell) : null;
    const recorded = read === null ? null : { ...read, state: toldState(read.state, false) };
    if (passes({ cell, recorded })) chosen.push(cell);
  }
  if (chosen.length === 0) throw noneLeft(where);
  return chosen;
}

/** As chosenCells, with how they were chosen in words; '' where all are. */
export async function filteredCells(
  entry: ShownEntry,
  where: string | undefined,
): Promise<{ readonly cells: readonly EntryCell[]; readonly chosen: string }> {
  const cells = await chosenCells(entry, where);
  return { cells, chosen: where === undefined ? '' : `cells where ${where}` };
}
