/** A worker - a thread, a process or a page - that is asked and answers: every question has a number, replies carry it. */
import { deferred, type Deferred } from './deferred.ts';

/** The way to a worker that was started. */
export interface WorkerLink<Message> {
  /** Sends a message; the buffers go with it instead of being copied. */
  post(message: Message, transfer: ArrayBuffer[]): void;
  /** Ends the worker at once, whatever it does; resolves when it is gone. */
  end(): Promise<unknown>;
}

/** Starts a worker; `onEnd` is called with the reason where the worker ends by itself. */
export type WorkerStarter<Message, Reply> = (
  onReply: (reply: Reply) => void,
  onEnd: (error: Error) => void,
) => WorkerLink<Message>;

/** What a reply is to its question: the answer, an error, or (null) news while the answer is under way. */
export type Reading<Answer> = { readonly answer: Answer } | { readonly error: Error } | null;

/** How a question is asked. */
export interface AskOptions<Reply> {
  readonly transfer?: ArrayBuffer[];
  /** Told of every reply before the answer. */
  readonly onNews?: (reply: Reply) => void;
}

/** A question under way. */
export interface Asked<Answer> {
  readonly id: number;
  /** Rejects with the worker's error, and with the reason where the worker ends before it answers. */
  readonly answer: Promise<Answer>;
}

interface Open<Reply, Answer> extends Deferred<Answer> {
  readonly onNews: ((reply: Reply) => void) | undefined;
}

/** Asks one worker, which starts with the first message and again with the first after its end. */
export class AskedWorker<Message, Reply extends { readonly id: number }, Answer> {
  readonly #starter: WorkerStarter<Message, Reply>;
  readonly #read: (reply: Reply) => Reading<Answer>;
  readonly #open = new Map<number, Open<Reply, Answer>>();
  #link: WorkerLink<Message> | null = null;
  /** Which worker it is, from 1: what an earlier one still says is not heard. */
  #life = 0;
  #nextId = 1;

  constructor(starter: WorkerStarter<Message, Reply>, read: (reply: Reply) => Reading<Answer>) {
    this.#starter = starter;
    this.#read = read;
  }

  /** Whether a worker is there. */
  get isStarted(): boolean {
    return this.#link !== null;
  }

  /** Questions that are not answered. */
  get openCount(): number {
    return this.#open.size;
  }

  /** Whether the question is not answered yet. */
  isOpen(id: number): boolean {
    return this.#open.has(id);
  }

  /** Asks; a question that cannot be sent is answered by the error. */
  ask(message: (id: number) => Message, { transfer, onNews }: AskOptions<Reply> = {}): Asked<Answer> {
    const id = this.#nextId++;
    const open = { ...deferred<Answer>(), onNews };
    this.#open.set(id, open);
    try {
      this.post(message(id), transfer);
    } catch (error) {
      this.#open.delete(id);
      open.reject(error);
    }
    return { id, answer: open.promise };
  }

  /** Sends a message that nothing answers. */
  post(message: Message, transfer: ArrayBuffer[] = []): void {
    this.#started().post(message, transfer);
  }

  /** Sends a message about a question that is open; nothing where it is not. */
  tell(id: number, message: Message): void {
    if (this.#open.has(id)) this.#link?.post(message, []);
  }

  /** Starts the worker unless it is there. */
  start(): void {
    this.#started();
  }

  /** Waits for an answer no longer: the question rejects with the error. */
  giveUp(id: number, error: Error): void {
    this.#open.get(id)?.reject(error);
    this.#open.delete(id);
  }

  /**
   * Ends the worker; resolves when it is gone. What is open rejects with the error; where there is none, it is never
   * answered.
   */
  async end(error: Error | null): Promise<void> {
    const link = this.#link;
    this.#link = null;
    this.#life += 1;
    const open = [...this.#open.values()];
    this.#open.clear();
    const gone = link?.end();
    if (error !== null) for (const question of open) question.reject(error);
    await gone;
  }

  #started(): WorkerLink<Message> {
    if (this.#link !== null) return this.#link;
    const life = ++this.#life;
    const link = this.#starter(
      (reply) => {
        if (life === this.#life) this.#receive(reply);
      },
      (error) => {
        if (life === this.#life) void this.end(error);
      },
    );
    // A worker that ended while it was being started gets its message all the same, and says nothing to it.
    if (life === this.#life) this.#link = link;
    return link;
  }

  #receive(reply: Reply): void {
    const open = this.#open.get(reply.id);
    if (open === undefined) return;
    const reading = this.#read(reply);
    if (reading === null) {
      open.onNews?.(reply);
      return;
    }
    this.#open.delete(reply.id);
    if ('answer' in reading) open.resolve(reading.answer);
    else open.reject(reading.error);
  }
}
