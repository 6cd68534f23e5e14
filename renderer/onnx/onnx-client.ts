/** onnxruntime in a worker of this page, started when it is first asked something. */
import type { LabClient } from '../../electron/contract/contract.ts';
import type { View } from '../../experiments/engines/engine.ts';
import type { OnnxResult } from '../../experiments/formats/onnx-evaluation.ts';
import { mostModels, type FromOnnxWorker, type ToOnnxWorker } from './onnx-protocol.ts';

/** A network that the lab knows. */
export interface NetworkPlace {
  readonly entryId: string;
  readonly cellId: string;
  readonly epoch: number;
}

type OnProgress = (share: number) => void;

interface Waiting {
  readonly onProgress?: OnProgress | undefined;
  readonly resolve: (result: OnnxResult) => void;
  readonly reject: (error: Error) => void;
}

export class OnnxClient {
  readonly #client: LabClient;
  readonly #waiting = new Map<number, Waiting>();
  /** Models that the worker has or is about to have, from the oldest. */
  readonly #sent = new Map<string, Promise<void>>();
  #worker: Worker | null = null;
  #nextId = 1;

  constructor(client: LabClient) {
    this.#client = client;
  }

  /** Values and hashes at points [n, 2]. */
  async points(place: NetworkPlace, coordinates: Float64Array): Promise<OnnxResult> {
    const key = await this.#model(place);
    return this.#ask((id) => ({ kind: 'points', id, key, coordinates }));
  }

  /** Values and hashes of a frame; `onProgress` hears of the share that is done, 0 to 1. */
  async frame(
    place: NetworkPlace,
    view: View,
    width: number,
    height: number,
    onProgress?: OnProgress,
  ): Promise<OnnxResult> {
    const key = await this.#model(place);
    return this.#ask((id) => ({ kind: 'frame', id, key, view, width, height }), onProgress);
  }

  /** Ends the worker; whatever was asked rejects. */
  close(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#sent.clear();
    for (const { reject } of this.#waiting.values()) reject(new Error('It was given up.'));
    this.#waiting.clear();
  }

  async #model(place: NetworkPlace): Promise<string> {
    const key = `${place.entryId} ${place.cellId} ${place.epoch}`;
    const known = this.#sent.get(key);
    const sending = known ?? this.#send(key, place);
    if (known === undefined) {
      this.#sent.set(key, sending);
      sending.catch(() => this.#sent.delete(key));
      for (const oldest of this.#sent.keys()) if (this.#sent.size > mostModels) this.#sent.delete(oldest);
    }
    await sending;
    return key;
  }

  async #send(key: string, place: NetworkPlace): Promise<void> {
    const { bytes } = await this.#client.call('cell.weights', { ...place, format: 'onnx-float64' });
    this.#post({ kind: 'model', key, bytes });
  }

  #ask(question: (id: number) => ToOnnxWorker, onProgress?: OnProgress): Promise<OnnxResult> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onProgress });
      this.#post(question(id));
    });
  }

  #post(message: ToOnnxWorker): void {
    if (this.#worker === null) {
      this.#worker = new Worker(new URL('./onnx-worker.ts', import.meta.url), { type: 'module' });
      this.#worker.addEventListener('message', ({ data }: MessageEvent<FromOnnxWorker>) =>
        this.#receive(data),
      );
      this.#worker.addEventListener('error', (event) => this.#lose(event.message));
    }
    this.#worker.postMessage(message);
  }

  #receive(message: FromOnnxWorker): void {
    const waiting = this.#waiting.get(message.id);
    if (message.kind === 'progress') {
      waiting?.onProgress?.(message.share);
      return;
    }
    this.#waiting.delete(message.id);
    if (message.kind === 'result') waiting?.resolve(message);
    else waiting?.reject(new Error(message.message));
  }

  #lose(message: string): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new Error(`onnxruntime stopped: ${message === '' ? 'its worker ended' : message}`));
    }
    this.#waiting.clear();
    this.close();
  }
}
