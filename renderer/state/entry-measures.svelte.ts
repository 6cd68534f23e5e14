/**
 * An entry's cells as charts over settings see them. Of large entries the last measures are known; those over time are read
 * when something is to be shown of other moments.
 */
import { lastMeasureNames } from '../../electron/contract/last-measures.ts';
import type { CellSummary, CellTimeline, SeriesBlock } from '../../electron/contract/entries.ts';
import type { ChartCell, Place } from '../../experiments/charts/chart-cell.ts';
import type { ChartChoice } from '../../experiments/charts/chart-data.ts';
import { namedMeasures, placeFromWord } from '../../experiments/charts/chart-request.ts';
import type { MeasureName } from '../../experiments/records/measures.ts';
import { chartCellOf } from '../model/chart-cells.ts';
import { MeasureSeries } from '../model/measure-series.ts';
import { momentPlace } from '../model/moment-place.ts';
import { translatedTime, type TimeAxis } from '../model/time-axis.ts';
import type { LabState } from './lab-state.svelte.ts';

/** What measures are about. */
export interface MeasuredEntry {
  cells(): readonly CellSummary[];
  /** Whether there are too many cells to read all of them with the entry. */
  isLarge(): boolean;
  timelines(): ReadonlyMap<string, CellTimeline>;
  /** The moment that is shown; null before time stands where the entry begins. */
  moment(): { readonly axis: TimeAxis; readonly time: number } | null;
  /** The cell by which moments are carried from one axis to another. */
  reference(): CellTimeline | undefined;
}

/** The cells of charts, and the measures of large entries over time. */
export class EntryMeasures {
  readonly #lab: LabState;
  readonly #entryId: string;
  readonly #entry: MeasuredEntry;
  /** What was read of a large entry; null before anything was. */
  #known = $state.raw<MeasureSeries | null>(null);
  /** The cells as they were made last: those of which nothing changed are kept. */
  #made: readonly ChartCell[] = [];
  /** In the order of the entry's cells. */
  readonly cells: readonly ChartCell[] = $derived.by(() => {
    const isLarge = this.#entry.isLarge();
    const timelines = isLarge ? null : this.#entry.timelines();
    const series = this.#known;
    const before = this.#made;
    this.#made = this.#entry
      .cells()
      .map((cell, at) => chartCellOf(cell, isLarge ? series?.cell(at) : timelines?.get(cell.id), before[at]));
    return this.#made;
  });
  /** Share of the cells whose records were read; null while nothing is being read. */
  progress = $state<number | null>(null);
  #reading: AbortController | null = null;
  /** What is being read. */
  #names: readonly MeasureName[] = [];
  readonly #wanted = new Set<MeasureName>();

  constructor(lab: LabState, entryId: string, entry: MeasuredEntry) {
    this.#lab = lab;
    this.#entryId = entryId;
    this.#entry = entry;
  }

  /**
   * Which of a cell's values 'last', 'late', 'best', an epoch or 'shown' mean: the moment that is shown, of many cells its
   * epoch, before it is known the end. Throws SelectionError for other words.
   */
  place(word: string): Place {
    const moment = this.#entry.moment();
    if (moment === null) return placeFromWord(word === 'shown' ? 'last' : word);
    const { axis, time } = moment;
    const reference = word === 'shown' && axis !== 'epoch' ? this.#entry.reference() : undefined;
    if (reference === undefined || !this.#entry.isLarge())
      return momentPlace(word, { axis, time }, this.#entry.timelines());
    return translatedTime(reference, axis, 'epoch', time);
  }

  /** Reads measures over time of a large entry where a chart shows others of them than the last ones. */
  want(names: readonly MeasureName[], place: Place): void {
    if (!this.#entry.isLarge() || this.#lab.isPage) return;
    const cells = this.#entry.cells();
    const isEnd = (epoch: number): boolean => cells.every(({ lastEpoch }) => (lastEpoch ?? 0) <= epoch);
    const isLast = place === 'last' || (typeof place === 'number' && isEnd(place));
    const told: readonly MeasureName[] = lastMeasureNames;
    for (const name of isLast ? names.filter((one) => !told.includes(one)) : names)
      if (this.#known?.has(name) !== true && !this.#names.includes(name)) this.#wanted.add(name);
    if (this.#wanted.size > 0 && this.#reading === null) void this.#read(cells.length);
  }

  /** Reads what a chart over a setting shows and what its filter asks for; without a choice the latter alone. */
  wantChart(choice: ChartChoice | null, where: string, place: Place): void {
    const shown = [choice?.x, choice?.y].flatMap((field) => (field?.kind === 'measure' ? [field.name] : []));
    this.want([...namedMeasures(where), ...shown, 'trainMse'], place);
  }

  /** Forgets what was read where cells have another number of snapshots now. */
  keepFor(snapshots: number): void {
    if (this.#known !== null && this.#known.snapshots !== snapshots) this.#known = null;
  }

  close(): void {
    this.#wanted.clear();
    this.#reading?.abort();
  }

  async #read(cells: number): Promise<void> {
    const names = [...this.#wanted];
    this.#names = names;
    this.#wanted.clear();
    const reading = new AbortController();
    this.#reading = reading;
    this.progress = 0;
    const blocks: SeriesBlock[] = [];
    try {
      await this.#lab.client.call(
        'entry.series',
        { entryId: this.#entryId, measures: names },
        {
          signal: reading.signal,
          onPart: (block) => {
            blocks.push(block);
            this.progress = Math.min(1, (block.from + block.starts.length - 1) / Math.max(1, cells));
          },
        },
      );
      const read = MeasureSeries.of(names, blocks);
      this.#known = this.#known?.with(read) ?? read;
    } catch (error) {
      this.#lab.fail(error);
    } finally {
      this.#reading = null;
      this.#names = [];
      this.progress = null;
    }
    if (this.#wanted.size > 0) await this.#read(cells);
  }
}
