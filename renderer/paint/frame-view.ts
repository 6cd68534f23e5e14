/** One cell seen through a view: the preview at once, then exact frames, coarse to fine, kept until better ones come. */
import type { LabClient } from '../../electron/contract/contract.ts';
import { type View, unitView } from '../../experiments/engines/engine.ts';
import type { PaintedCell } from './grid-painter.ts';
import type { PaintReference } from './paint.ts';
import { planesOfGround, type PaintStyle } from './paint-style.ts';
import { paintSoon } from './painter.ts';
import { pictureOfFrame, type RawPicture } from '../frames/raw-planes.ts';
import { frameKey, FrameStore, type FrameQuestion, type WantedFrame } from '../frames/frame-store.ts';
import type { PreviewStore } from '../frames/preview-store.ts';
import type { TruthStore } from '../frames/truth-store.ts';

/** Which frame of a cell is to be on the canvas. */
export interface FrameViewRequest {
  readonly cellId: string;
  readonly cell: PaintedCell;
  readonly view: View;
  /** Pixels of the screen. */
  readonly width: number;
  readonly height: number;
  /** CSS pixels of the same. */
  readonly screenWidth: number;
  readonly style: PaintStyle;
  readonly direction: number;
  /** The epoch that is likely to be wanted next; null where none is. */
  readonly nextEpoch: number | null;
  /** False while time runs: previews only. */
  readonly wantsExact: boolean;
}

/** What is known best of what was asked for. */
export interface SeenPicture {
  readonly picture: RawPicture;
  readonly view: View;
  /** The epoch that was asked for. */
  readonly epoch: number;
  /** The snapshot that is shown in its place, and why; null where it is that epoch. */
  readonly standIn: { readonly epoch: number; readonly reason: string } | null;
  readonly isExact: boolean;
  readonly isFinal: boolean;
  /** The same view with hashes; null where they are not known. */
  readonly hashed: RawPicture | null;
}

const restMs = 90;
/** Maximum number of work for a frame with four pixels in place of one, in floating-point operations: about two seconds. */
const fineWork = 8e10;
const finestSide = 2048;

/** A canvas that shows frames of one cell, the best there is at any moment. */
export class FrameView {
  /** The picture that `canvas` shows; null before the first. */
  seen: SeenPicture | null = null;
  readonly canvas = document.createElement('canvas');
  readonly #entryId: string;
  readonly #previews: Pick<PreviewStore, 'get'>;
  readonly #truths: TruthStore;
  readonly #frames: FrameStore;
  readonly #changed: () => void;
  #request: FrameViewRequest | null = null;
  /** The request whose frames are being computed. */
  #wanted: FrameViewRequest | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #signature = '';
  #painting = false;

  constructor(
    client: LabClient,
    entryId: string,
    stores: { readonly previews: Pick<PreviewStore, 'get'>; readonly truths: TruthStore },
    changed: () => void,
    failed: (error: unknown) => void,
  ) {
    this.#entryId = entryId;
    this.#previews = stores.previews;
    this.#truths = stores.truths;
    this.#changed = changed;
    this.#frames = new FrameStore(client, () => this.#arrived(), failed);
  }

  /** Says what should be seen. */
  show(request: FrameViewRequest): void {
    const before = this.#request;
    if (this.#wanted === before) this.#wanted = request;
    this.#request = request;
    const key = (asked: FrameViewRequest): string =>
      `${frameKey(this.#question(asked, asked.cell.moment.epoch))} ${asked.wantsExact}`;
    if (before === null || key(before) !== key(request)) {
      this.#wanted = null;
      this.#frames.want([]);
      clearTimeout(this.#timer);
      if (request.wantsExact) {
        this.#timer = setTimeout(() => {
          this.#wanted = this.#request;
          if (this.#request !== null) this.#want(this.#request);
        }, restMs);
      }
    }
    this.refresh();
  }

  /** Paints the best that there is now. */
  refresh(): void {
    if (this.#painting) return;
    void this.#paint();
  }

  close(): void {
    this.#request = null;
    clearTimeout(this.#timer);
    this.#frames.close();
  }

  #want(request: FrameViewRequest): void {
    const { epoch } = request.cell.moment;
    const { previousEpoch } = request.cell;
    const isChange = request.style.ground === 'change' && previousEpoch !== null;
    const shown = [
      this.#question(request, epoch),
      ...(isChange ? [this.#question(request, previousEpoch)] : []),
    ];
    const isDone = shown.every((question) => this.#frames.get(frameKey(question))?.isFinal === true);
    const fine = isDone && !isChange ? this.#fineQuestion(request) : null;
    const next = isDone && request.nextEpoch !== null ? this.#question(request, request.nextEpoch) : null;
    this.#frames.want([
      ...shown.map((question): WantedFrame => ({ question, priority: 'shown' })),
      ...[fine, next].flatMap((question): WantedFrame[] =>
        question === null ? [] : [{ question, priority: 'ahead' }],
      ),
    ]);
  }

  /** What is wanted first is here: more of it, and what will be wanted next. */
  #arrived(): void {
    this.refresh();
    const request = this.#request;
    if (request?.wantsExact === true && this.#wanted === request) this.#want(request);
  }

  /** The same frame with twice as many pixels each way, for smooth lines; null where that takes too long. */
  #fineQuestion(request: FrameViewRequest): FrameQuestion | null {
    const { width, height, style, cell } = request;
    const isFine = width <= 1.5 * request.screenWidth;
    const work = 2 * cell.parameters * 4 * width * height;
    if (!isFine || work > fineWork || 2 * Math.max(width, height) > finestSide) return null;
    return {
      ...this.#question(request, cell.moment.epoch),
      width: 2 * width,
      height: 2 * height,
      planes: planesOfGround(style.ground),
      coarse: false,
    };
  }

  #question({ cellId, view, width, height, style }: FrameViewRequest, epoch: number): FrameQuestion {
    return {
      entryId: this.#entryId,
      cellId,
      epoch,
      view,
      width,
      height,
      values: 'levels',
      // Hashes tell which pixels belong to the polytope under the pointer.
      planes: { ...planesOfGround(style.ground), hashes: true },
      coarse: true,
    };
  }

  #best(request: FrameViewRequest): SeenPicture | null {
    const { cell, cellId, view } = request;
    const { epoch, preview: number } = cell.moment;
    const preview = this.#previews.get(cellId, number);
    const stored = this.#frames.get(frameKey(this.#question(request, epoch)));
    const isUnit = view.x0 === 0 && view.y0 === 0 && view.x1 === 1 && view.y1 === 1;
    const isBetter =
      stored !== undefined &&
      (stored.isFinal || !isUnit || stored.frame.width > (preview?.picture.width ?? 0));
    if (isBetter) {
      const hashed = pictureOfFrame(stored.frame);
      const fineQuestion = this.#fineQuestion(request);
      const fine = fineQuestion === null ? undefined : this.#frames.get(frameKey(fineQuestion));
      const picture = fine?.isFinal === true ? pictureOfFrame(fine.frame) : hashed;
      const { view: seenView, epoch: shown, obstacle } = stored.frame;
      const standIn = obstacle === undefined ? null : { epoch: shown, reason: obstacle };
      return { picture, hashed, view: seenView, epoch, standIn, isExact: true, isFinal: stored.isFinal };
    }
    if (preview === undefined) return null;
    const { picture } = preview;
    const { epoch: shown } = preview;
    return {
      picture,
      hashed: null,
      view: unitView,
      epoch: shown,
      standIn: null,
      isExact: false,
      isFinal: false,
    };
  }

  #reference(request: FrameViewRequest, best: SeenPicture): PaintReference {
    const { cell, cellId, style } = request;
    const { width, height } = best.picture;
    const truth =
      style.ground === 'error'
        ? this.#truths.get({ cellId, target: cell.target, view: best.view, width, height })
        : undefined;
    const before =
      style.ground === 'change' && best.isFinal && cell.previousEpoch !== null
        ? this.#frames.get(frameKey(this.#question(request, cell.previousEpoch)))
        : undefined;
    return {
      hiddenLayers: cell.hiddenLayers,
      ...(truth === undefined ? {} : { truth }),
      ...(before?.isFinal === true ? { previous: pictureOfFrame(before.frame) } : {}),
    };
  }

  async #paint(): Promise<void> {
    this.#painting = true;
    // What changes while a large frame is coloured is painted next.
    for (;;) {
      const request = this.#request;
      const best = request === null ? null : this.#best(request);
      if (request === null || best === null) break;
      const reference = this.#reference(request, best);
      const signature = [
        request.cellId,
        best.epoch,
        best.isExact,
        best.picture.width,
        best.view.x0,
        best.view.y0,
        best.view.x1,
        JSON.stringify(request.style),
        reference.truth !== undefined,
        reference.previous !== undefined,
      ].join(' ');
      if (signature === this.#signature) break;
      await paintSoon(this.canvas, best.picture, request.style, reference, () => true);
      this.#signature = signature;
      this.seen = best;
      this.#changed();
    }
    this.#painting = false;
  }
}
