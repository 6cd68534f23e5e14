/** Evaluating an exported model with onnxruntime: a second implementation that shares no code with the lab's engines. */
import type * as Onnxruntime from 'onnxruntime-web';
import type { View } from '../engines/engine.ts';
import type { OnnxPrecision } from './onnx-model.ts';
import { onnxNames } from './onnx-names.ts';

/** The library as a host loaded it. */
export type OnnxLibrary = Pick<typeof Onnxruntime, 'InferenceSession' | 'Tensor'>;

/** Values [n, outputs], rounded to float32, and activation hashes uint32 [n, 2] of points. */
export interface OnnxResult {
  readonly values: Float32Array;
  readonly hashes: Uint32Array;
}

/** Points in memory at once: patterns of 20,000 neurons are kept within 100 MB. */
const pointsAtOnce = 4096;

/** An exported model that is ready to run. */
export class OnnxNetwork {
  readonly #library: OnnxLibrary;
  readonly #session: Onnxruntime.InferenceSession;
  readonly #precision: OnnxPrecision;

  private constructor(library: OnnxLibrary, session: Onnxruntime.InferenceSession, precision: OnnxPrecision) {
    this.#library = library;
    this.#session = session;
    this.#precision = precision;
  }

  /** Opens the bytes of a model made by `encodeOnnx` in this precision. Rejects where onnxruntime refuses them. */
  static async open(library: OnnxLibrary, model: Uint8Array, precision: OnnxPrecision): Promise<OnnxNetwork> {
    const options = { executionProviders: ['wasm'], logSeverityLevel: 3 as const };
    return new OnnxNetwork(library, await library.InferenceSession.create(model, options), precision);
  }

  /** Values and hashes at coordinates [n, 2]; `onProgress` hears of the share that is done, 0 to 1. */
  async evaluate(
    coordinates: Float64Array,
    onProgress: (share: number) => void = () => undefined,
  ): Promise<OnnxResult> {
    const count = coordinates.length / 2;
    const hashes = new Uint32Array(2 * count);
    let values = new Float32Array(0);
    for (let from = 0; from < count; from += pointsAtOnce) {
      const to = Math.min(count, from + pointsAtOnce);
      const points = this.#tensor(coordinates.slice(2 * from, 2 * to));
      const output = await this.#session.run({ [onnxNames.points]: points }, [
        onnxNames.values,
        onnxNames.hash,
      ]);
      const some = output[onnxNames.values].data as Float32Array | Float64Array;
      const outputs = some.length / (to - from);
      if (from === 0) values = new Float32Array(count * outputs);
      values.set(some, from * outputs);
      hashes.set(output[onnxNames.hash].data as Uint32Array, 2 * from);
      onProgress(to / count);
    }
    return { values, hashes };
  }

  /** Values and hashes at the pixel centres of a frame, row by row. */
  frame(
    view: View,
    width: number,
    height: number,
    onProgress?: (share: number) => void,
  ): Promise<OnnxResult> {
    return this.evaluate(pixelCentres(view, width, height), onProgress);
  }

  #tensor(coordinates: Float64Array): Onnxruntime.Tensor {
    const { Tensor } = this.#library;
    const dims = [coordinates.length / 2, 2];
    return this.#precision === 'float64'
      ? new Tensor('float64', coordinates, dims)
      : new Tensor('float32', Float32Array.from(coordinates), dims);
  }

  close(): Promise<void> {
    return this.#session.release();
  }
}

/** Centres of the pixels of a width x height frame, [height * width, 2]. */
function pixelCentres({ x0, y0, x1, y1 }: View, width: number, height: number): Float64Array {
  const centres = new Float64Array(2 * width * height);
  for (let row = 0, at = 0; row < height; row++) {
    const y = y0 + ((row + 0.5) / height) * (y1 - y0);
    for (let column = 0; column < width; column++) {
      centres[at++] = x0 + ((column + 0.5) / width) * (x1 - x0);
      centres[at++] = y;
    }
  }
  return centres;
}
