/** Keeps the canvases of a grid showing what they should: previews at once, exact frames when time rests. */
import type { LabClient } from '../../electron/contract/contract.ts';
import { unitView } from '../../experiments/engines/engine.ts';
import type { ShownMoment } from '../model/time-axis.ts';
import { isPreviewEnough, planesOfGround, type PaintStyle } from './paint-style.ts';
import type { PaintReference } from './paint.ts';
import { paintNow } from './painter.ts';
import { pictureOfFrame, type RawPicture } from '../frames/raw-planes.ts';
import { frameKey, FrameStore, type FrameQuestion, type WantedFrame } from '../frames/frame-store.ts';
import { PreviewStore } from '../frames/preview-store.ts';
import { TruthStore } from '../frames/truth-store.ts';

/** What the painter must know of a cell. */
export interface PaintedCell {
  readonly moment: ShownMoment;
  /** Previews that the cell has. */
  readonly known: number;
  /** Epoch of the snapshot with a preview before the shown one; null at the first. */
  readonly previousEpoch: number | null;
  readonly hiddenLayers: number;
  readonly parameters: number;
  readonly target: string;
}

/** What the painter of a grid looks at. */
export interface PaintingState {
  /** Null where a cell has nothing to show. */
  cell(cellId: string): PaintedCell | null;
  readonly style: PaintStyle;
  /** 1 or -1: where time goes. */
  readonly direction: number;
  /** False where exact frames are not wanted (small pictures, someone else's turn). */
  readonly wantsExact: boolean;
}

/** What a canvas really shows. */
export interface ShownPicture {
  readonly epoch: number;
  readonly snapshot: number;
  readonly isExact: boolean;
}

/** A canvas in the grid. */
export interface PaintTarget {
  readonly cellId: string;
  readonly canvas: HTMLCanvasElement;
  /** Its size on the page in CSS pixels, so that nothing needs to be measured while painting. */
  width: number;
  height: number;
  /** Whether it is in view; hidden canvases cost nothing. */
  isVisible: boolean;
  /** Told what is seen after every pass, changed or not. */
  shown(picture: ShownPicture | null): void;
}

/** Maximum number of work for frames with four pixels in place of one, in floating-point operations: about two seconds. */
const fineWork = 6e10;
/** Time must rest so long before exact frames are computed. */
const restMs = 150;

interface VisibleCell {
  readonly target: PaintTarget;
  readonly cell: PaintedCell;
}

interface Ready {
  readonly picture: RawPicture;
  readonly reference: PaintReference;
  readonly shown: ShownPicture;
  /** Two pictures with the same signature look the same. */
  readonly signature: string;
}

/** Paints all cells of a grid, at the pace of the screen. */
export class GridPainter {
  readonly previews: PreviewStore;
  readonly #entryId: string;
  readonly #state: PaintingState;
  readonly #frames: FrameStore;
  readonly #truths: TruthStore;
  readonly #targets = new Map<PaintTarget, string>();
  readonly #missingChanged: (missing: number) => void;
  /** The request for the screen's next frame; 0 where nothing was painted since the last one. */
  #nextFrame = 0;
  /** Whether something changed since the last painting. */
  #isStale = false;
  #visible: readonly VisibleCell[] = [];
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #lastState = '';
  /** Frame pixels for each CSS pixel. */
  #density = 1;

  constructor(
    client: LabClient,
    entryId: string,
    state: PaintingState,
    failed: (error: unknown) => void,
    missingChanged: (missing: number) => void,
    previewsArrived: () => void,
  ) {
    const again = (): void => this.invalidate();
    this.#entryId = entryId;
    this.#state = state;
    this.#missingChanged = missingChanged;
    const arrived = (): void => {
      previewsArrived();
      this.invalidate();
    };
    this.previews = new PreviewStore(client, entryId, arrived, failed);
    this.#frames = new FrameStore(client, again, failed);
    this.#truths = new TruthStore(client, entryId, again, failed);
  }

  /** Keeps a canvas painted until the returned function is called. */
  attach(target: PaintTarget): () => void {
    this.#targets.set(target, '');
    this.invalidate();
    return () => {
      this.#targets.delete(target);
      if (this.#targets.size === 0) this.#frames.want([]);
    };
  }

  /**
   * Something changed: what is in view is painted as soon as all of the change is known, while the screen's next frame
   * is still to come. What changes once more before that frame waits for it.
   */
  invalidate(): void {
    this.#isStale = true;
    if (this.#nextFrame !== 0) return;
    this.#nextFrame = requestAnimationFrame(() => {
      this.#nextFrame = 0;
      this.#paint();
      // A task of its own: what is asked for ahead must not hold up the frame.
      setTimeout(() => this.#wantAhead());
    });
    queueMicrotask(() => this.#paint());
  }

  /** Whether every canvas in view shows the moment it should, if only as a preview. */
  get isSettled(): boolean {
    return [...this.#targets.keys()].every(({ isVisible, cellId }) => {
      const cell = isVisible ? this.#state.cell(cellId) : null;
      return cell === null || this.previews.get(cellId, cell.moment.preview) !== undefined;
    });
  }

  close(): void {
    cancelAnimationFrame(this.#nextFrame);
    clearTimeout(this.#restTimer);
    this.#targets.clear();
    this.previews.close();
    this.#frames.close();
  }

  #paint(): void {
    if (!this.#isStale || this.#targets.size === 0) return;
    this.#isStale = false;
    const { style } = this.#state;
    const visible: VisibleCell[] = [];
    for (const target of this.#targets.keys()) {
      if (!target.isVisible) continue;
      const cell = this.#state.cell(target.cellId);
      if (cell === null) {
        target.shown(null);
        continue;
      }
      visible.push({ target, cell });
    }
    this.#density = densityFor(visible);
    for (const { target, cell } of visible) {
      const ready = this.#exact(target, cell) ?? this.#preview(target, cell);
      if (ready === null) continue;
      if (ready.signature !== this.#targets.get(target)) {
        paintNow(target.canvas, ready.picture, style, ready.reference);
        this.#targets.set(target, ready.signature);
      }
      target.shown(ready.shown);
    }
    this.#visible = visible;
    if (!this.isSettled) this.#wantPreviews();
  }

  #wantAhead(): void {
    if (this.#targets.size === 0) return;
    this.#wantPreviews();
    this.#wantFrames(this.#visible);
  }

  #wantPreviews(): void {
    const wanted = this.#visible.map(({ target, cell }) => ({
      cellId: target.cellId,
      preview: cell.moment.preview,
      known: cell.known,
    }));
    this.previews.want(wanted, this.#state.direction);
  }

  #preview({ cellId }: PaintTarget, cell: PaintedCell): Ready | null {
    const { style } = this.#state;
    const { snapshot, preview } = cell.moment;
    const stored = this.previews.get(cellId, preview);
    if (stored === undefined) return null;
    const reference = this.#reference(cellId, cell, stored.picture, style, undefined);
    const { epoch } = stored;
    // Creases by layer, regions and the like are only shown where they are known.
    const isExact = false;
    return {
      picture: stored.picture,
      reference,
      shown: { epoch, snapshot, isExact },
      signature: this.#signature('preview', epoch, style, reference),
    };
  }

  #exact(target: PaintTarget, cell: PaintedCell): Ready | null {
    const { style, wantsExact } = this.#state;
    if (!wantsExact) return null;
    const { epoch, snapshot } = cell.moment;
    const stored = this.#frames.get(frameKey(this.#question(target, epoch)));
    if (stored === undefined) return null;
    let previous: RawPicture | undefined;
    if (style.ground === 'change' && cell.previousEpoch !== null) {
      const before = this.#frames.get(frameKey(this.#question(target, cell.previousEpoch)));
      if (before === undefined) return null;
      previous = pictureOfFrame(before.frame);
    }
    const picture = pictureOfFrame(stored.frame);
    const reference = this.#reference(target.cellId, cell, picture, style, previous);
    return {
      picture,
      reference,
      shown: { epoch, snapshot, isExact: true },
      signature: this.#signature(`exact ${picture.width}`, epoch, style, reference),
    };
  }

  #signature(kind: string, epoch: number, style: PaintStyle, reference: PaintReference): string {
    const { truth, previous } = reference;
    const known = `${truth !== undefined} ${previous !== undefined}`;
    return `${kind} ${epoch} ${style.ground} ${style.creases} ${style.map} ${known}`;
  }

  #reference(
    cellId: string,
    { target, hiddenLayers }: PaintedCell,
    { width, height }: RawPicture,
    style: PaintStyle,
    previous: RawPicture | undefined,
  ): PaintReference {
    const truth =
      style.ground === 'error'
        ? this.#truths.get({ cellId, target, view: unitView, width, height })
        : undefined;
    return {
      hiddenLayers,
      ...(truth === undefined ? {} : { truth }),
      ...(previous === undefined ? {} : { previous }),
    };
  }

  /** The frame of a canvas: as many pixels as the screen has for it. */
  #question({ cellId, width, height }: PaintTarget, epoch: number): FrameQuestion {
    const side = (length: number): number => Math.min(1024, Math.max(16, Math.round(length * this.#density)));
    return {
      entryId: this.#entryId,
      cellId,
      epoch,
      view: unitView,
      width: side(width),
      height: side(height),
      values: 'levels',
      planes: planesOfGround(this.#state.style.ground),
      coarse: false,
    };
  }

  /** Gives up exact frames of other moments at once; asks for those of this one when nothing changes for a while. */
  #wantFrames(visible: readonly VisibleCell[]): void {
    const { style, wantsExact } = this.#state;
    const state = JSON.stringify([
      style.ground,
      wantsExact,
      visible.map(({ target, cell }) => [target.cellId, cell.moment.epoch, target.width]),
    ]);
    if (state === this.#lastState) {
      this.#missingChanged(this.#frames.missing);
      return;
    }
    this.#lastState = state;
    this.#frames.want([]);
    this.#missingChanged(0);
    clearTimeout(this.#restTimer);
    if (!wantsExact) return;
    const wait = isPreviewEnough(style.ground) ? restMs : restMs / 2;
    this.#restTimer = setTimeout(() => {
      this.#frames.want(visible.flatMap(({ target, cell }) => this.#wantedFrames(target, cell)));
      this.invalidate();
    }, wait);
  }

  #wantedFrames(target: PaintTarget, { moment, previousEpoch }: PaintedCell): WantedFrame[] {
    const epochs = [moment.epoch];
    if (this.#state.style.ground === 'change' && previousEpoch !== null) epochs.push(previousEpoch);
    return epochs.map((epoch) => ({ question: this.#question(target, epoch), priority: 'shown' }));
  }
}

/** Two frame pixels for one of the screen make smooth lines; only where networks are small enough. */
function densityFor(visible: readonly VisibleCell[]): number {
  const density = Math.min(2, window.devicePixelRatio || 1);
  const work = visible.reduce(
    (sum, { target, cell }) => sum + 2 * cell.parameters * 4 * target.width * target.height,
    0,
  );
  return work <= fineWork ? 2 : density;
}
