/** onnxruntime in a worker of this page, started when it is first asked something. */
import type { LabClient } from '../../electron/contract/contract.ts';
import type { View } from '../../experiments/engines/engine.ts';
import type { OnnxResult } from '../../experiments/formats/onnx-evaluation.ts';
import { AskedWorker, type Reading } from '../../experiments/tasks/asked-worker.ts';
import { pageWorkerStarter } from '../../experiments/tasks/page-worker.ts';
import { maxModels, type FromOnnxWorker, type ToOnnxWorker } from './onnx-protocol.ts';

/** A network that the lab knows. */
export interface NetworkPlace {
  readonly entryId: string;
  readonly cellId: string;
  readonly epoch: number;
}

type OnProgress = (share: number) => void;

const startWorker = pageWorkerStarter<ToOnnxWorker, FromOnnxWorker>(
  () => new Worker(new URL('./onnx-worker.ts', import.meta.url), { type: 'module' }),
);

/** Asks onnxruntime about networks of the lab. */
export class OnnxClient {
  readonly #client: LabClient;
  readonly #worker = new AskedWorker<ToOnnxWorker, FromOnnxWorker, OnnxResult>(
    (onReply, onEnd) =>
      startWorker(onReply, ({ message }) => {
        this.#sent.clear();
        onEnd(new Error(`onnxruntime stopped: ${message === '' ? 'its worker ended' : message}`));
      }),
    readReply,
  );
  /** Models that the worker has or is about to have, from the oldest. */
  readonly #sent = new Map<string, Promise<void>>();

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
    this.#sent.clear();
    void this.#worker.end(new Error('It was given up.'));
  }

  async #model(place: NetworkPlace): Promise<string> {
    const key = `${place.entryId} ${place.cellId} ${place.epoch}`;
    const known = this.#sent.get(key);
    const sending = known ?? this.#send(key, place);
    if (known === undefined) {
      this.#sent.set(key, sending);
      sending.catch(() => this.#sent.delete(key));
      for (const oldest of this.#sent.keys()) if (this.#sent.size > maxModels) this.#sent.delete(oldest);
    }
    await sending;
    return key;
  }

  async #send(key: string, place: NetworkPlace): Promise<void> {
    const { bytes } = await this.#client.call('cell.weights', { ...place, format: 'onnx-float64' });
    this.#worker.post({ kind: 'model', key, bytes });
  }

  async #ask(question: (id: number) => ToOnnxWorker, onProgress?: OnProgress): Promise<OnnxResult> {
    const { answer } = this.#worker.ask(question, {
      onNews: (message) => {
        if (message.kind === 'progress') onProgress?.(message.share);
      },
    });
    return answer;
  }
}

function readReply(message: FromOnnxWorker): Reading<OnnxResult> {
  if (message.kind === 'progress') return null;
  return message.kind === 'result' ? { answer: message } : { error: new Error(message.message) };
}
