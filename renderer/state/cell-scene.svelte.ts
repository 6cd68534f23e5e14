/** A cell seen large: the view, what is compared with it, the probe. */
import type { Probe, View } from '../../electron/contract/results.ts';
import { unitView } from '../../experiments/engines/engine.ts';
import type { Comparison } from '../model/comparison.ts';
import { formatCount } from '../model/number-words.ts';
import { shownMoment } from '../model/time-axis.ts';
import { zoomedView } from '../model/view-rectangle.ts';
import { FrameView, type FrameViewRequest } from '../stores/frame-view.ts';
import { TruthStore } from '../stores/truth-store.ts';
import type { EntrySession } from './entry-session.svelte.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
}

const longestSide = 1400;

export class CellScene {
  view = $state.raw<View>(unitView);
  comparison = $state.raw<Comparison>({ mode: 'off', cellId: '', epoch: null });
  /** Share of the picture's width that shows A. */
  swipe = $state(0.5);
  isBlinkB = $state(false);
  probeAt = $state.raw<Place | null>(null);
  pinned = $state.raw<Place | null>(null);
  probed = $state.raw<Probe | null>(null);
  /** Goes up with everything that is painted. */
  painted = $state(0);
  readonly cellId: string;
  readonly a: FrameView;
  readonly #other: FrameView;
  readonly #session: EntrySession;
  #width = $state(0);
  #height = $state(0);
  #probing = false;
  #nextProbe = false;

  constructor(session: EntrySession, cellId: string) {
    this.#session = session;
    this.cellId = cellId;
    this.comparison = { mode: 'off', cellId, epoch: null };
    const { client } = session.lab;
    const fail = (error: unknown): void => session.lab.fail(error);
    const changed = (): void => {
      this.painted += 1;
    };
    const truths = new TruthStore(client, session.entryId, () => this.refresh(), fail);
    const stores = { previews: session.painter.previews, truths };
    this.a = new FrameView(client, session.entryId, stores, changed, fail);
    this.#other = new FrameView(client, session.entryId, stores, changed, fail);
  }

  /** The other side of the comparison; null where nothing is compared. */
  get b(): FrameView | null {
    return this.comparison.mode === 'off' ? null : this.#other;
  }

  /** What the picture shows, for who cannot see it. */
  get spoken(): string {
    void this.painted;
    const { seen } = this.a;
    const cell = this.#session.cell(this.cellId);
    if (seen === null || cell === null) return 'Nothing is shown yet.';
    return `${cell.label} at epoch ${formatCount(seen.epoch)}, ${seen.isExact ? 'exact' : 'preview'}`;
  }

  /** "exact", "sharpening", "preview": what is on the screen now. */
  get quality(): 'exact' | 'sharpening' | 'preview' {
    void this.painted;
    const { seen } = this.a;
    if (seen?.isFinal === true) return 'exact';
    return seen?.isExact === true ? 'sharpening' : 'preview';
  }

  resize(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
  }

  /** Zooms by a factor around a point, or around the middle. */
  zoom(factor: number, at: Place | null): void {
    const { view } = this;
    this.view = zoomedView(view, factor, at ?? { x: (view.x0 + view.x1) / 2, y: (view.y0 + view.y1) / 2 });
  }

  /** Shows what should be shown; call whenever anything of it changed. */
  refresh(): void {
    const a = this.#requestOf(this.cellId, null);
    if (a !== null) this.a.show(a);
    const { mode, cellId, epoch } = this.comparison;
    const b = mode === 'off' ? null : this.#requestOf(cellId, epoch);
    if (b !== null) this.#other.show(b);
    const wanted = [this.cellId, ...(mode === 'off' ? [] : [cellId])].flatMap((id) => {
      const painted = this.#session.painted(id);
      return painted === null
        ? []
        : [{ cellId: id, snapshot: painted.moment.snapshot, known: painted.known }];
    });
    this.#session.painter.previews.want(wanted, this.#session.scrubber.direction);
    this.a.refresh();
    this.#other.refresh();
  }

  /** Probes a point, or stops probing. */
  probe(at: Place | null): void {
    this.probeAt = at;
    if (at === null) this.probed = null;
    else void this.readProbe();
  }

  /** Pins a point that probed ones are compared with; the same point again unpins it. */
  pin(at: Place): void {
    const near = (this.view.x1 - this.view.x0) / 100;
    const isSame = this.pinned !== null && Math.hypot(this.pinned.x - at.x, this.pinned.y - at.y) < near;
    this.pinned = isSame ? null : at;
    void this.readProbe();
  }

  /** Asks for the network at the probed point; one question at a time, the last point wins. */
  async readProbe(): Promise<void> {
    const { probeAt } = this;
    const moment = this.#session.moment(this.cellId);
    if (probeAt === null || moment === null) return;
    if (this.#probing) {
      this.#nextProbe = true;
      return;
    }
    this.#probing = true;
    await this.#session.lab.attempt(async () => {
      const probed = await this.#session.lab.client.call('frame.probe', {
        entryId: this.#session.entryId,
        cellId: this.cellId,
        epoch: moment.epoch,
        at: probeAt,
        ...(this.pinned === null ? {} : { from: this.pinned }),
      });
      if (this.probeAt !== null) this.probed = probed;
    });
    this.#probing = false;
    if (this.#nextProbe) {
      this.#nextProbe = false;
      await this.readProbe();
    }
  }

  close(): void {
    this.a.close();
    this.#other.close();
  }

  #requestOf(cellId: string, pinnedEpoch: number | null): FrameViewRequest | null {
    const session = this.#session;
    const timeline = session.timeline(cellId);
    const { scrubber } = session;
    const painted = session.painted(cellId);
    if (painted === null || timeline === undefined || this.#width === 0) return null;
    const moment =
      pinnedEpoch === null ? painted.moment : (shownMoment(timeline, 'epoch', pinnedEpoch) ?? painted.moment);
    const density = window.devicePixelRatio || 1;
    const scale = Math.min(density, longestSide / Math.max(this.#width, this.#height));
    const next = pinnedEpoch === null ? moment.snapshot + Math.sign(scrubber.direction) : -1;
    return {
      cellId,
      cell: { ...painted, moment },
      view: this.view,
      width: Math.max(1, Math.round(this.#width * scale)),
      height: Math.max(1, Math.round(this.#height * scale)),
      screenWidth: this.#width,
      style: session.style,
      direction: scrubber.direction,
      nextEpoch: next >= 0 && next < timeline.epochs.length ? timeline.epochs[next] : null,
      wantsExact: !scrubber.isPlaying,
    };
  }
}
