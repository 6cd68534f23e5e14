/** One cell's exact polytopes: asks the lab for the network once, and a worker of this page for everything else. */
import type { LabClient } from '../../electron/contract/contract.ts';
import type { RegionDetails } from '../../experiments/polytopes/region-details.ts';
import { AskedWorker, type Reading } from '../../experiments/tasks/asked-worker.ts';
import { pageWorkerStarter } from '../../experiments/tasks/page-worker.ts';
import type {
  ComplexFacts,
  FromPolytopeWorker,
  PolytopeDrawing,
  ToPolytopeWorker,
} from './polytope-protocol.ts';

/** Which exact polytopes are to be drawn. */
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

type PictureReply = Extract<FromPolytopeWorker, { kind: 'picture' }>;
type RegionReply = Extract<FromPolytopeWorker, { kind: 'region' }>;

function readReply(reply: FromPolytopeWorker): Reading<PictureReply | RegionReply> {
  if (reply.kind === 'progress') return null;
  return reply.kind === 'refused' ? { error: new Error(reply.message) } : { answer: reply };
}

/** A canvas that shows exact polytopes of one cell. */
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
  readonly #worker = new AskedWorker<ToPolytopeWorker, FromPolytopeWorker, PictureReply | RegionReply>(
    pageWorkerStarter(() => new Worker(new URL('./polytope-worker.ts', import.meta.url), { type: 'module' })),
    readReply,
  );
  /** Drawings asked for and neither there nor given up, in the order of asking. */
  #drawings: number[] = [];
  #wanted: PolytopeRequest | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
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
      if (this.#worker.isStarted) this.#worker.post({ kind: 'stop' });
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
    if (!this.#worker.isStarted) return null;
    const network = keyOf({ cellId, epoch });
    try {
      const reply = await this.#worker.ask((id) => ({ kind: 'probe', id, network, x, y })).answer;
      return reply.kind === 'region' ? reply.region : null;
    } catch {
      // The drawing says what became of the worker.
      return null;
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#isClosed = true;
    this.#wanted = null;
    void this.#worker.end(new Error('The view was closed.'));
    this.seen?.bitmap.close();
    this.seen = null;
  }

  async #draw(request: PolytopeRequest): Promise<void> {
    try {
      await this.#sendNetwork(request);
    } catch (error) {
      if (this.#wanted === request) this.#failed(error);
      return;
    }
    if (this.#wanted !== request) return;
    const { cellId, epoch, ...drawing } = request;
    const network = keyOf({ cellId, epoch });
    const { id, answer } = this.#worker.ask(
      (id) => ({ kind: 'draw', id, drawing: { ...drawing, network } }),
      {
        onNews: (reply) => {
          if (reply.kind !== 'progress' || request !== this.#wanted) return;
          this.progress = { done: reply.done, regions: reply.regions };
          this.#changed();
        },
      },
    );
    this.#drawings.push(id);
    try {
      const reply = await answer;
      if (reply.kind === 'picture') this.#take(request, reply);
    } catch (error) {
      if (!this.#worker.isStarted) this.#sent.clear();
      if (request === this.#wanted) this.problem = error instanceof Error ? error.message : String(error);
    }
    this.#forget(id);
    if (request === this.#wanted) this.progress = null;
    if (!this.#isClosed) this.#changed();
  }

  #take(request: PolytopeRequest, { bitmap, facts }: PictureReply): void {
    this.seen?.bitmap.close();
    if (facts.extractionMs > 0) this.#lastExtractionMs = facts.extractionMs;
    this.seen = { request, bitmap, facts };
  }

  /** Forgets a drawing and those before it, which the worker has given up without a word. */
  #forget(last: number): void {
    const earlier = this.#drawings.filter((id) => id < last);
    this.#drawings = this.#drawings.filter((id) => id > last);
    for (const id of earlier) this.#worker.giveUp(id, new Error('Another drawing was wanted.'));
  }

  /** Sends the worker a network unless it has it; the worker forgets the oldest of eight, and so does this list. */
  #sendNetwork({ cellId, epoch }: PolytopeRequest): Promise<void> {
    const key = keyOf({ cellId, epoch });
    const known = this.#sent.get(key);
    if (known !== undefined) return known;
    const sending = this.#client
      .call('cell.network', { entryId: this.#entryId, cellId, epoch })
      .then(({ network }) => this.#worker.post({ kind: 'network', key, network }));
    this.#sent.set(key, sending);
    sending.catch(() => this.#sent.delete(key));
    for (const oldest of this.#sent.keys()) if (this.#sent.size > maxNetworks) this.#sent.delete(oldest);
    return sending;
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
