/** The second opinion on what a picture shows: onnxruntime in this page beside the lab, at a point and on a frame. */
import type { LabClient } from '../../electron/contract/contract.ts';
import type { Probe, RenderedFrame } from '../../electron/contract/frames.ts';
import type { View } from '../../experiments/engines/engine.ts';
import {
  disagreement,
  frameAgreement,
  frameTolerance,
  type ComparedFrame,
  type FrameAgreement,
} from '../../experiments/entries/frame-agreement.ts';
import { OnnxClient, type NetworkPlace } from './onnx-client.ts';

/** onnxruntime beside the lab at a point. */
export interface SecondValue {
  /** The lab's answer that it belongs to. */
  readonly lab: Probe;
  readonly values: Float32Array;
  /** 16 hex digits. */
  readonly hash: string;
  /** Largest difference, relative to the largest absolute value or to 1. */
  readonly difference: number;
  readonly isWithin: boolean;
}

/** onnxruntime beside the lab on a frame. */
export interface CheckedFrame {
  readonly epoch: number;
  readonly view: View;
  /** With the lab's frame in float64, as onnxruntime computes too. */
  readonly agreement: FrameAgreement;
  /** With the frame as it is drawn. */
  readonly drawn: FrameAgreement;
  /** Why it is outside of the tolerance; null where it is within. */
  readonly apart: string | null;
}

/** The pointer must rest so long: whoever sweeps over the picture asks nothing. */
const restMs = 120;
/** Pixels along the sides of a frame that is checked. */
export const checkedSide = 512;

/** What onnxruntime says at the probe and on the shown frame. */
export class SecondOpinion {
  value = $state.raw<SecondValue | null>(null);
  checked = $state.raw<CheckedFrame | null>(null);
  isChecking = $state(false);
  /** Share of the frame that onnxruntime has computed, 0 to 1. */
  progress = $state(0);
  /** Why onnxruntime said nothing; null where it did. */
  problem = $state<string | null>(null);
  readonly #client: LabClient;
  readonly #onnx: OnnxClient;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: Probe | null = null;
  #controller: AbortController | null = null;

  constructor(client: LabClient) {
    this.#client = client;
    this.#onnx = new OnnxClient(client);
  }

  /** Asks for the value at a point that the lab has answered; the last question wins. */
  ask(place: NetworkPlace, at: { readonly x: number; readonly y: number }, lab: Probe): void {
    this.#asked = lab;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#askNow({ ...place, epoch: lab.epoch }, at, lab), restMs);
  }

  /** Compares a whole frame of a view; a second call gives the first one up. */
  async check(place: NetworkPlace, view: View): Promise<void> {
    this.stop();
    const controller = new AbortController();
    this.#controller = controller;
    this.isChecking = true;
    this.progress = 0;
    this.problem = null;
    try {
      const [lab, drawn] = await Promise.all(
        (['float64', 'anchored'] as const).map((precision) =>
          this.#frame(place, view, precision, controller.signal),
        ),
      );
      const at = { ...place, epoch: lab.epoch };
      const other = await this.#onnx.frame(at, lab.view, lab.width, lab.height, (share) => {
        if (this.#controller === controller) this.progress = share;
      });
      if (controller.signal.aborted) return;
      const agreement = frameAgreement(comparedFrame(lab), other);
      const apart = disagreement(agreement, frameTolerance.equalHashes);
      this.checked = {
        epoch: lab.epoch,
        view: lab.view,
        agreement,
        drawn: frameAgreement(comparedFrame(drawn), other),
        apart,
      };
    } catch (error) {
      if (!controller.signal.aborted) this.problem = wordsOf(error);
    } finally {
      if (this.#controller === controller) {
        this.#controller = null;
        this.isChecking = false;
      }
    }
  }

  /** Gives the comparison of a frame up. */
  stop(): void {
    if (this.#controller === null) return;
    this.#controller.abort();
    this.#controller = null;
    this.isChecking = false;
    // A run cannot be interrupted, but its worker can be ended.
    this.#onnx.close();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#asked = null;
    this.stop();
    this.#onnx.close();
  }

  #frame(
    place: NetworkPlace,
    view: View,
    precision: 'float64' | 'anchored',
    signal: AbortSignal,
  ): Promise<RenderedFrame> {
    const size = { width: checkedSide, height: checkedSide };
    return this.#client.call(
      'frame.render',
      {
        ...place,
        view,
        ...size,
        values: 'float32',
        planes: { hashes: true },
        priority: 'shown',
        coarse: false,
        precision,
      },
      { signal },
    );
  }

  async #askNow(
    place: NetworkPlace,
    at: { readonly x: number; readonly y: number },
    lab: Probe,
  ): Promise<void> {
    try {
      const { values, hashes } = await this.#onnx.points(place, Float64Array.of(at.x, at.y));
      if (this.#asked !== lab) return;
      const one = { values: lab.values, hashes };
      const { largestDifference } = frameAgreement(one, { values, hashes });
      this.value = {
        lab,
        values,
        hash: [hashes[1], hashes[0]].map((lane) => lane.toString(16).padStart(8, '0')).join(''),
        difference: largestDifference,
        isWithin: largestDifference <= frameTolerance.largestDifference,
      };
      this.problem = null;
    } catch (error) {
      if (this.#asked === lab) this.problem = wordsOf(error);
    }
  }
}

function comparedFrame({ values, hashes }: RenderedFrame): ComparedFrame {
  return {
    values: values instanceof Float32Array ? values : new Float32Array(0),
    hashes: hashes ?? new Uint32Array(0),
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
