/** One cell's exact polytopes: asks the lab for the network once, and a worker of this page for everything else. */
import type { LabClient } from '../../electron/contract/contract.ts';
import type { RegionDetails } from '../../experiments/polytopes/region-details.ts';
import type {
  ComplexFacts,
  FromPolytopeWorker,
  PolytopeDrawing,
  ToPolytopeWorker,
} from './polytope-protocol.ts';

export interface PolytopeRequest extends Omit<PolytopeDrawing, 'network'> {
  readonly cellId: string;
  readonly epoch: number;
}

/** Exact polytopes as they are on the screen. */
export interface SeenPolytopes {
  readonly request: PolytopeRequest;
  readonly bitmap: ImageBitmap;
  readonly facts: ComplexFacts;
}

/** Time without a change of the epoch after which polytopes are extracted: scrubbing past costs nothing. */
const restMs = 120;
/** Extractions that take less are not worth a sampled frame meanwhile. */
const soonMs = 150;
const maxNetworks = 8;

export class PolytopeView {
  /** What was drawn last; null before the first. */
  seen: SeenPolytopes | null = null;
  /** How far the extraction is, where it takes long. */
  progress: { readonly done: number; readonly regions: number } | null = null;
  /** Why the view that is wanted has no polytopes; null where it has or will have. */
  problem: string | null = null;
  readonly #client: LabClient;
  readonly #entryId: string;
  readonly #changed: () => void;
  readonly #failed: (error: unknown) => void;
  readonly #sent = new Map<string, Promise<void>>();
  readonly #drawn = new Map<number, PolytopeRequest>();
  readonly #probes = new Map<number, (region: RegionDetails | null) => void>();
  #worker: Worker | null = null;
  #wanted: PolytopeRequest | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #nextId = 1;
  #lastExtractionMs = Infinity;

  constructor(client: LabClient, entryId: string, changed: () => void, failed: (error: unknown) => void) {
    this.#client = client;
    this.#entryId = entryId;
    this.#changed = changed;
    this.#failed = failed;
  }

  /** Says what should be seen; null: nothing, and what is under way is given up. */
  show(request: PolytopeRequest | null): void {
    const before = this.#wanted;
    if (JSON.stringify(before) === JSON.stringify(request)) return;
    this.#wanted = request;
    this.problem = null;
    clearTimeout(this.#timer);
    if (request === null) {
      this.#post({ kind: 'stop' });
      this.progress = null;
      this.#changed();
      return;
    }
    if (before !== null && keyOf(before) === keyOf(request)) void this.#draw(request);
    else this.#timer = setTimeout(() => void this.#draw(request), restMs);
  }

  /** Whether what is seen is exactly what was asked for last. */
  get isDone(): boolean {
    return this.seen !== null && this.seen.request === this.#wanted;
  }

  /** Whether what was asked for last is likely to be there in a moment: a sampled frame would only be in its way. */
  get isSoon(): boolean {
    const isUnderWay =
      this.#wanted !== null && !this.isDone && this.progress === null && this.problem === null;
    return (
      isUnderWay &&
      this.seen !== null &&
      this.#wanted !== null &&
      isSameNetwork(this.seen.request, this.#wanted) &&
      this.#lastExtractionMs < soonMs
    );
  }

  /** The region at a point of the view that was extracted last; null where it is not known. */
  async probe(
    { cellId, epoch }: { cellId: string; epoch: number },
    x: number,
    y: number,
  ): Promise<RegionDetails | null> {
    if (this.#worker === null) return null;
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#probes.set(id, resolve);
      this.#post({ kind: 'probe', id, network: keyOf({ cellId, epoch }), x, y });
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#wanted = null;
    this.#worker?.terminate();
    this.#worker = null;
    this.seen?.bitmap.close();
    this.seen = null;
    for (const resolve of this.#probes.values()) resolve(null);
    this.#probes.clear();
  }

  async #draw(request: PolytopeRequest): Promise<void> {
    try {
      await this.#sendNetwork(request);
    } catch (error) {
      if (this.#wanted === request) this.#failed(error);
      return;
    }
    if (this.#wanted !== request) return;
    const id = this.#nextId++;
    this.#drawn.set(id, request);
    const { cellId, epoch, ...drawing } = request;
    this.#post({ kind: 'draw', id, drawing: { ...drawing, network: keyOf({ cellId, epoch }) } });
  }

  /** Sends the worker a network unless it has it; the worker forgets the oldest of eight, and so does this list. */
  #sendNetwork({ cellId, epoch }: PolytopeRequest): Promise<void> {
    const key = keyOf({ cellId, epoch });
    const known = this.#sent.get(key);
    if (known !== undefined) return known;
    const sending = this.#client
      .call('cell.network', { entryId: this.#entryId, cellId, epoch })
      .then(({ network }) => this.#post({ kind: 'network', key, network }));
    this.#sent.set(key, sending);
    sending.catch(() => this.#sent.delete(key));
    for (const oldest of this.#sent.keys()) if (this.#sent.size > maxNetworks) this.#sent.delete(oldest);
    return sending;
  }

  #post(message: ToPolytopeWorker): void {
    if (this.#worker === null) {
      if (message.kind === 'stop') return;
      this.#worker = new Worker(new URL('./polytope-worker.ts', import.meta.url), { type: 'module' });
      this.#worker.addEventListener('message', ({ data }: MessageEvent<FromPolytopeWorker>) =>
        this.#receive(data),
      );
    }
    this.#worker.postMessage(message);
  }

  #receive(message: FromPolytopeWorker): void {
    if (message.kind === 'region') {
      this.#probes.get(message.id)?.(message.region);
      this.#probes.delete(message.id);
      return;
    }
    const request = this.#drawn.get(message.id);
    if (request === undefined) return;
    const isWanted = request === this.#wanted;
    if (message.kind === 'progress') {
      if (isWanted) this.progress = { done: message.done, regions: message.regions };
    } else {
      for (const id of this.#drawn.keys()) if (id <= message.id) this.#drawn.delete(id);
      if (isWanted) this.progress = null;
      if (message.kind === 'refused' && isWanted) this.problem = message.message;
      if (message.kind === 'picture') {
        this.seen?.bitmap.close();
        if (message.facts.extractionMs > 0) this.#lastExtractionMs = message.facts.extractionMs;
        this.seen = { request, bitmap: message.bitmap, facts: message.facts };
      }
    }
    this.#changed();
  }
}

function keyOf({ cellId, epoch }: { readonly cellId: string; readonly epoch: number }): string {
  return `${cellId} ${epoch}`;
}

/** Whether two requests show the same network. */
export function isSameNetwork(
  a: { readonly cellId: string; readonly epoch: number },
  b: { readonly cellId: string; readonly epoch: number },
): boolean {
  return keyOf(a) === keyOf(b);
}
