/** Messages between the page and the worker that runs onnxruntime. */
import type { View } from '../../experiments/engines/engine.ts';

export type ToOnnxWorker =
  /** Opens a model under a key; the worker forgets the oldest of a few. */
  | { readonly kind: 'model'; readonly key: string; readonly bytes: Uint8Array }
  | {
      readonly kind: 'points';
      readonly id: number;
      readonly key: string;
      /** [n, 2] */
      readonly coordinates: Float64Array;
    }
  | {
      readonly kind: 'frame';
      readonly id: number;
      readonly key: string;
      readonly view: View;
      readonly width: number;
      readonly height: number;
    };

export type FromOnnxWorker =
  | {
      readonly kind: 'result';
      readonly id: number;
      readonly values: Float32Array;
      readonly hashes: Uint32Array;
    }
  /** Share of a frame that is done, 0 to 1. */
  | { readonly kind: 'progress'; readonly id: number; readonly share: number }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

/** Models that the worker keeps open. */
export const maxModels = 3;
