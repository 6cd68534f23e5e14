/** Derived measures of an entry's cells: computed from stored weights, kept beside the records. */
import { dirname, join } from 'node:path';
import { sweepCellFrom } from '../../../experiments/entries/entry-json.ts';
import type { EntryCell } from '../../../experiments/entries/entry-schema.ts';
import type { NeededFamily } from '../../../experiments/findings/needed-measures.ts';
import { spreadOrder } from '../../../experiments/polytopes/region-counts.ts';
import {
  measureFamilies,
  singleFamilies,
  type DerivedValues,
  type MeasureFamily,
} from '../../../experiments/records/derived-measures.ts';
import { maybeDerivedTable, type DerivedTable } from '../../../experiments/records/derived-table.ts';
import type { Engine } from '../../../experiments/engines/engine.ts';
import { numericsVersion } from '../../../experiments/engines/wasm/numerics-version.ts';
import type { SweepCell } from '../../../experiments/sweeps/cell.ts';
import { createCellTrainer, networkOfCell } from '../../../experiments/sweeps/cell-network.ts';
import { flickerValues, noFlicker } from '../../../experiments/sweeps/flicker-values.ts';
import { LabError } from '../disk/lab-error.ts';
import {
  derivedValues,
  measuredSubject,
  type MeasuredSubject,
  type MeasuringTools,
} from '../../../experiments/sweeps/derived-values.ts';
import { pictureFromFile } from '../../../experiments/targets/picture-file.ts';
import type { Picture } from '../../../experiments/targets/picture.ts';
import type { CellStore } from '../notebook/cell-store.ts';
import { measureTableFile } from '../notebook/findings-files.ts';
import { measureTable, measureText, writeMeasureTable } from '../notebook/measure-files.ts';
import type { EntryStore } from '../notebook/entry-store.ts';

/** What measuring is done with, and how it is followed and stopped. */
export interface Measuring {
  readonly tools: MeasuringTools;
  readonly signal: AbortSignal;
  onProgress(done: number, of: number): void;
}

/** The folder of a cell. */
function folderOf(entry: EntryStore, cell: string): string {
  return dirname(dirname(join(entry.path, measureTableFile(cell, 'function'))));
}

function readTable(entry: EntryStore, cell: string, family: MeasureFamily): Promise<DerivedTable> {
  return measureTable(entry.fileSystem, folderOf(entry, cell), family);
}

/** What is known of a cell's derived measures, by epoch. */
export async function knownMeasures(entry: EntryStore, cell: string): Promise<DerivedTable> {
  const known = new Map<number, DerivedValues>();
  for (const family of measureFamilies) {
    for (const [epoch, values] of await readTable(entry, cell, family))
      known.set(epoch, { ...known.get(epoch), ...values });
  }
  return known;
}

/** What is to be computed: a family at snapshots of a cell, those that spread best first. */
interface Task {
  readonly cell: EntryCell;
  readonly family: MeasureFamily;
  readonly epochs: readonly number[];
}

/** Fills the tables of finished and other cells as far as it is asked for; how many rows were computed. Stops between rows. */
export async function fillMeasures(
  entry: EntryStore,
  needed: readonly NeededFamily[],
  cells: readonly EntryCell[],
  { tools, signal, onProgress }: Measuring,
): Promise<number> {
  const tasks: Task[] = [];
  for (const cell of cells) for (const need of needed) tasks.push(await taskOf(entry, cell, need));
  const all = tasks.reduce((sum, { epochs }) => sum + epochs.length, 0);
  const subjects = subjectMaker(entry);
  let done = 0;
  for (const { cell, family, epochs } of tasks) {
    if (epochs.length === 0) continue;
    const table = new Map(await readTable(entry, cell.id, family));
    const subject = await subjects(cell);
    const store = await entry.cell(cell.id);
    for (const epoch of epochs) {
      if (signal.aborted) break;
      table.set(epoch, await valuesAt(cell, store, epoch, family, tools, subject));
      onProgress((done += 1), all);
    }
    await writeMeasureTable(entry.fileSystem, folderOf(entry, cell.id), family, table);
    if (signal.aborted) break;
  }
  return done;
}

/** How many rows `fillMeasures` would compute. */
export async function missingRows(entry: EntryStore, needed: readonly NeededFamily[]): Promise<number> {
  let rows = 0;
  for (const cell of entry.json.cells)
    for (const need of needed) rows += (await taskOf(entry, cell, need)).epochs.length;
  return rows;
}

async function taskOf(entry: EntryStore, cell: EntryCell, need: NeededFamily): Promise<Task> {
  const facts = (await entry.cell(cell.id))
    .index()
    .filter((one) => !one.isThinned && (need.epochs !== 'key' || one.keyFrame));
  const epochs = facts.map(({ epoch }) => epoch);
  const known = await readTable(entry, cell.id, need.family);
  const wanted =
    need.epochs === 'last' || singleFamilies.includes(need.family)
      ? epochs.slice(-1)
      : spreadOrder(epochs.length).map((at) => epochs[at]);
  return { cell, family: need.family, epochs: wanted.filter((epoch) => !known.has(epoch)) };
}

/** Subjects of cells; pictures are read once, and a cell's subject serves as long as it is asked for. */
function subjectMaker(entry: EntryStore): (cell: EntryCell) => Promise<MeasuredSubject> {
  const pictures = new Map<string, Picture>();
  let last: { readonly id: string; readonly subject: MeasuredSubject } | null = null;
  return async (json) => {
    if (last?.id === json.id) return last.subject;
    const { config } = sweepCellFrom(json);
    const picture = pictures.get(config.target) ?? pictureFromFile(await entry.targetPicture(config.target));
    pictures.set(config.target, picture);
    const subject = measuredSubject(config, picture, entry.json.snapshots.previewSize);
    last = { id: json.id, subject };
    return subject;
  };
}

async function valuesAt(
  json: EntryCell,
  store: CellStore,
  epoch: number,
  family: MeasureFamily,
  tools: MeasuringTools,
  subject: MeasuredSubject,
): Promise<DerivedValues> {
  const snapshot = await store.snapshot(epoch);
  if (snapshot === null) throw new RangeError(`There is no snapshot of epoch ${epoch}.`);
  if (family === 'flicker') return flickerOf(sweepCellFrom(json), store, epoch, tools.engine, subject);
  return derivedValues(family, tools, networkOfCell(sweepCellFrom(json).config, snapshot.weights), subject);
}

/** The measures of spikes up to an epoch; undefined where they cannot be trained again here, or epochs hide the order. */
async function flickerOf(
  { config }: SweepCell,
  store: CellStore,
  epoch: number,
  engine: Engine,
  { sampled }: MeasuredSubject,
): Promise<DerivedValues> {
  if (config.numerics !== numericsVersion || config.data.points > config.training.batchSize) return noFlicker;
  const losses: number[] = [];
  for (const facts of store.index()) {
    if (facts.epoch > epoch) break;
    // The loss of an epoch is that of the weights before it.
    for (const told of facts.metrics.epochs) losses.push(told.loss);
  }
  return flickerValues({
    losses,
    seed: config.seed,
    networksFrom: async (from, count) => {
      const state = await store.keyFrameAtOrBefore(from);
      if (state === null) throw new LabError('damaged', `No key frame is left at or before epoch ${from}.`);
      const trainer = await createCellTrainer(engine, config, sampled, state.state);
      try {
        await trainer.runEpochs(from - state.state.epoch);
        const networks = [networkOfCell(config, (await trainer.state()).parameters)];
        while (networks.length <= count) {
          await trainer.runEpochs(1);
          networks.push(networkOfCell(config, (await trainer.state()).parameters));
        }
        return networks;
      } finally {
        trainer.dispose();
      }
    },
  });
}

/** What a cell's kept tables and its weights say differently. */
export interface MeasuredAgain {
  readonly cell: string;
  /** Rows that were computed again. */
  readonly rows: number;
  readonly differences: readonly MeasureDifference[];
}

/** A place in a table: its file, the epoch (null: the whole file), and what is wrong there. */
export interface MeasureDifference {
  readonly file: string;
  readonly epoch: number | null;
  readonly message: string;
}

/** Computes kept rows of cells again, `most` of each table (null: all), those that spread best. */
export async function measuredAgain(
  entry: EntryStore,
  cells: readonly EntryCell[],
  { tools, signal, onProgress }: Measuring,
  most: number | null,
): Promise<MeasuredAgain[]> {
  const subjects = subjectMaker(entry);
  const found: MeasuredAgain[] = [];
  let done = 0;
  for (const cell of cells) {
    const differences: MeasureDifference[] = [];
    let rows = 0;
    for (const family of measureFamilies) {
      const text = await measureText(entry.fileSystem, folderOf(entry, cell.id), family);
      if (text === null) continue;
      const file = measureTableFile(cell.id, family);
      const table = maybeDerivedTable(family, text);
      if (table === null) {
        differences.push({ file, epoch: null, message: 'it was changed, or another version wrote it' });
        continue;
      }
      const store = await entry.cell(cell.id);
      const subject = await subjects(cell);
      // What was measured before a snapshot was thinned has no weights any more that it could be compared with.
      const known = [...table].filter(([epoch]) => store.factsOf(epoch)?.isThinned !== true);
      for (const at of spreadOrder(known.length).slice(0, most ?? known.length)) {
        signal.throwIfAborted();
        const [epoch, told] = known[at];
        if (store.factsOf(epoch) === undefined) {
          differences.push({ file, epoch, message: 'there is no such snapshot' });
          continue;
        }
        const values = await valuesAt(cell, store, epoch, family, tools, subject);
        for (const name of differentColumns(told, values))
          differences.push({ file, epoch, message: `${name} is another one` });
        onProgress((done += 1), done);
        rows += 1;
      }
    }
    found.push({ cell: cell.id, rows, differences });
  }
  return found;
}

function differentColumns(told: DerivedValues, values: DerivedValues): string[] {
  const [kept, computed] = [new Map(Object.entries(told)), new Map(Object.entries(values))];
  return [...computed].flatMap(([name, value]) => (Object.is(kept.get(name), value) ? [] : [name]));
}
