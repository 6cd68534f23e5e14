/** A cell seen large: the view, what is compared with it, the probe. */
import type { SideFigures } from '../../experiments/polytopes/side-shares.ts';
import type { Probe } from '../../electron/contract/frames.ts';
import { type View, unitView } from '../../experiments/engines/engine.ts';
import type { Comparison } from '../model/comparison.ts';
import { counted, formatCount } from '../model/number-text.ts';
import type { NetworkPlace } from '../onnx/onnx-client.ts';
import { SecondOpinion } from '../onnx/second-opinion.svelte.ts';
import { keptBeside, shownMoment } from '../model/time-axis.ts';
import type { RegionDetails } from '../../experiments/polytopes/region-details.ts';
import { PolytopeView, type PolytopeRequest } from '../polytopes/polytope-view.ts';
import { narrowestSampledView, sameView, zoomedView } from '../model/view-rectangle.ts';
import { isExactGround } from '../polytopes/complex-paint.ts';
import { FrameView, type FrameViewRequest } from '../paint/frame-view.ts';
import { TruthStore } from '../frames/truth-store.ts';
import type { SceneHost } from './scene-host.ts';

/** A point of the plane, in the unit square's units. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

const maxSide = 1400;

interface SceneRequest extends FrameViewRequest {
  readonly wantsPolytopes: boolean;
}

/** What the cell's screen shows: view, comparison, probe. */
export class CellScene {
  view = $state.raw<View>(unitView);
  comparison = $state.raw<Comparison>({ mode: 'off', cellId: '', epoch: null });
  /** Share of the picture's width that shows A. */
  swipe = $state(0.5);
  isBlinkB = $state(false);
  probeAt = $state.raw<Place | null>(null);
  pinned = $state.raw<Place | null>(null);
  probed = $state.raw<Probe | null>(null);
  /** Exact region under the probe, and the one of the pinned point with its neighbours; null where not known. */
  region = $state.raw<RegionDetails | null>(null);
  pinnedRegion = $state.raw<RegionDetails | null>(null);
  /** Number of the pinned region's neighbour that is pointed at in the list; -1: none. */
  neighbour = $state(-1);
  hasLevelSet = $state(false);
  /** Goes up with everything that is painted. */
  painted = $state(0);
  readonly cellId: string;
  readonly a: FrameView;
  readonly exact: PolytopeView;
  readonly opinion: SecondOpinion;
  readonly #other: FrameView;
  readonly #otherExact: PolytopeView;
  readonly #session: SceneHost;
  #width = $state(0);
  #height = $state(0);
  #probing = false;
  #nextProbe = false;

  constructor(session: SceneHost, cellId: string) {
    this.#session = session;
    this.cellId = cellId;
    this.comparison = { mode: 'off', cellId, epoch: null };
    const { client } = session.lab;
    this.opinion = new SecondOpinion(client);
    const fail = (error: unknown): void => session.lab.fail(error);
    const changed = (): void => {
      this.painted += 1;
    };
    const truths = new TruthStore(client, session.entryId, () => this.refresh(), fail);
    const stores = { previews: session.painter.previews, truths };
    this.a = new FrameView(client, session.entryId, stores, changed, fail);
    this.#other = new FrameView(client, session.entryId, stores, changed, fail);
    const drawn = (): void => {
      this.painted += 1;
      // The sampled frame may have become superfluous, and the regions at the points may be known now.
      this.refresh();
      if (this.exact.isDone) void this.readRegions();
    };
    this.exact = new PolytopeView(client, session.entryId, drawn, fail);
    this.#otherExact = new PolytopeView(client, session.entryId, drawn, fail);
  }

  get exactB(): PolytopeView | null {
    return this.comparison.mode === 'off' ? null : this.#otherExact;
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
    const { exact } = this;
    if (exact.isDone && exact.seen !== null)
      return `${cell.label} at epoch ${formatCount(exact.seen.request.epoch)}, ${formatCount(exact.seen.facts.regions)} exact regions`;
    const epoch = seen.standIn?.epoch ?? seen.epoch;
    return `${cell.label} at epoch ${formatCount(epoch)}, ${seen.isExact ? 'sampled' : 'preview'}`;
  }

  /** What is on the screen now, in words. */
  get quality(): string {
    void this.painted;
    const { exact } = this;
    const { seen } = this.a;
    if (seen?.standIn) {
      const { epoch, reason } = seen.standIn;
      return `snapshot of epoch ${formatCount(epoch)} in place of epoch ${formatCount(seen.epoch)}: ${reason}`;
    }
    if (exact.isDone && isExactGround(this.#session.ground)) return 'exact polygons';
    if (exact.progress !== null) return `polygons: ${Math.floor(100 * exact.progress.done)} %`;
    if (seen?.isFinal === true) return 'sampled frame';
    return seen?.isExact === true ? 'sharpening' : 'preview';
  }

  /** The view whose exact polytopes are on the screen, "x0 y0 x1 y1"; empty where those wanted are still to come. */
  get polytopesOfView(): string {
    return this.drawnView !== '' && this.exact.isDone ? this.drawnView : '';
  }

  /** How long the polytopes on the screen took. */
  get polytopeTimes(): string {
    void this.painted;
    const facts = this.exact.seen?.facts;
    if (facts === undefined) return '';
    return `extracted in ${facts.extractionMs.toFixed(0)} ms, drawn after ${facts.totalMs.toFixed(0)} ms`;
  }

  /** The view whose exact polytopes were drawn last. */
  get drawnView(): string {
    void this.painted;
    const view = this.exact.seen?.request.view;
    return view === undefined ? '' : [view.x0, view.y0, view.x1, view.y1].join(' ');
  }

  /** What the exact polytopes on the screen are, or why there are none. */
  get polytopeText(): { readonly text: string; readonly isProblem: boolean } {
    void this.painted;
    const { problem, progress, seen, isDone } = this.exact;
    if (problem !== null) return { text: problem, isProblem: true };
    if (progress !== null) {
      const share = Math.floor(100 * progress.done);
      return { text: `${formatCount(progress.regions)} polygons so far, ${share} %`, isProblem: false };
    }
    if (!isDone || seen === null) return { text: '', isProblem: false };
    const { regions, belowPixel } = seen.facts;
    const small = belowPixel >= 0.5 ? `, ${Math.round(100 * belowPixel)} % below a pixel` : '';
    return { text: `${counted(regions, 'region')}${small}`, isProblem: false };
  }

  /** How many sides the exact polytopes on the screen have, and the epoch that they are of; null where there are none. */
  get sides(): { readonly sides: SideFigures; readonly epoch: number } | null {
    void this.painted;
    const { seen, isDone } = this.exact;
    return isDone && seen !== null ? { sides: seen.facts.sides, epoch: seen.request.epoch } : null;
  }

  /** The network of an epoch. */
  place(epoch: number): NetworkPlace {
    return { entryId: this.#session.entryId, cellId: this.cellId, epoch };
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
    // The polytopes first: whether they are soon there decides on the frame.
    const before = this.#requestOf(this.cellId, null);
    this.exact.show(before === null ? null : this.#polytopesOf(before));
    const a = this.#requestOf(this.cellId, null);
    if (a !== null) this.a.show(a);
    const { mode, cellId, epoch } = this.comparison;
    const b = mode === 'off' ? null : this.#requestOf(cellId, epoch);
    if (b !== null) this.#other.show(b);
    this.#otherExact.show(b === null || mode === 'difference' ? null : this.#polytopesOf(b));
    const wanted = [this.cellId, ...(mode === 'off' ? [] : [cellId])].flatMap((id) => {
      const painted = this.#session.painted(id);
      return painted === null ? [] : [{ cellId: id, preview: painted.moment.preview, known: painted.known }];
    });
    this.#session.painter.previews.want(wanted, this.#session.scrubber.direction);
    this.a.refresh();
    this.#other.refresh();
  }

  /** Probes a point, or stops probing. */
  probe(at: Place | null): void {
    this.probeAt = at;
    if (at === null) {
      this.probed = null;
      this.region = null;
    } else {
      void this.readProbe();
      void this.readRegions();
    }
  }

  /** Pins a point that probed ones are compared with; the same point again unpins it. */
  pin(at: Place): void {
    const near = (this.view.x1 - this.view.x0) / 100;
    const isSame = this.pinned !== null && Math.hypot(this.pinned.x - at.x, this.pinned.y - at.y) < near;
    this.goTo(isSame ? null : at);
  }

  /** Pins a point whatever was pinned before; null: none. */
  goTo(at: Place | null): void {
    this.pinned = at;
    this.pinnedRegion = null;
    this.neighbour = -1;
    void this.readProbe();
    void this.readRegions();
  }

  /** Asks for the exact regions at the probed and the pinned point. */
  async readRegions(): Promise<void> {
    const { probeAt, pinned } = this;
    const moment = this.#session.moment(this.cellId);
    if (moment === null) return;
    const read = async (at: Place | null): Promise<RegionDetails | null> =>
      at === null ? null : this.exact.probe({ cellId: this.cellId, epoch: moment.epoch }, at.x, at.y);
    const [region, pinnedRegion] = await Promise.all([read(probeAt), read(pinned)]);
    if (this.probeAt === probeAt) this.region = region;
    if (this.pinned === pinned) this.pinnedRegion = pinnedRegion;
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
      if (this.probeAt === null) return;
      this.probed = probed;
      this.opinion.ask(this.place(moment.epoch), probeAt, probed);
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
    this.opinion.close();
    this.exact.close();
    this.#otherExact.close();
  }

  /** The exact polytopes that belong to a frame; null while time runs. */
  #polytopesOf({
    cellId,
    cell,
    view,
    width,
    height,
    screenWidth,
    style,
    wantsPolytopes,
  }: SceneRequest): PolytopeRequest | null {
    if (!wantsPolytopes) return null;
    return {
      cellId,
      epoch: cell.moment.epoch,
      view,
      width,
      height,
      lineWidth: Math.max(1, Math.min(1.6, width / screenWidth)),
      style: { ...style, creases: this.#session.creases, hasLevelSet: this.hasLevelSet },
    };
  }

  /** Whether the exact polytopes of a frame are on the screen. */
  #hasLines(exact: PolytopeView, cellId: string, epoch: number): boolean {
    const request = exact.seen?.request;
    return (
      exact.isDone &&
      this.comparison.mode !== 'difference' &&
      request?.cellId === cellId &&
      request.epoch === epoch &&
      request.style.ground === this.#session.ground &&
      sameView(request.view, this.view)
    );
  }

  /** Whether they show all that the frame would. */
  #isCovered(exact: PolytopeView, cellId: string, epoch: number): boolean {
    return isExactGround(this.#session.ground) && this.#hasLines(exact, cellId, epoch);
  }

  #requestOf(cellId: string, pinnedEpoch: number | null): SceneRequest | null {
    const session = this.#session;
    const timeline = session.timeline(cellId);
    const { scrubber } = session;
    const painted = session.painted(cellId);
    if (painted === null || timeline === undefined || this.#width === 0) return null;
    const moment =
      pinnedEpoch === null ? painted.moment : (shownMoment(timeline, 'epoch', pinnedEpoch) ?? painted.moment);
    const exact = pinnedEpoch === null && cellId === this.cellId ? this.exact : this.#otherExact;
    const density = window.devicePixelRatio || 1;
    const scale = Math.min(density, maxSide / Math.max(this.#width, this.#height));
    const step = scrubber.direction < 0 ? -1 : 1;
    const next = pinnedEpoch === null ? keptBeside(timeline, moment.snapshot, step) : -1;
    return {
      cellId,
      cell: { ...painted, moment },
      view: this.view,
      width: Math.max(1, Math.round(this.#width * scale)),
      height: Math.max(1, Math.round(this.#height * scale)),
      screenWidth: this.#width,
      // Exact lines replace those between pixels.
      style: this.#hasLines(exact, cellId, moment.epoch)
        ? { ...session.style, creases: false }
        : session.style,
      direction: scrubber.direction,
      nextEpoch: next >= 0 ? timeline.epochs[next] : null,
      wantsExact:
        !scrubber.isPlaying &&
        this.view.x1 - this.view.x0 >= narrowestSampledView &&
        !this.#isCovered(exact, cellId, moment.epoch) &&
        !(exact.isSoon && isExactGround(session.ground)),
      wantsPolytopes: !scrubber.isPlaying,
    };
  }
}
