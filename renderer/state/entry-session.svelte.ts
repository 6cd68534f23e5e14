/** One entry that is looked at: its cells, its time, what its cells draw. Lives while any screen of the entry is open. */
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { AxisValue } from '../../experiments/sweeps/cell.ts';
import type {
  CellBaselines,
  CellSummary,
  CellTimeline,
  EntryDetail,
  SweepAxis,
} from '../../electron/contract/entries.ts';
import { toldState } from '../../experiments/records/cell-state.ts';
import type { CellState } from '../../experiments/records/snapshot.ts';
import type { View } from '../../experiments/engines/engine.ts';
import { gridPlan, laidOut, suitedChoice, type GridChoice, type GridPlan } from '../model/grid-axes.ts';
import { colourAxis, sweptColours, type SweptColour } from '../../experiments/charts/swept-colours.ts';
import { varyingAxes } from '../../experiments/sweeps/swept-axes.ts';
import type { EntryView } from '../model/route.ts';
import type { PicturePlace } from '../model/picture-place.ts';
import { axisPositions, shownMoment, timeOfEpoch, type ShownMoment } from '../model/time-axis.ts';
import { cellReader } from '../../electron/contract/cell-columns.ts';
import { EntryBaselines } from './entry-baselines.svelte.ts';
import { EntryMeasures } from './entry-measures.svelte.ts';
import { inSlices } from '../model/in-slices.ts';
import { formatCount } from '../model/number-text.ts';
import { marksOfEntry, notesWithMarker, type TimelineMark } from '../model/timeline-marks.ts';
import type { Ground, PaintStyle } from '../paint/paint-style.ts';
import { GridPainter, type PaintedCell, type ShownPicture } from '../paint/grid-painter.ts';
import { paintedCell, paintingState } from './painted-cells.ts';
import { Rereading } from './rereading.ts';
import { EntryTimelines } from './entry-timelines.svelte.ts';
import type { LabState } from './lab-state.svelte.ts';
import type { NotesState } from './notes-state.svelte.ts';
import { openNotes } from './notes-shelf.ts';
import { Scrubber } from './scrubber.svelte.ts';

/** Of more cells than these a heat map is shown first, and only what is shown of them is read. */
export const mostPictures = 256;
/** An entry of many cells is read again at most this often while they train. */
const pauseMs = 1000;
const noPlan: GridPlan<CellSummary> = { columns: [], rows: [], cells: [] };

/** An opened entry in the page: its cells, timelines, scrubber and notes. */
export class EntrySession {
  readonly entryId: string;
  readonly lab: LabState;
  readonly notes: NotesState;
  readonly scrubber: Scrubber;
  readonly painter: GridPainter;
  detail = $state.raw<EntryDetail | null>(null);
  /** Why the entry cannot be shown; null while it can. */
  problem = $state<string | null>(null);
  choice = $state.raw<GridChoice>({ x: null, y: null, outerX: null, outerY: null, held: {} });
  ground = $state<Ground>('prediction');
  creases = $state(true);
  selectedId = $state<string | null>(null);
  /** Cells that were chosen in the table or in a chart; empty where none were. */
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  /** What is beside the grid, as the address names it. */
  view = $state.raw<EntryView>({});
  /** The part of the plane that the cell in front is to show next; null where it decides itself. */
  wantedView = $state.raw<View | null>(null);
  /** Whether time stands where the entry begins, and may be moved. */
  isStarted = $state(false);
  /** What every canvas really shows. */
  readonly shown = new SvelteMap<string, ShownPicture>();
  /** Width by height of the pictures; 1 until the first is there. */
  aspect = $state(1);
  /** Pictures beside one another in the grid. */
  across = $state(1);
  /** Exact frames of the grid that are still being computed. */
  missingFrames = $state(0);
  /** Goes up whenever previews came. */
  previewsArrived = $state(0);
  readonly #timelines: EntryTimelines;
  /** Cells as charts over settings see them. */
  readonly measures: EntryMeasures;
  readonly #baselines: EntryBaselines;
  readonly #rereading = new Rereading(async () => {
    await this.load();
    return this.isLarge ? pauseMs : 0;
  });
  readonly #stops: (() => void)[];

  /** States of this entry's cells in the queue, which knows them first: a text, so that progress alone changes nothing. */
  readonly #queuedStates: string = $derived.by(() =>
    this.lab.queue.items
      .filter(({ entryId }) => entryId === this.entryId)
      .map(({ cellId, state }) => `${cellId} ${state}`)
      .join('\n'),
  );
  /** Cells of the entry with their states as they are now. */
  readonly cells: readonly CellSummary[] = $derived.by(() => {
    const cells = this.detail?.cells ?? [];
    const states = new Map(
      this.#queuedStates.split('\n').map((line) => line.split(' ') as [string, CellState]),
    );
    if (this.#queuedStates === '' && cells.every(({ state }) => state !== 'queued')) return cells;
    return cells.map((cell) => {
      // What left the queue since the entry was read is not queued any more.
      const state = states.get(cell.id) ?? toldState(cell.state, false);
      return state === cell.state ? cell : { ...cell, state };
    });
  });
  readonly #places: ReadonlyMap<string, number> = $derived.by(() => {
    const places = new Map<string, number>();
    this.cells.forEach(({ id }, at) => places.set(id, at));
    return places;
  });
  /** Whether there are more cells than can be pictures. */
  readonly isLarge: boolean = $derived(this.cells.length > mostPictures);
  /** Whether any cell runs or is about to. */
  readonly isLive: boolean = $derived(
    this.cells.some(({ state }) => state === 'running' || state === 'queued'),
  );
  /** Cells that are pictures of a large entry; null where nobody chose any. */
  pictured = $state.raw<ReadonlySet<string> | null>(null);
  /** Whether there are so many cells that a heat map stands in the place of their pictures. */
  readonly isMapped: boolean = $derived(this.isLarge && this.pictured === null);
  readonly #picturedCells: readonly CellSummary[] = $derived.by(() => {
    const { pictured } = this;
    if (pictured !== null) return this.cells.filter(({ id }) => pictured.has(id));
    return this.isMapped ? [] : this.cells;
  });
  /** Axes along which the pictures differ. */
  readonly picturedAxes: readonly SweepAxis[] = $derived(
    this.pictured === null ? (this.detail?.axes ?? []) : varyingAxes(this.#picturedCells),
  );
  /** Cells by place in the grid. */
  readonly plan: GridPlan<CellSummary> = $derived(
    this.isMapped ? noPlan : gridPlan(this.#picturedCells, this.picturedAxes, this.choice),
  );
  readonly style: PaintStyle = $derived.by(() => ({
    ground: this.ground,
    creases: this.creases,
    map: this.lab.settings.map,
  }));
  readonly #colourOf = $derived(sweptColours(colourAxis(this.detail?.axes ?? [])));
  /** Right end of the error bars: a little more than the worst baseline's root-mean-square error. */
  readonly errorScale: number = $derived.by(() => {
    const worst = Math.max(
      0,
      ...[...this.#baselines.byCell.values()].map(({ constant, nearest }) =>
        Math.max(constant.mse, nearest.mse),
      ),
    );
    return worst > 0 ? 1.15 * Math.sqrt(worst) : 0.5;
  });
  /** Every mark of the timeline, the notes' markers among them. */
  readonly marks: readonly TimelineMark[] = $derived.by(() =>
    marksOfEntry(this.timelines.values(), this.#reference, this.scrubber.axis, this.notes.text),
  );

  constructor(lab: LabState, entryId: string) {
    this.lab = lab;
    this.entryId = entryId;
    this.notes = openNotes(lab, entryId);
    this.#timelines = new EntryTimelines(lab, entryId, {
      grew: () => this.scrubber.grew(),
      restarted: (cellId) => this.painter.previews.forget(cellId),
    });
    this.#baselines = new EntryBaselines(lab, entryId);
    this.measures = new EntryMeasures(lab, entryId, {
      cells: () => this.cells,
      isLarge: () => this.isLarge,
      timelines: () => this.timelines,
      moment: () => (this.isStarted ? this.scrubber : null),
      reference: () => this.#reference,
    });
    this.scrubber = new Scrubber(lab.settings.timeAxis, {
      timelines: () => [...this.timelines.values()],
      reference: () => this.#reference,
      marks: () => this.marks,
      settled: () => this.painter.isSettled,
    });
    const fail = (error: unknown): void => lab.fail(error);
    this.painter = new GridPainter(
      lab.client,
      entryId,
      paintingState(this),
      fail,
      (missing) => (this.missingFrames = missing),
      () => (this.previewsArrived += 1),
    );
    const { client } = lab;
    this.#stops = [
      client.listen('cell.snapshots', (event) => {
        if (!this.#isOf(event.entryId) || this.cell(event.cellId) === null) return;
        if (!this.isLarge || this.timeline(event.cellId) !== undefined)
          void this.#timelines.grow(event.cellId);
      }),
      client.listen('entry.changed', (event) => {
        if (this.#isOf(event.entryId)) this.#rereading.want();
      }),
      client.listen('entry.thinned', (event) => {
        if (this.#isOf(event.entryId)) void lab.attempt(() => this.#timelines.readAnew());
      }),
      $effect.root(() => {
        $effect(() => {
          if (this.isStarted) untrack(() => this.readTimelines(this.#shownCells()));
          void [this.pictured, this.selectedId];
        });
        $effect(() => {
          const { time, axis, isPlaying } = this.scrubber;
          void [this.style, this.timelines, this.plan, time, axis, isPlaying];
          this.painter.invalidate();
        });
      }),
    ];
  }

  /** Reads the entry, then the snapshots of its cells; of many cells those of what is shown. */
  async load(): Promise<void> {
    try {
      const { columns, ...facts } = await this.lab.client.call('entry.columns', { entryId: this.entryId });
      const detail = { ...facts, cells: await inSlices(columns.count, cellReader(columns)) };
      const isFirst = this.detail === null;
      const sameAxes = JSON.stringify(detail.axes) === JSON.stringify(this.detail?.axes);
      this.measures.keepFor(detail.cells.reduce((sum, { snapshots }) => sum + snapshots, 0));
      this.detail = detail;
      this.problem = detail.card.problem;
      if (!sameAxes) this.choice = laidOut(suitedChoice(detail.axes), detail);
      const first = this.plan.cells.flat().find((cell) => cell !== null) ?? this.cells.at(0);
      if (isFirst) this.selectedId = first?.id ?? null;
      await this.#timelines.read(this.isLarge ? this.#shownCells() : detail.cells);
      if (isFirst) this.scrubber.start(this.isLive);
      this.isStarted = true;
    } catch (error) {
      if (this.detail === null) this.problem = error instanceof Error ? error.message : String(error);
      else this.lab.fail(error);
    }
  }

  /** Of a large entry the cells whose snapshots are read: the selected one, the one with most snapshots, the pictures. */
  #shownCells(): readonly CellSummary[] {
    const { cells, pictured } = this;
    const longest = cells.reduce((a, b) => (b.snapshots > a.snapshots ? b : a), cells[0]);
    const selected = this.selected ?? longest;
    const shown = pictured === null ? [] : cells.filter(({ id }) => pictured.has(id));
    return cells.length === 0 ? [] : [...new Set([longest, selected, ...shown])];
  }

  /** Reads the snapshots of these cells of a large entry; of others all were read with it. */
  readTimelines(cells: readonly CellSummary[]): void {
    if (this.isLarge) void this.lab.attempt(() => this.#timelines.read(cells));
  }

  /** Whether an entry is this one, or one that it compares. */
  #isOf(entryId: string): boolean {
    return (
      entryId === this.entryId || (this.detail?.comparison?.entries ?? []).some(({ id }) => id === entryId)
    );
  }

  /** Shows some cells as pictures; null goes back to all of them. */
  showPictures(cellIds: ReadonlySet<string> | null): void {
    this.pictured = cellIds;
    this.choice = suitedChoice(this.picturedAxes);
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.scrubber.pause();
    this.painter.close();
    this.notes.close();
    this.measures.close();
  }

  /** A cell by its id. */
  cell(cellId: string | null): CellSummary | null {
    return this.cells[this.#places.get(cellId ?? '') ?? -1] ?? null;
  }

  get selected(): CellSummary | null {
    return this.cell(this.selectedId);
  }

  timeline(cellId: string): CellTimeline | undefined {
    return this.#timelines.of(cellId);
  }

  get timelines(): ReadonlyMap<string, CellTimeline> {
    return this.#timelines.byCell;
  }

  /** The cell whose frames other axes are translated by: the selected one, else the one with most snapshots. */
  get #reference(): CellTimeline | undefined {
    return this.#timelines.reference(this.selectedId);
  }

  /** Timelines without being told of every change: for charts, which follow once a second. */
  untrackedTimelines(): ReadonlyMap<string, CellTimeline> {
    return untrack(() => this.timelines);
  }

  /** First and last moment of the present axis, read in the same way. */
  untrackedRange(): { readonly from: number; readonly to: number } {
    void this.scrubber.axis;
    return untrack(() => {
      const from = this.scrubber.positions[0] ?? 0;
      return { from, to: Math.max(this.scrubber.last, from + 1e-9) };
    });
  }

  /** What a cell shows now; null before its first snapshot. */
  moment(cellId: string): ShownMoment | null {
    const timeline = this.#timelines.of(cellId);
    return timeline === undefined ? null : shownMoment(timeline, this.scrubber.axis, this.scrubber.time);
  }

  colour(axes: Readonly<Record<string, AxisValue>>): SweptColour {
    const axis = colourAxis(this.detail?.axes ?? []);
    return this.#colourOf(axis === null ? undefined : axes[axis.name]);
  }

  /** The colour of a value of an axis; null where another axis carries the colours. */
  colourOfAxisValue(axis: string, value: AxisValue): SweptColour | null {
    return colourAxis(this.detail?.axes ?? [])?.name === axis ? this.#colourOf(value) : null;
  }

  /** Moves time to an epoch, whatever the axis. */
  goToEpoch(epoch: number): void {
    const reference = this.#reference;
    if (reference !== undefined) this.scrubber.seek(timeOfEpoch(reference, this.scrubber.axis, epoch));
  }

  /** Goes to what a picture shows: its cell, epoch and part of the plane. */
  goToPlace({ cellId, epoch, view }: PicturePlace): void {
    if (cellId !== null && this.cell(cellId) !== null) this.selectedId = cellId;
    this.wantedView = view;
    if (epoch !== null) this.goToEpoch(epoch);
  }

  /** Writes a marker for this moment into the notes. */
  async addMarker(): Promise<void> {
    const moment = this.selectedId === null ? null : this.moment(this.selectedId);
    if (moment === null || this.lab.info.notebook.readOnlyBecause !== null) return;
    const epoch = formatCount(moment.epoch);
    this.notes.edit(notesWithMarker(this.notes.text, epoch));
    await this.notes.save();
    if (this.notes.state === 'saved') this.lab.done(`Marked epoch ${epoch}.`, () => this.notes.undo());
  }

  /** What anybody can do without a network, by cell, as far as it is known. */
  get baselines(): ReadonlyMap<string, CellBaselines> {
    return this.#baselines.byCell;
  }

  /** Asks for the baselines of cells once; of a large entry those of what is selected and of pictures. */
  wantBaselines(): void {
    this.#baselines.want((this.isLarge ? this.#shownCells() : this.cells).map(({ id }) => id));
  }

  /** What painters must know of a cell now; null where it has nothing to show. */
  painted(cellId: string): PaintedCell | null {
    return paintedCell(this.cell(cellId), this.#timelines.of(cellId), this.moment(cellId));
  }

  /** Positions of a cell's snapshots on the present axis. */
  positions(cellId: string): ArrayLike<number> {
    const timeline = this.#timelines.of(cellId);
    return timeline === undefined ? [] : axisPositions(timeline, this.scrubber.axis);
  }
}
